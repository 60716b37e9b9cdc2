package dev.concordat.contracts.challenges;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MsDiagnosticsTest {

  @Test
  void exchangesForm() {
    assertThat(
            MsDiagnostics.parse(
                "2000003;reason=\"The audience claim value is invalid"
                    + " 'aud'.\";error_category=\"invalid_resource\""))
        .isEqualTo(
            new MsDiagnostics(
                2000003,
                "The audience claim value is invalid 'aud'.",
                "invalid_resource",
                Map.of(
                    "reason",
                    "The audience claim value is invalid 'aud'.",
                    "error_category",
                    "invalid_resource")));
  }

  @Test
  void sharePointsForm() {
    var diagnostics =
        MsDiagnostics.parse(
            "3005004;reason=\"The token does not contain valid algorithm in"
                + " header.\";category=\"invalid_client\"");

    assertThat(diagnostics.code()).isEqualTo(3005004);
    assertThat(diagnostics.category()).isEqualTo("invalid_client");
  }

  @Test
  void skypeForBusinesssForm() {
    var diagnostics =
        MsDiagnostics.parse(
            "28020;source=\"atl-cs-001.litwareinc.com\";reason=\"No valid security token.\"");

    assertThat(diagnostics.parameters()).containsEntry("source", "atl-cs-001.litwareinc.com");
    assertThat(diagnostics.category()).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "2000001 ; error_category = \"invalid_token\" ; reason = \"x\" | 2000001 | x | invalid_token",
        "2000001;REASON=\"x\";Error_Category=\"y\" | 2000001 | x | y",
        "2000001;reason=\"say \"hello\"; to; them\" | 2000001 | say \"hello | ",
        "2000001;reason=\"say \"hello\" to them\";error_category=\"y\" | 2000001 | say \"hello\" to them | y",
        "2000001;reason=\"unfinished | 2000001 | unfinished | ",
        "2000001;reason=bare;error_category=\"y\" | 2000001 | bare | y",
        "2000001;;;error_category=\"y\" | 2000001 | | y",
        "2000001;what is this;error_category=\"y\" | 2000001 | | y",
        "2000001 | 2000001 | | ",
        "reason=\"no code\" |  | no code | ",
        "99999999999;reason=\"x\" |  | x | ",
      })
  void anyOrderAndBlanksAreReadAndWhatIsMissingIsAbsent(
      String header, Integer code, String reason, String category) {
    var diagnostics = MsDiagnostics.parse(header);

    assertThat(diagnostics.code()).isEqualTo(code);
    assertThat(diagnostics.reason()).isEqualTo(reason);
    assertThat(diagnostics.category()).isEqualTo(category);
  }

  @Test
  void theHeaderMayAppearTwiceInTwoLinesOrJoined() {
    String front =
        "4000000;reason=\"Flighting is not enabled for domain 'x'.\";error_category=\"oauth_not_available\"";
    String back =
        "2000001;reason=\"OAuth token submitted with the request can not be parsed.\";error_category=\"invalid_token\"";

    assertThat(MsDiagnostics.parse(List.of(front, back)))
        .extracting(MsDiagnostics::code)
        .containsExactly(4000000, 2000001);
    assertThat(MsDiagnostics.parse(List.of(front + ", " + back)))
        .extracting(MsDiagnostics::category)
        .containsExactly("oauth_not_available", "invalid_token");
    assertThat(MsDiagnostics.parse(front + "," + back).code()).isEqualTo(4000000);
  }

  @Test
  void emptyHeadersSayNothing() {
    assertThat(MsDiagnostics.parse("")).isEqualTo(new MsDiagnostics(null, null, null, Map.of()));
    assertThat(MsDiagnostics.parse(List.of())).isEmpty();
  }
}
