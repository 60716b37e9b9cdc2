/** Alerts and dashboards: held to the metrics that services expose, and to the runbook. */
@NullMarked
package dev.concordat.deploy.monitoring;

import org.jspecify.annotations.NullMarked;
