/**
 * Autodiscover and Exchange Web Services as the probe speaks them: requests as XML, answers read
 * into {@link dev.concordat.diagnosis.Reply}, and where Autodiscover is looked for. Pure: text in,
 * text out; nothing is sent from here, and what an answer means for a probe isn't known here.
 */
@NullMarked
package dev.concordat.probe.exchange;

import org.jspecify.annotations.NullMarked;
