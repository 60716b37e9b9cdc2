package dev.concordat.deploy.chart;

import java.util.stream.Collectors;

/** What the chart gives to pods, for tests that run them. */
public final class ChartSettings {

  private ChartSettings() {}

  /** The lines of a service's settings whose keys begin like this. */
  public static String of(String service, String prefix) {
    return Rendering.of("small").properties(service).stream()
        .filter(it -> it.startsWith(prefix))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  /** The group on whose lag the chart scales the probe-service. */
  public static String consumerGroupThatKedaWatches() {
    return Rendering.of("large")
        .the("ScaledObject", "probe-service")
        .at("/spec/triggers/0/metadata/consumerGroup")
        .asText();
  }
}
