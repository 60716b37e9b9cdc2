package dev.concordat.registry.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No value becomes code, whichever shell reads it. */
class QuotingTest {

  static final List<String> HOSTILE =
      List.of(
          "'; Remove-Mailbox -Identity * ; '",
          "\u2019; Stop-Computer; \u2018",
          "\u201A\u201B''\u2018\u2019",
          "$(Stop-Computer)",
          "${env:PATH}",
          "`n`0`$x",
          "# comment",
          "<# block #>",
          "'@",
          "@'",
          "\"@",
          "\"",
          "a; b | c & d > e",
          "%{ $_ }",
          "--%",
          "\u201Cdouble\u201D",
          "\u2013dash\u2014",
          "ü 日本 \uD83D\uDE00",
          "",
          "'");

  @Test
  void hostile_values_come_back_from_powershell_as_one_literal_each() {
    for (String value : HOSTILE) {
      assertThat(PowerShellTokens.of(PowerShell.literal(value)))
          .isEqualTo(new PowerShellTokens(List.of(value), "«»"));
    }
  }

  @Test
  void each_kind_of_single_quote_is_doubled_as_itself() {
    assertThat(PowerShell.literal("a'b\u2018c\u2019d\u201Ae\u201Bf"))
        .isEqualTo("'a''b\u2018\u2018c\u2019\u2019d\u201A\u201Ae\u201B\u201Bf'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "line\nfeed",
        "carriage\rreturn",
        "\u0000",
        "\t",
        "\u0085",
        "\u2028",
        "\u2029",
        "\u202Etxt",
        "\u2066x",
        "\u200E",
        "\uFEFFx",
        "\u001B[31m",
        "\uD800",
        "\uDC00x"
      })
  void what_ends_a_line_or_deceives_a_reader_is_refused(String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> PowerShell.literal(value));
    assertThatIllegalArgumentException().isThrownBy(() -> Bash.word(value));
    assertThat(WebUrl.of("https://x/" + value)).isEmpty();
  }

  @Property
  void any_value_is_one_literal_or_refused(@ForAll("nasty") String value) {
    if (SafeCharacters.only(value)) {
      assertThat(PowerShellTokens.of(PowerShell.command("Do -This %s", value)))
          .isEqualTo(new PowerShellTokens(List.of(value), "Do -This «»"));
    } else {
      assertThatThrownBy(() -> PowerShell.literal(value))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Provide
  Arbitrary<String> nasty() {
    return Arbitraries.frequencyOf(
            net.jqwik.api.Tuple.of(
                6, Arbitraries.of("'", "\u2018", "\u2019", "\u201A", "\u201B", "''", "'\u2019")),
            net.jqwik.api.Tuple.of(
                4, Arbitraries.of("$(", ")", "`", "\"", "@'", "'@", ";", "#", "%", "s", "{", "}")),
            net.jqwik.api.Tuple.of(1, Arbitraries.of("\n", "\u2028", "\u202E", "\uD800", "\u0085")),
            net.jqwik.api.Tuple.of(4, Arbitraries.strings().ofMaxLength(3)))
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Test
  void a_plain_word_is_left_as_it_is_for_bash_and_any_other_is_quoted() {
    assertThat(Bash.word("exchange-1")).isEqualTo("exchange-1");
    assertThat(Bash.word("sip:kenmyer@litwareinc.com")).isEqualTo("sip:kenmyer@litwareinc.com");
    assertThat(Bash.word("my exchange")).isEqualTo("'my exchange'");
    assertThat(Bash.word("-option")).isEqualTo("'-option'");
    assertThat(Bash.word("")).isEqualTo("''");
    assertThat(Bash.word("o'neil $(x)")).isEqualTo("'o'\\''neil $(x)'");
  }

  @Test
  void a_real_shell_reads_each_word_as_the_value_that_it_was() throws Exception {
    String line =
        "printf '%%s\\0' %s"
            .formatted(HOSTILE.stream().map(Bash::word).collect(Collectors.joining(" ")));
    Process shell = new ProcessBuilder("sh", "-c", line).redirectErrorStream(true).start();
    String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(shell.waitFor()).isZero();
    assertThat(new ArrayList<>(Arrays.asList(printed.split("\0", -1))))
        .startsWith(HOSTILE.toArray(String[]::new))
        .hasSize(HOSTILE.size() + 1);
  }

  @Test
  void a_url_is_written_anew() {
    assertThat(WebUrl.of("HTTPS://Host.example:8443/a'b?c='d").map(WebUrl::text))
        .contains("https://Host.example:8443/a%27b?c=%27d");
    assertThat(WebUrl.of("https://x/\u2019ü").map(WebUrl::text))
        .contains("https://x/%E2%80%99%C3%BC");
    assertThat(WebUrl.of("https://x/$(calc)").map(WebUrl::text)).contains("https://x/$(calc)");
    assertThat(WebUrl.of("https://x/").orElseThrow().at("/jwks").text())
        .isEqualTo("https://x/jwks");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "/path",
        "https:x",
        "https://",
        "https:///x",
        "https://user@x/",
        "https://user:pw@x/",
        "https://x/#f",
        "https://x:0/",
        "https://x:65536/",
        "https://x/ y",
        "https://x/`y",
        "https://x/\"",
        "https://x\\y",
        "https://h\u00fcgel/",
        "ftp://x/",
        "file:///c:/x",
        "javascript:alert(1)"
      })
  void what_is_no_url_of_a_server_is_none(String text) {
    assertThat(WebUrl.of(text)).isEmpty();
  }

  @Test
  void https_is_https() {
    assertThat(WebUrl.https("http://x/")).isEmpty();
    assertThat(WebUrl.https("https://" + "x".repeat(2100))).isEmpty();
    assertThat(WebUrl.https("https://x/")).isPresent();
  }
}
