package dev.concordat.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service ships of others is released, and is there once. */
class DependenciesTest {

  private static final Pattern VERSION = Pattern.compile("-\\d[^/]*\\.jar$");

  @ParameterizedTest
  @ValueSource(strings = {"trust-registry", "metadata-service", "token-service", "probe-service"})
  void a_service_ships_releases_and_no_library_twice(String service) throws IOException {
    List<String> jars = jars(Launcher.home().resolve(service).resolve("target/quarkus-app/lib"));

    assertThat(jars).hasSizeGreaterThan(50);
    assertThat(jars)
        .filteredOn(it -> !it.startsWith("dev.concordat."))
        .noneMatch(it -> it.contains("SNAPSHOT"));
    Map<String, List<String>> versions =
        jars.stream().collect(Collectors.groupingBy(it -> VERSION.matcher(it).replaceAll("")));
    assertThat(versions.values()).allMatch(it -> it.size() == 1);
  }

  private static List<String> jars(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      return files
          .map(it -> it.getFileName().toString())
          .filter(it -> it.endsWith(".jar"))
          .toList();
    }
  }
}
