package dev.concordat.cli.powershell;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files in every form that a Windows shell gives them (setup.md 3.5). */
class ExportReaderTest {

  enum Encoding {
    UTF_16_LE_AS_GREATER_THAN_WRITES_IT(StandardCharsets.UTF_16LE, "\uFEFF"),
    UTF_16_BE(StandardCharsets.UTF_16BE, "\uFEFF"),
    UTF_8_AS_OUT_FILE_WRITES_IT(StandardCharsets.UTF_8, "\uFEFF"),
    UTF_8(StandardCharsets.UTF_8, ""),
    UTF_16_LE_WITHOUT_MARK(StandardCharsets.UTF_16LE, ""),
    UTF_16_BE_WITHOUT_MARK(StandardCharsets.UTF_16BE, "");

    private final Charset charset;
    private final String mark;

    Encoding(Charset charset, String mark) {
      this.charset = charset;
      this.mark = mark;
    }

    byte[] of(String text) {
      return (mark + text).getBytes(charset);
    }
  }

  static Stream<Arguments> every_cmdlet_in_every_encoding() {
    return Stream.of(Cmdlet.values())
        .flatMap(cmdlet -> Stream.of(Encoding.values()).map(it -> Arguments.of(cmdlet, it)));
  }

  @ParameterizedTest
  @MethodSource
  void every_cmdlet_in_every_encoding(Cmdlet cmdlet, Encoding encoding) {
    Reading reading =
        ExportReader.read(encoding.of(Samples.of(cmdlet).replace("\n", "\r\n") + "\r\n"));

    assertThat(reading)
        .isInstanceOfSatisfying(
            Reading.Objects.class,
            it ->
                assertThat(it.entries())
                    .isNotEmpty()
                    .allSatisfy(
                        entry ->
                            assertThat(entry)
                                .isInstanceOfSatisfying(
                                    Reading.Known.class,
                                    known -> assertThat(known.cmdlet()).isEqualTo(cmdlet))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%s",
        "[%s]",
        "%s\r\n%s",
        "[%s][%s]",
        "{\"value\":[%s,%s],\"Count\":2}",
        "[{\"value\":[%s],\"Count\":1},%s]",
        "{\"Count\":1,\"value\":[[%s]]}"
      })
  void one_object_an_array_several_in_a_row_and_wrapped_lists_are_the_same(String form) {
    String text = form.replace("%s", Samples.of(Cmdlet.CS_PARTNER_APPLICATION));
    long expected = Stream.of(form.split("%s", -1)).count() - 1;

    assertThat(Samples.objects(text).entries())
        .hasSize((int) expected)
        .allMatch(
            it ->
                it instanceof Reading.Known known
                    && known.cmdlet() == Cmdlet.CS_PARTNER_APPLICATION);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\r\n", "\uFEFF", "[]"})
  void an_empty_file_means_that_there_are_none(String text) {
    assertThat(Samples.objects(text).entries()).isEmpty();
  }

  @Test
  void each_object_is_recognised_by_itself() {
    String all =
        Samples.of(Cmdlet.SP_TRUSTED_ISSUER)
            + Samples.of(Cmdlet.AUTH_SERVER)
            + Samples.of(Cmdlet.CS_PARTNER_APPLICATION)
            + "{\"Name\":\"something else\"}";

    assertThat(Samples.objects(all).entries())
        .extracting(it -> it instanceof Reading.Known known ? known.cmdlet() : null)
        .containsExactly(
            Cmdlet.SP_TRUSTED_ISSUER, Cmdlet.AUTH_SERVER, Cmdlet.CS_PARTNER_APPLICATION, null);
  }

  @Test
  void a_member_twice_in_another_case_is_an_error_as_nobody_can_tell_which_counts() {
    assertThat(unreadable("{\"Realm\":\"a\",\"realm\":\"b\",\"AuthToken\":1}"))
        .contains("realm twice, also as Realm, at line 1");
    assertThat(unreadable("{\"Anything\":1,\n\"Anything\":2}"))
        .contains("Anything twice, at line 2");
  }

  @Test
  void members_that_may_be_secret_are_not_even_kept() {
    var objects =
        Samples.objects(
            "{\"AuthToken\":\"x\",\"ClientSecretValue\":\"s3\",\"Password\":\"s3\",\"PrivateKeyData\":{\"Value\":\"s3\"}}");

    assertThat(objects.toString()).contains("authtoken").doesNotContain("s3");
  }

  @Test
  void what_is_no_json_is_answered_with_the_command_that_was_meant() {
    assertThat(
            unreadable(
                """
                Enabled               : True
                ApplicationIdentifier : 00000004-0000-0ff1-ce00-000000000000
                LinkedAccount         : litwareinc.com/Users/x
                """))
        .contains("Format-List")
        .contains(Cmdlet.PARTNER_APPLICATION.command());
    assertThat(
            unreadable(
                """
                Identity  ApplicationIdentifier  ApplicationTrustLevel
                --------  ---------------------  ---------------------
                exchange  00000002               Full
                """))
        .contains("table")
        .contains(Cmdlet.CS_PARTNER_APPLICATION.command());
    assertThat(
            unreadable(
                "<Objs Version=\"1.1.0.1\"><Obj><Props><S N=\"RegisteredIssuerName\">x</S></Props></Obj></Objs>"))
        .contains("CLIXML")
        .contains(Cmdlet.SP_TRUSTED_ISSUER.command());
    assertThat(unreadable("<Objs><S N=\"TokenIssuingEndpoint\"/></Objs>"))
        .contains(Cmdlet.AUTH_SERVER.command());
    assertThat(unreadable("hello")).contains("no JSON").contains("Get-PartnerApplication");
  }

  @Test
  void a_file_that_was_cut_or_has_another_encoding_says_so() {
    assertThat(unreadable("[{\"AuthToken\": \"x\"")).contains("it was cut");
    assertThat(unreadable("{\"AuthToken\": x}")).contains("no JSON (line 1, column");
    assertThat(whyOf("{\"Name\":\"M\u00fcnchen\"}".getBytes(StandardCharsets.ISO_8859_1)))
        .contains("neither UTF-8 nor UTF-16")
        .contains("Out-File -Encoding utf8");
    assertThat(whyOf(new byte[] {(byte) 0xFF, (byte) 0xFE, 0, 0, '{', 0, 0, 0}))
        .contains("Out-File -Encoding utf8");
    assertThat(unreadable("[\"a\",\"b\"]")).contains("bare text");
  }

  @Test
  void size_number_and_depth_are_bounded() {
    assertThat(whyOf(new byte[ExportReader.MAX_BYTES + 1])).contains("16 MiB");
    assertThat(unreadable("{\"AuthToken\":" + "[".repeat(40) + "]".repeat(40) + "}"))
        .contains("32 levels")
        .contains("-Depth 4");
    assertThat(unreadable("{}".repeat(ExportJson.MAX_OBJECTS + 1))).contains("10000 objects");
    assertThat(Samples.objects("{}".repeat(ExportJson.MAX_OBJECTS)).entries()).hasSize(10_000);
    assertThat(unreadable("{\"CertificateStrings\":[" + "\"\",".repeat(1_000_001) + "\"\"]}"))
        .contains("values");
  }

  private static String unreadable(String text) {
    return whyOf(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String whyOf(byte[] bytes) {
    return switch (ExportReader.read(bytes)) {
      case Reading.Unreadable(String why) -> why;
      case Reading.Objects objects -> throw new AssertionError(objects);
    };
  }
}
