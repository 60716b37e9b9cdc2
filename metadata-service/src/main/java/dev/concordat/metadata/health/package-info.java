/**
 * How the partners' documents are: {@link dev.concordat.metadata.health.PartnerHealth} decides it,
 * a pure function of the registration, the last reading and the time; {@code HealthMetrics} tells
 * it to whoever watches. What to read and when is not decided here.
 */
@NullMarked
package dev.concordat.metadata.health;

import org.jspecify.annotations.NullMarked;
