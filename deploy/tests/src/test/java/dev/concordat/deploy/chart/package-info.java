/** The Helm chart: rendered by Helm's own engine and held to the API's rules and to our own. */
@NullMarked
package dev.concordat.deploy.chart;

import org.jspecify.annotations.NullMarked;
