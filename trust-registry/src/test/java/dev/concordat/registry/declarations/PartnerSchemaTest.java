package dev.concordat.registry.declarations;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.registry.Registered;
import dev.concordat.registry.rules.Decision;
import dev.concordat.registry.rules.PartnerRules;
import dev.concordat.registry.rules.Partners;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The schema that editors use says what the registry reads, neither more nor less. */
class PartnerSchemaTest {

  private static final JsonNode TEXT = read();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(TEXT);
  private static final YAMLMapper YAML = new YAMLMapper();

  private static JsonNode read() {
    try {
      return Json.mapper().readTree(Files.readAllBytes(Path.of("../docs/partner.schema.json")));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void it_has_every_field_and_no_other() {
    assertThat(names("/properties"))
        .isEqualTo(
            Stream.concat(
                    components(PartnerDeclaration.class).stream(),
                    DeclarationReader.OF_FILES.stream())
                .collect(Collectors.toSet()));
    var ofTrust = new HashSet<String>();
    Arrays.stream(Trust.class.getPermittedSubclasses())
        .forEach(it -> ofTrust.addAll(components(it)));
    assertThat(names("/$defs/trust/properties")).isEqualTo(ofTrust);
    assertThat(DeclarationReader.OF_TRUST).isEqualTo(ofTrust);
    assertThat(names("/$defs/mayRequest/properties")).isEqualTo(components(MayRequest.class));
    assertThat(names("/$defs/mayRequest/properties/as/properties"))
        .isEqualTo(components(MayRequest.ActingAs.class));
    assertThat(names("/$defs/clientAuth/properties")).isEqualTo(components(ClientAuth.class));
    assertThat(names("/$defs/probe/properties")).isEqualTo(components(ProbeSettings.class));
  }

  @Test
  void it_has_every_value_and_no_other() {
    assertThat(values("/properties/kind/enum")).isEqualTo(constants(PartnerKind.values()));
    assertThat(values("/properties/trustLevel/enum")).isEqualTo(constants(TrustLevel.values()));
    assertThat(values("/$defs/probe/properties/kinds/items/enum"))
        .isEqualTo(constants(ProbeKind.values()));
  }

  @Test
  void it_describes_each_field() {
    for (String fields :
        List.of(
            "/properties",
            "/$defs/trust/properties",
            "/$defs/mayRequest/properties",
            "/$defs/mayRequest/properties/as/properties",
            "/$defs/clientAuth/properties",
            "/$defs/probe/properties")) {
      for (Map.Entry<String, JsonNode> field : TEXT.at(fields).properties()) {
        JsonNode described =
            field.getValue().has("$ref")
                ? TEXT.at(field.getValue().path("$ref").asText().substring(1))
                : field.getValue();
        assertThat(described.path("description").asText())
            .as(field.getKey())
            .matches(it -> it.length() > 10);
      }
    }
  }

  static Stream<String> valid() throws Exception {
    String certificate = certificate();
    return Stream.of(
            """
            name: exchange
            trust:
              metadataUrl: https://autodiscover.litwareinc.com/autodiscover/metadata/json/1
            """,
            """
            name: Share.Point_1 - old
            trust: {metadataUrl: "HTTPS://sp.litwareinc.com:8443/_Layouts/15/metadata/json/1?x=y"}
            """,
            """
            name: skype
            kind: skype
            realm: litwareinc.com
            trustLevel: application
            enabled: false
            trust: {metadataUrl: "http://sfb/metadata/json/1", allowHttp: true}
            probe: {sipAddresses: ["sip:kenmyer@litwareinc.com"], kinds: [archiving], interval: PT5M}
            """,
            """
            name: skype-asks
            kind: skype
            trust: {metadataUrl: "https://sfb/metadata/json/1"}
            mayRequest: [{partner: exchange, as: {anyone: true}}]
            """,
            """
            name: exchange-asks
            trust:
              metadataUrl: https://autodiscover.litwareinc.com/autodiscover/metadata/json/1
            mayRequest: [{partner: skype}]
            """,
            """
            name: sts
            kind: token-server
            applicationIdentifier: 00000001-0000-0000-c000-000000000000
            realm: litwareinc.com
            trust: {certificates: ["CERTIFICATE"]}
            takeOver: true
            acceptIdentityChange: false
            """,
            """
            name: exchange-by-hand
            kind: exchange
            realm: litwareinc.com
            trust: {certificates: ["CERTIFICATE"]}
            """,
            """
            $schema: partner.schema.json
            name: archive
            kind: generic
            applicationIdentifier: https://archive.litwareinc.com/app
            realm: 5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001
            mayRequest:
            - partner: exchange
              as: {users: [kenmyer@litwareinc.com, "SIP:a@b.c"], domain: litwareinc.com}
              scopes: [calendar.read, 'urn:x:y']
              roles: [archivist]
            - partner: "*"
              as: {anyone: true}
            clientAuth:
              jwksUrl: https://archive.litwareinc.com/jwks
              serviceAccount: system:serviceaccount:concordat:archive
            """,
            """
            name: hashed
            kind: generic
            mayRequest: []
            clientAuth: {secretHash: "pbkdf2-sha256:210000:c2l4dGVlbiBieXRlcyBvaw:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", certificates: ["CERTIFICATE"]}
            """)
        .map(it -> it.replace("CERTIFICATE", certificate));
  }

  static Stream<String> invalid() throws Exception {
    String certificate = certificate();
    return Stream.of(
            "kind: exchange\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\ntrust: {metadataUrl: 'https://x/y'}",
            "name: a\nkind: exchange",
            "name: a\nkind: lotus\ntrust: {metadataUrl: 'https://x/y'}",
            "name: a\ncolour: red\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: 12\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: true\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: -a\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: " + "a".repeat(46) + "\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\nrealm: ~\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\nrealm: 'a b'\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\ntrustLevel: Full\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\nenabled: 'true'\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\nenabled: 1\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\ntakeOver: 'no'\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\napplicationIdentifier: b\ntrust: {metadataUrl: 'https://x/metadata/json/1'}",
            "name: a\ntrust: https://x/metadata/json/1",
            "name: a\nkind: exchange\ntrust: {}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: 'https://x/y', tokenServer: b}",
            "name: a\nkind: exchange\ntrust: {tokenServer: b, allowHttp: true}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: 'http://x/y'}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: 'http://x/y', allowHttp: false}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: 'ftp://x/y', allowHttp: true}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: 'https://me:secret@x/y'}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: 'https://x/y#z'}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: '/y'}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: 'https://x/y', caBundle: ''}",
            "name: a\nkind: exchange\nrealm: b.c\ntrust: {certificates: []}",
            "name: a\nkind: exchange\nrealm: b.c\ntrust: {certificates: ['']}",
            "name: a\nkind: exchange\ntrust: {certificates: [CERTIFICATE]}",
            "name: a\nkind: generic\nrealm: b.c\ntrust: {certificates: [CERTIFICATE]}",
            "name: a\nkind: generic\ntrust: {tokenServer: b}",
            "name: a\nkind: exchange\ntrust: {tokenServer: '-'}",
            "name: a\nkind: generic",
            "name: a\nkind: generic\nclientAuth: {}",
            "name: a\nkind: generic\nclientAuth: {jwksUrl: 'http://x/'}",
            "name: a\nkind: generic\nclientAuth: {serviceAccount: ' '}",
            "name: a\nkind: generic\nclientAuth: {secret: x}",
            "name: a\nkind: exchange\ntrust: {metadataUrl: 'https://x/y'}\nclientAuth: {secretHash: x}",
            "name: a\nkind: exchange\ntrust: {tokenServer: b}\nmayRequest: [{partner: b}]",
            "name: a\nkind: token-server\ntrust: {metadataUrl: 'https://x/y'}\nmayRequest: [{partner: b}]",
            "name: a\nkind: generic\nclientAuth: {secretHash: x}",
            "name: a\nkind: generic\nclientAuth: {secretHash: 's3cret'}",
            "name: a\nkind: generic\nclientAuth: {secretHash: 'pbkdf2-sha256:9999:c2l4dGVlbiBieXRlcyBvaw:HASH'}",
            "name: a\nkind: generic\nclientAuth: {secretHash: 'pbkdf2-sha256:2000001:c2l4dGVlbiBieXRlcyBvaw:HASH'}",
            "name: a\nkind: generic\nclientAuth: {secretHash: 'pbkdf2-sha256:210000:c2l4:HASH'}",
            "name: a\nkind: generic\nclientAuth: {secretHash: 'pbkdf2-sha512:210000:c2l4dGVlbiBieXRlcyBvaw:HASH'}",
            "name: a\nkind: generic\nclientAuth: {serviceAccount: x}\nmayRequest: [{partner: b, scopes: ['a b']}]",
            "name: a\nkind: generic\nclientAuth: {serviceAccount: x}\nmayRequest: [{partner: b, scopes: ['']}]",
            "name: a\nkind: generic\nclientAuth: {serviceAccount: x}\nmayRequest: [{partner: b, roles: ['a b']}]",
            "name: a\nkind: generic\nclientAuth: {serviceAccount: x}\nmayRequest: [{as: {anyone: true}}]",
            "name: a\nkind: generic\nclientAuth: {serviceAccount: x}\nmayRequest: [{partner: b, as: {users: [c]}}]",
            "name: a\nkind: generic\nclientAuth: {serviceAccount: x}\nmayRequest: [{partner: b, as: {domain: ''}}]",
            "name: a\ntrust: {metadataUrl: 'https://x/metadata/json/1'}\nprobe: {}",
            "name: a\ntrust: {metadataUrl: 'https://x/metadata/json/1'}\nprobe: {sipAddresses: [kenmyer]}",
            "name: a\ntrust: {metadataUrl: 'https://x/metadata/json/1'}\nprobe: {sipAddresses: [], kinds: [x]}",
            "name: a\ntrust: {metadataUrl: 'https://x/metadata/json/1'}\nprobe: {sipAddresses: [], interval: 5m}",
            "name: a\ntrust: {metadataUrl: 'https://x/metadata/json/1'}\nprobe: {sipAddresses: [], interval: 300}",
            "name: a\ntrust: {metadataUrl: 'https://x/metadata/json/1'}\nprobe: {sipAddresses: [], interval: ''}",
            "- name: a",
            "a")
        .map(it -> it.replace("CERTIFICATE", certificate).replace("HASH", "A".repeat(43)));
  }

  @ParameterizedTest
  @MethodSource("valid")
  void what_is_valid_is_valid_to_both(String declaration) throws Exception {
    FileContent content = DeclarationReader.yaml(declaration.getBytes(UTF_8));

    assertThat(content.malformed()).isEmpty();
    assertThat(decided(content)).isInstanceOf(Decision.Created.class);
    assertThat(violations(declaration)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("invalid")
  void what_is_not_is_so_to_neither(String declaration) throws Exception {
    FileContent content = DeclarationReader.yaml(declaration.getBytes(UTF_8));

    assertThat(violations(declaration)).isNotEmpty();
    if (content.malformed().isEmpty()) {
      assertThat(decided(content))
          .isInstanceOfSatisfying(
              Decision.Refused.class,
              it -> assertThat(it.problem().code()).isEqualTo("partner-malformed"));
    }
  }

  @Test
  void the_example_in_the_documentation_holds() throws IOException {
    String page = Files.readString(Path.of("../docs/gitops.md"));
    String example = page.substring(page.indexOf("```yaml") + 7, page.indexOf("```\n\n"));

    FileContent content = DeclarationReader.yaml(example.getBytes(UTF_8));

    assertThat(content.malformed()).isEmpty();
    assertThat(content.declared()).hasSize(2);
    for (String document : example.split("---\n")) {
      assertThat(violations(document)).isEmpty();
    }
  }

  private static Decision decided(FileContent content) {
    RegisterPartner command = Registered.register(content.declared().getFirst().partner());
    return PartnerRules.decide(new Partners(), command, Registered.NOON);
  }

  private static Set<ValidationMessage> violations(String declaration) throws IOException {
    return SCHEMA.validate(YAML.readTree(declaration));
  }

  private static Set<String> names(String fields) {
    var names = new HashSet<String>();
    TEXT.at(fields).fieldNames().forEachRemaining(names::add);
    return names;
  }

  private static List<String> values(String list) {
    return TEXT.at(list).valueStream().map(JsonNode::asText).toList();
  }

  private static List<String> constants(Enum<?>[] constants) {
    return Arrays.stream(constants).map(it -> Json.mapper().valueToTree(it).asText()).toList();
  }

  private static Set<String> components(Class<?> type) {
    return Arrays.stream(type.getRecordComponents())
        .map(it -> it.getName())
        .collect(Collectors.toSet());
  }

  private static String certificate() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    KeyPair keys = generator.generateKeyPair();
    var name = new X500Name("CN=partner");
    return Base64.getEncoder()
        .encodeToString(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(Registered.NOON),
                    Date.from(Registered.NOON.plusSeconds(86_400)),
                    name,
                    keys.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()))
                .getEncoded());
  }
}
