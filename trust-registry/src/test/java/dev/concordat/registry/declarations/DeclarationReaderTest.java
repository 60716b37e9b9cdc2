package dev.concordat.registry.declarations;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclarationReaderTest {

  private static final String EXCHANGE =
      """
      name: exchange
      trust:
        metadataUrl: https://autodiscover.litwareinc.com/autodiscover/metadata/json/1
      """;

  private static FileContent yaml(String file) {
    return DeclarationReader.yaml(file.getBytes(UTF_8));
  }

  private static FileContent json(String file) {
    return DeclarationReader.json(file.getBytes(UTF_8));
  }

  private static FileContent.Malformed only(FileContent content) {
    assertThat(content.malformed()).hasSize(1);
    return content.malformed().getFirst();
  }

  @Test
  void a_declaration_has_the_shape_of_a_request_and_its_places() {
    FileContent content = yaml("# ours\n" + EXCHANGE + "takeOver: true\n");

    assertThat(content.malformed()).isEmpty();
    FileDeclaration declared = content.declared().getFirst();
    assertThat(declared.partner().name()).isEqualTo("exchange");
    assertThat(declared.partner().kind()).isEqualTo(PartnerKind.EXCHANGE);
    assertThat(declared.partner().trust()).isInstanceOf(Trust.ByMetadata.class);
    assertThat(declared.takeOver()).isTrue();
    assertThat(declared.acceptIdentityChange()).isFalse();
    assertThat(declared.place()).isEqualTo(new Place(2, 1));
    assertThat(declared.place("trust.metadataUrl")).isEqualTo(new Place(4, 3));
    assertThat(declared.place("trust.certificates[0]")).isEqualTo(new Place(3, 1));
    assertThat(declared.place("realm")).isEqualTo(new Place(2, 1));
  }

  @Test
  void documents_follow_each_other_and_empty_ones_are_left_out() {
    FileContent content =
        yaml("---\n" + EXCHANGE + "---\n---\n# nothing\n---\n" + EXCHANGE + "...\n");

    assertThat(content.malformed()).isEmpty();
    assertThat(content.declared()).extracting(it -> it.place().line()).containsExactly(2, 9);
  }

  @Test
  void one_that_cannot_be_read_stops_none_beside_it_and_tells_the_names_it_may_have() {
    FileContent content =
        yaml(EXCHANGE + "---\nname: Skype\ncolour: red\n---\n" + EXCHANGE + "realm: a.b\n");

    assertThat(content.declared()).hasSize(2);
    assertThat(only(content).place()).isEqualTo(new Place(6, 1));
    assertThat(only(content).problem().detail()).contains("colour").contains("takeOver, trust");
    assertThat(content.mentioned()).contains("skype", "exchange");
  }

  @Test
  void json_is_read_as_well() {
    FileContent content =
        json(
            """
            {"$schema": "partner.schema.json", "name": "a", "trust":
              {"metadataUrl": "https://x/metadata/json/1"}}
            {"name": "b",
             "kind": "lotus"}
            """);

    assertThat(content.declared()).extracting(it -> it.partner().name()).containsExactly("a");
    assertThat(only(content).place()).isEqualTo(new Place(4, 2));
    assertThat(only(content).problem().detail())
        .isEqualTo(
            "kind is lotus, and must be one of exchange, skype, sharepoint, token-server, generic.");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          no text             | name: 123                                | 1 | 7 | name is a number
          octal               | realm: 0123                              | 1 | 8 | realm is a number
          a boolean as text   | name: true                               | 1 | 1 | name must be text
          a word as boolean   | `name: a\\nenabled: yes`                 | 2 | 1 | enabled must be true or false
          text as boolean     | `name: a\\nenabled: "true"`              | 2 | 1 | enabled must be true or false
          text as flag        | `name: a\\ntakeOver: "true"`             | 2 | 1 | takeOver must be true or false
          no value            | `name: a\\nrealm:\\nkind: exchange`      | 2 | 7 | realm has no value
          null                | `name: a\\nrealm: ~`                     | 2 | 8 | realm has no value
          empty text for kind | `name: a\\nkind: ""`                     | 2 | 1 | kind
          unknown kind        | `name: a\\nkind: lotus`                  | 2 | 1 | one of exchange
          unknown field       | `name: a\\ntrust:\\n  url: x`            | 3 | 3 | no field trust.url
          text for fields     | `name: a\\ntrust: https://x/`            | 2 | 1 | trust must be fields
          fields for text     | `name: {a: b}`                           | 1 | 1 | name must be text
          fields for a list   | `name: a\\nmayRequest: {partner: b}`     | 2 | 1 | mayRequest must be a list
          text in a list      | `name: a\\nmayRequest:\\n- partner: b\\n- c` | 4 | 3 | mayRequest[1]
          a wrong duration    | `name: a\\nprobe:\\n  sipAddresses: []\\n  interval: 5m` | 4 | 3 | ISO 8601
          no mailboxes        | `name: a\\nprobe: {kinds: [archiving]}`  | 2 | 1 | probe has no sipAddresses
          two trusts          | `name: a\\ntrust: {tokenServer: x, metadataUrl: y}` | 2 | 1 | exactly one of metadataUrl
          no trust            | `name: a\\ntrust: {}`                    | 2 | 1 | exactly one of metadataUrl
          useless field       | `name: a\\ntrust: {tokenServer: x, allowHttp: true}` | 2 | 25 | only for a metadataUrl
          no name             | kind: exchange                           | 1 | 1 | name is missing
          no kind             | `name: a\\ntrust: {metadataUrl: "https://x/y"}` | 1 | 1 | kind is missing
          twice               | `name: a\\nkind: skype\\nkind: exchange` | 3 | 1 | kind is there twice
          a list              | - name: a                                | 1 | 1 | has fields
          a word              | hello                                    | 1 | 1 | has fields
          alias               | `name: &n a\\nrealm: *n`                 | 2 | 8 | Aliases
          anchor              | `name: a\\ntrust: &t {tokenServer: x}`  | 2 | 8 | Anchors
          merge               | `name: a\\n<<: *x`                       | 2 | 5 | Aliases
          tag                 | `name: a\\nkind: !!java.net.URL [x]`     | 2 | 7 | Tags
          binary              | `name: !!binary aGk=`                    | 1 | 7 | Tags
          tab                 | `name: a\\ntrust:\\n\\tmetadataUrl: x`   | 3 | 1 | TAB
          unclosed quote      | `name: "a\\nkind: exchange`              | 2 | 15 | (line 1)
          unclosed list       | `name: a\\nmayRequest: [b,`              | 2 | 16 | no YAML
          colon               | name: a: b                               | 1 | 8 | mapping values are not allowed
          list as key         | `? [a]\\n: b`                            | 1 | 4 | Expected a field name
          """)
  void what_does_not_fit_is_told_with_its_place(
      String what, String file, int line, int column, String detail) {
    FileContent content = yaml(file.replace("\\n", "\n").replace("\\t", "\t"));

    assertThat(content.declared()).as(what).isEmpty();
    FileContent.Malformed first = content.malformed().getFirst();
    assertThat(first.problem().detail()).contains(detail).doesNotContain("snakeyaml", "fasterxml");
    assertThat(first.place()).isEqualTo(new Place(line, column));
    assertThat(first.problem().code()).isEqualTo(DeclarationReader.MALFORMED);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          broken off | `{"name": "a",\\n "kind"`                  | 2 | can't be read
          twice      | `{"name": "a",\\n "name": "b"}`            | 2 | name is there twice
          null       | `{"name": "a",\\n "realm": null}`          | 2 | realm has no value
          only null  | `null`                                     | 1 | has no value
          comment    | `// x`                                     | 1 | can't be read
          """)
  void json_that_does_not_fit_is_told_with_its_line(
      String what, String file, int line, String detail) {
    FileContent content = json(file.replace("\\n", "\n"));

    assertThat(content.declared()).as(what).isEmpty();
    assertThat(content.malformed().getFirst().problem().detail())
        .contains(detail)
        .doesNotContain("Source");
    assertThat(content.malformed().getFirst().place().line()).isEqualTo(line);
  }

  @Test
  void a_file_without_a_declaration_is_told() {
    for (String empty : new String[] {"", "# only this\n", "---\n---\n"}) {
      assertThat(only(yaml(empty)).problem().detail()).contains("declares nothing");
    }
    assertThat(only(json("  ")).problem().detail()).contains("declares nothing");
  }

  @Test
  void a_byte_order_mark_and_carriage_returns_are_fine() {
    FileContent content = yaml("\ufeff" + (EXCHANGE + "enabled: false\n").replace("\n", "\r\n"));

    assertThat(content.malformed()).isEmpty();
    assertThat(content.declared().getFirst().partner().enabled()).isFalse();
    assertThat(content.declared().getFirst().place("enabled").line()).isEqualTo(4);
  }

  @Test
  void other_encodings_and_binary_junk_are_told_with_their_place() {
    assertThat(only(DeclarationReader.yaml(EXCHANGE.getBytes(UTF_16))).problem().detail())
        .contains("UTF-16");
    byte[] latin = {'a', ':', ' ', 'b', '\n', 'n', ':', ' ', (byte) 0xfc, '\n'};
    assertThat(only(DeclarationReader.yaml(latin)).place()).isEqualTo(new Place(2, 4));
    assertThat(only(DeclarationReader.yaml(latin)).problem().detail()).contains("UTF-8");
    assertThat(only(yaml("name: a\nkind: \u0000\n")).place()).isEqualTo(new Place(2, 7));
    var junk = new byte[100_000];
    new Random(1).nextBytes(junk);
    assertThat(only(DeclarationReader.yaml(junk)).place().line()).isPositive();
  }

  @Test
  void what_is_not_ascii_is_kept() {
    FileContent content = yaml(EXCHANGE + "mayRequest:\n- partner: Zürich 😀\n");

    assertThat(content.declared().getFirst().partner().mayRequest().getFirst().partner())
        .isEqualTo("Zürich 😀");
  }

  @Test
  void bombs_are_refused() {
    var bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 20; i++) {
      bomb.append("a%d: &a%d [%s]\n".formatted(i, i, ("*a" + (i - 1) + ",").repeat(9)));
    }
    assertThat(yaml(bomb.toString()).declared()).isEmpty();
    assertThat(yaml(bomb.toString()).malformed()).hasSizeBetween(1, 10);

    assertThat(only(yaml("a: " + "[".repeat(100_000))).problem().detail()).contains("32 deep");
    assertThat(only(yaml("a: " + "{a: ".repeat(100_000))).problem().detail()).contains("32 deep");
    assertThat(only(json("{\"a\":".repeat(100_000))).problem().detail()).contains("32 deep");
    assertThat(only(yaml("name: " + "x".repeat(300_000))).problem().detail())
        .contains("more than 262144 characters");
    assertThat(yaml("n".repeat(1_000_000) + ": x").malformed()).isNotEmpty();
    assertThat(yaml("- ".repeat(500_000)).malformed()).isNotEmpty();
    assertThat(yaml("? ".repeat(500_000)).malformed()).isNotEmpty();
  }

  @Test
  void one_mistake_over_and_over_is_told_a_few_times() {
    assertThat(yaml("name: a\n" + "kind:\n".repeat(1000)).malformed()).hasSizeBetween(1, 5);
  }

  @Property(tries = 300)
  void no_bytes_get_more_than_a_finding(@ForAll @Size(max = 200) byte[] file) {
    assertThat(DeclarationReader.yaml(file).malformed()).isNotEmpty();
    assertThat(DeclarationReader.json(file).malformed()).isNotEmpty();
  }

  @Property(tries = 300)
  void no_text_gets_more_than_a_finding(@ForAll @Size(max = 60) String text) {
    assertThat(yaml(text).malformed()).isNotEmpty();
    assertThat(yaml("name: " + text).malformed()).isNotEmpty();
    assertThat(yaml(EXCHANGE + text).malformed().size() + 1).isPositive();
  }
}
