package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where the suite is and who calls it: by option, by environment variable, or as {@code ./concordat
 * up} has left it in its state folder.
 */
final class Connection {

  /** A service that the command speaks to. */
  enum Service {
    REGISTRY("trust-registry", 8081),
    METADATA("metadata-service", 8082),
    TOKEN("token-service", 8083),
    PROBE("probe-service", 8084);

    private final String serviceName;
    private final int localPort;

    Service(String serviceName, int localPort) {
      this.serviceName = serviceName;
      this.localPort = localPort;
    }

    String serviceName() {
      return serviceName;
    }
  }

  @Option(
      names = "--server-url",
      paramLabel = "URL",
      description =
          "Where a deployed suite is, behind one name. CONCORDAT_URL_REGISTRY, _METADATA, _TOKEN and"
              + " _PROBE name each service by itself.")
  @Nullable URI serverUrl;

  @Option(
      names = "--state-dir",
      paramLabel = "DIR",
      description = "The state folder of a local suite. Default: .concordat in the checkout.")
  @Nullable Path stateFolder;

  private final Map<String, String> environment = System.getenv();

  /** The URL of a service, without a path. */
  URI url(Service service) {
    if (serverUrl != null) {
      return serverUrl;
    }
    String named = environment.get("CONCORDAT_URL_" + service.name().toUpperCase(Locale.ROOT));
    if (named != null && !named.isBlank()) {
      try {
        return URI.create(named);
      } catch (IllegalArgumentException e) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE,
            "CONCORDAT_URL_%s is no URL: %s".formatted(service.name(), named));
      }
    }
    return local(service).orElseGet(() -> URI.create("http://127.0.0.1:" + service.localPort));
  }

  /** The bearer token, if there is one. */
  Optional<String> token() {
    String given = environment.get("CONCORDAT_TOKEN");
    if (given != null && !given.isBlank()) {
      return Optional.of(given.strip());
    }
    Path file = folder().resolve("admin-token");
    try {
      return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE, "The token in %s can't be read.".formatted(file));
    }
  }

  /** Whether it is a local suite that is spoken to. */
  boolean isLocal(Service service) {
    return serverUrl == null
        && environment.get("CONCORDAT_URL_" + service.name().toUpperCase(Locale.ROOT)) == null;
  }

  private Optional<URI> local(Service service) {
    Path file = folder().resolve("endpoints.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode url = Json.mapper().readTree(Files.readAllBytes(file)).path(service.serviceName());
      return url.isTextual() ? Optional.of(URI.create(url.asText())) : Optional.empty();
    } catch (JsonProcessingException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE, "The file %s can't be read.".formatted(file));
    }
  }

  private Path folder() {
    if (stateFolder != null) {
      return stateFolder;
    }
    String home = System.getProperty("concordat.home", "");
    return Path.of(home).resolve(".concordat");
  }
}
