package dev.concordat.deploy.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import dev.concordat.deploy.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * What the chart makes of values.
 *
 * @param resources in the order of the templates
 */
record Rendering(List<JsonNode> resources) {

  static final String RELEASE = "concordat";
  static final String NAMESPACE = "mail-oauth";

  /** The chart with one of the files in {@code values/}. */
  static Rendering of(String values) {
    return render(file(values), "");
  }

  /** The chart with one of the files in {@code values/} and YAML that is laid over it. */
  static Rendering of(String values, String more) {
    return render(file(values), more);
  }

  /** The chart with nothing but these values. */
  static Rendering ofNothingBut(String values) {
    return render(null, values);
  }

  private static Rendering render(@org.jspecify.annotations.Nullable Path values, String more) {
    var template =
        new Helm(Checkout.path("deploy/helm/concordat"))
            .template()
            .withKubeVersion("1.33.0")
            .withName(RELEASE)
            .withNamespace(NAMESPACE);
    if (values != null) {
      template.withValuesFile(values);
    }
    try {
      Path over = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(over, more);
        template.withValuesFile(over);
        return new Rendering(Checkout.documents(template.call()));
      } finally {
        Files.delete(over);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path file(String values) {
    try {
      var url = Rendering.class.getResource("/values/" + values + ".yaml");
      if (url == null) {
        throw new IllegalArgumentException("there are no values " + values);
      }
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  Stream<JsonNode> kind(String kind) {
    return resources.stream().filter(it -> it.path("kind").asText().equals(kind));
  }

  /** The one resource of this kind whose name ends with the service's. */
  JsonNode the(String kind, String service) {
    var found =
        kind(kind).filter(it -> it.at("/metadata/name").asText().endsWith(service)).toList();
    if (found.size() != 1) {
      throw new AssertionError(
          "%d resources of kind %s for %s".formatted(found.size(), kind, service));
    }
    return found.getFirst();
  }

  /** The settings that a service gets, line by line. */
  List<String> properties(String service) {
    return the("ConfigMap", service).at("/data/application.properties").asText().lines().toList();
  }

  static Stream<JsonNode> items(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false);
  }
}
