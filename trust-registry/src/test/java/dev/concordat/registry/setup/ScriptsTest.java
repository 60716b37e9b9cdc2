package dev.concordat.registry.setup;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** What holds for every script and command, whatever values are in it. */
class ScriptsTest {

  private static final String NAME = "Benign";
  private static final Us US = Given.us("urn:benign", "benign.example", "https://benign.example");
  private static final String SITE = "https://site.benign.example/";

  @Property(tries = 200)
  void only_the_values_change_and_each_stays_one_literal(
      @ForAll("names") String name,
      @ForAll("identifiers") String identifier,
      @ForAll("realms") String realm,
      @ForAll("paths") String publicPath,
      @ForAll("paths") String sitePath) {
    Us us = Given.us(identifier, realm, "https://benign.example/" + publicPath);
    String site = WebUrl.of("https://site.benign.example/" + sitePath).orElseThrow().text();

    Map<String, Setup> given = Given.forms(us, name, site);
    Map<String, Setup> benign = Given.forms(US, NAME, SITE);

    benign.forEach(
        (form, reference) -> {
          List<String> expected = commands(reference).toList();
          List<String> written = commands(Objects.requireNonNull(given.get(form))).toList();
          assertThat(written).as(form).hasSameSizeAs(expected);
          for (int i = 0; i < expected.size(); i++) {
            var code = PowerShellTokens.of(written.get(i));
            var referenceCode = PowerShellTokens.of(expected.get(i));
            assertThat(code.code()).as(form).isEqualTo(referenceCode.code());
            assertThat(code.literals())
                .as(form)
                .isEqualTo(
                    referenceCode.literals().stream()
                        .map(it -> values(us, name, site).getOrDefault(it, it))
                        .toList());
          }
        });
  }

  /** What stands in a hostile script where a benign one has the key. */
  private static Map<String, String> values(Us us, String name, String site) {
    var values = new LinkedHashMap<String, String>();
    values.put(NAME, name);
    values.put(NAME + "-ApplicationAccount", name + "-ApplicationAccount");
    values.put(US.applicationIdentifier(), us.applicationIdentifier());
    values.put(US.realm(), us.realm());
    values.put(US.issuer(), us.issuer());
    values.put(US.metadataUrl().text(), us.metadataUrl().text());
    values.put(SITE, site);
    return values;
  }

  private static Stream<String> commands(Setup setup) {
    var commands = new ArrayList<String>();
    Stream.concat(setup.steps().stream(), Stream.ofNullable(setup.keyRollover()))
        .forEach(
            step -> {
              Stream.of(step.command(), step.check())
                  .filter(Objects::nonNull)
                  .forEach(commands::add);
            });
    commands.add(Objects.requireNonNull(setup.script()));
    return commands.stream();
  }

  @Provide
  Arbitrary<String> names() {
    return Arbitraries.strings().withChars("abcXYZ019 ._-").ofMaxLength(44).map(rest -> "N" + rest);
  }

  @Provide
  Arbitrary<String> identifiers() {
    return Arbitraries.oneOf(
        Arbitraries.of(Given.IDENTIFIER, "urn:a:b", "https://app.example/x?y=z&w=1"),
        Arbitraries.strings()
            .withChars("abc0._~:/?=&+-")
            .ofMinLength(1)
            .ofMaxLength(80)
            .map(it -> "urn:" + it));
  }

  @Provide
  Arbitrary<String> realms() {
    return Arbitraries.strings().withChars("abc09._-").ofMaxLength(60).map(it -> "r" + it);
  }

  @Provide
  Arbitrary<String> paths() {
    return Arbitraries.of(
            "'", "\u2018", "\u2019", "$(x)", "$x", ";", "@'", "'@", "&", "(", ")", "!", "*", "%27",
            "%0A", "ü", "a", "/", "=", ",")
        .list()
        .ofMaxSize(12)
        .map(parts -> "p" + String.join("", parts) + "q");
  }

  @Test
  void a_script_is_whole_when_pasted_line_by_line() {
    Given.forms(Given.us(), "Concordat", Given.SITE)
        .forEach(
            (form, setup) -> {
              String script = Objects.requireNonNull(setup.script());
              assertThat(script).as(form).startsWith("& {\r\n").endsWith("\r\n");
              assertThat(script.replace("\r\n", "")).as(form).doesNotContain("\n", "\r", "\t");
              assertThat(script.lines()).as(form).noneMatch(String::isBlank);
              // A console runs an if whose else stands on the next line before it has seen it.
              assertThat(script.lines())
                  .as(form)
                  .noneMatch(line -> line.strip().startsWith("else"));
              assertThat(open(PowerShellTokens.of(script).code())).as(form).isZero();
            });
  }

  private static int open(String code) {
    int open = 0;
    for (int i = 0; i < code.length(); i++) {
      char character = code.charAt(i);
      open += character == '{' || character == '(' ? 1 : 0;
      open -= character == '}' || character == ')' ? 1 : 0;
      assertThat(open).isNotNegative();
    }
    return open;
  }

  @Test
  void a_script_is_ascii_and_where_it_is_not_it_begins_with_a_byte_order_mark() {
    Given.forms(Given.us(), "Concordat", Given.SITE)
        .forEach(
            (form, setup) ->
                assertThat(Objects.requireNonNull(setup.script()).chars())
                    .as(form)
                    .allMatch(it -> it < 0x80));
    assertThat(Setup.asFile("a\nb")).isEqualTo("a\r\nb\r\n");
    assertThat(Setup.asFile("'ü'\nb")).isEqualTo("\uFEFF'ü'\r\nb\r\n");
  }

  @Test
  void nothing_is_made_without_a_look_whether_it_is_there() {
    Given.forms(Given.us(), "Concordat", Given.SITE)
        .forEach(
            (form, setup) -> {
              List<String> lines = Objects.requireNonNull(setup.script()).lines().toList();
              for (int i = 0; i < lines.size(); i++) {
                if (lines.get(i).strip().matches("(?:\\$\\w+ = )?(?:New|Register)-(?!Object).*")) {
                  assertThat(lines.subList(Math.max(0, i - 4), i))
                      .as("%s: %s", form, lines.get(i))
                      .anyMatch(it -> it.strip().matches("(?:\\} else|if \\(.*) \\{"));
                }
              }
            });
  }
}
