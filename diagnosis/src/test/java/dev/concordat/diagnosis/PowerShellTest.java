package dev.concordat.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PowerShellTest {

  @Test
  void a_value_stands_between_single_quotes() {
    assertThat(PowerShell.quoted("$(calc) `n \"x\"", "value")).isEqualTo("'$(calc) `n \"x\"'");
  }

  @Test
  void every_character_that_counts_as_a_single_quote_is_doubled_as_itself() {
    assertThat(PowerShell.quoted("a'b\u2018c\u2019d\u201Ae\u201Bf", "value"))
        .isEqualTo("'a''b\u2018\u2018c\u2019\u2019d\u201A\u201Ae\u201B\u201Bf'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a\nb", "a\u0000", "a\u0085", "a\u2028", "a\u202Eb", "a\u2066b", "a\uD800"})
  void what_cannot_be_shown_safely_is_not_shown(String value) {
    assertThat(PowerShell.quoted(value, "the mailbox")).isEqualTo("'<the mailbox>'");
  }

  @Test
  void a_shell_value_is_quoted_where_it_must_be() {
    assertThat(PowerShell.shell("exchange")).isEqualTo("exchange");
    assertThat(PowerShell.shell("o'neil $(x)")).isEqualTo("'o'\\''neil $(x)'");
    assertThat(PowerShell.shell("a\nb")).isEqualTo("'<NAME>'");
  }
}
