package dev.concordat.probe.tracing;

import io.smallrye.config.ConfigSourceContext;
import io.smallrye.config.ConfigSourceFactory;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.PropertiesConfigSource;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * {@code concordat.tracing.endpoint}: where traces go, by OTLP over gRPC, for example {@code
 * http://otel-collector:4317}. Without it tracing is off; Quarkus' own default would call localhost
 * for ever.
 */
public final class TracingEndpoint implements ConfigSourceFactory {

  private static final String KEY = "concordat.tracing.endpoint";

  /** Below everything that an admin sets, above what Quarkus takes by default. */
  private static final int ORDINAL = 50;

  @Override
  public Iterable<ConfigSource> getConfigSources(ConfigSourceContext context) {
    ConfigValue endpoint = context.getValue(KEY);
    boolean given =
        endpoint != null && endpoint.getValue() != null && !endpoint.getValue().isBlank();
    return List.of(
        new PropertiesConfigSource(
            given
                ? Map.of(
                    "quarkus.otel.sdk.disabled",
                    "false",
                    "quarkus.otel.exporter.otlp.endpoint",
                    endpoint.getValue().strip())
                : Map.of("quarkus.otel.sdk.disabled", "true"),
            KEY,
            ORDINAL));
  }
}
