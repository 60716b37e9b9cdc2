package dev.concordat.registry.rules;

import static dev.concordat.registry.Registered.NOON;
import static dev.concordat.registry.Registered.byMetadata;
import static dev.concordat.registry.Registered.exchange;
import static dev.concordat.registry.Registered.register;
import static dev.concordat.registry.Registered.remove;
import static dev.concordat.registry.Registered.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.Collections;
import java.util.Date;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartnerRulesTest {

  private final Partners partners = new Partners();

  private Decision registering(PartnerApplication partner) {
    Decision decision = PartnerRules.decide(partners, register(partner), NOON);
    partners.apply(decision);
    return decision;
  }

  private static Problem problem(Decision decision) {
    assertThat(decision).isInstanceOf(Decision.Refused.class);
    return ((Decision.Refused) decision).problem();
  }

  private static String field(Decision decision) {
    return String.valueOf(problem(decision).extensions().get("field"));
  }

  @Test
  void a_product_gets_its_well_known_application_identifier() {
    assertThat(registering(exchange("exchange")))
        .isInstanceOfSatisfying(
            Decision.Created.class,
            it ->
                assertThat(it.partner().applicationIdentifier())
                    .isEqualTo("00000002-0000-0ff1-ce00-000000000000"));
  }

  @Test
  void the_same_declaration_again_changes_nothing() {
    registering(exchange("exchange"));

    assertThat(registering(exchange("exchange"))).isInstanceOf(Decision.Unchanged.class);
    assertThat(partners.revision()).isEqualTo(1);
  }

  @Test
  void another_declaration_replaces_under_the_next_revision() {
    registering(exchange("exchange"));

    Decision decision =
        registering(byMetadata("exchange", "https://other/autodiscover/metadata/json/1", null));

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Replaced.class, it -> assertThat(it.partner().revision()).isEqualTo(2));
  }

  @Test
  void a_name_is_unique_whatever_its_case() {
    registering(exchange("Exchange"));

    Problem problem = problem(registering(exchange("exchange")));

    assertThat(problem.code()).isEqualTo("name-taken");
    assertThat(problem.detail()).contains("Exchange");
  }

  @Test
  void application_identifier_and_realm_together_are_unique() {
    registering(byMetadata("one", "https://one/x", "litwareinc.com"));

    Problem problem = problem(registering(byMetadata("two", "https://two/x", "litwareinc.com")));

    assertThat(problem.code()).isEqualTo("identity-taken");
    assertThat(problem.detail()).contains("one");
    assertThat(registering(byMetadata("three", "https://three/x", "contoso.com")))
        .isInstanceOf(Decision.Created.class);
  }

  @Test
  void an_identity_is_free_again_when_its_partner_is_removed() {
    registering(byMetadata("one", "https://one/x", "litwareinc.com"));
    partners.apply(PartnerRules.decide(partners, remove("one")));

    assertThat(registering(byMetadata("two", "https://two/x", "litwareinc.com")))
        .isInstanceOf(Decision.Created.class);
  }

  @Test
  void another_identity_under_the_same_name_must_be_asked_for() {
    registering(byMetadata("exchange", "https://one/x", "litwareinc.com"));
    var changed = byMetadata("exchange", "https://one/x", "contoso.com");

    Problem problem = problem(registering(changed));
    assertThat(problem.code()).isEqualTo("identity-change");
    assertThat(problem.extensions()).containsEntry("field", "realm");

    assertThat(PartnerRules.decide(partners, register(changed, null, true), NOON))
        .isInstanceOf(Decision.Replaced.class);
  }

  @Test
  void conditions_hold_or_refuse_with_412() {
    registering(exchange("exchange"));

    assertThat(
            problem(
                PartnerRules.decide(
                    partners,
                    register(exchange("exchange"), new Expectation(null, true), false),
                    NOON)))
        .extracting(Problem::code, Problem::status)
        .containsExactly("name-taken", 412);
    assertThat(
            problem(
                PartnerRules.decide(
                    partners,
                    register(exchange("exchange"), new Expectation(7L, false), false),
                    NOON)))
        .extracting(Problem::code, Problem::status)
        .containsExactly("revision-mismatch", 412);
    assertThat(
            PartnerRules.decide(
                partners, register(exchange("exchange"), new Expectation(1L, false), false), NOON))
        .isInstanceOf(Decision.Unchanged.class);
    assertThat(
            problem(
                PartnerRules.decide(
                    partners, register(exchange("gone"), new Expectation(1L, false), false), NOON)))
        .extracting(Problem::status)
        .isEqualTo(412);
  }

  @Test
  void removing_what_is_not_there_is_refused_with_404() {
    assertThat(problem(PartnerRules.decide(partners, remove("nobody"))))
        .extracting(Problem::code, Problem::status)
        .containsExactly("partner-unknown", 404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " leading",
        "-leading",
        "has/slash",
        "semi;colon",
        "quote'",
        "new\nline",
        "look\u200balike",
        "раrtner",
        "a123456789012345678901234567890123456789012345"
      })
  void a_malformed_name_is_refused_by_name(String name) {
    assertThat(field(registering(exchange(name)))).isEqualTo("name");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://autodiscover.litwareinc.com/autodiscover/metadata/json/1",
        "ftp://autodiscover.litwareinc.com/",
        "autodiscover.litwareinc.com",
        "https://user:secret@autodiscover.litwareinc.com/",
        "https://autodiscover.litwareinc.com/#fragment",
        "https:///metadata/json/1",
        "not a url"
      })
  void a_metadata_url_that_is_not_plain_https_is_refused(String url) {
    Decision decision = registering(byMetadata("exchange", url, null));

    assertThat(field(decision)).isEqualTo("trust.metadataUrl");
    assertThat(problem(decision).toString()).doesNotContain("secret");
  }

  @ParameterizedTest
  @ValueSource(strings = {"s3cret", "{SHA-256}s3cret", "pbkdf2-sha256:1000:c2FsdHNhbHQ:s3cret"})
  void a_secret_hash_that_the_token_service_could_not_use_is_refused_and_not_shown(String hash) {
    Decision decision = registering(withSecret(hash));

    assertThat(field(decision)).isEqualTo("clientAuth.secretHash");
    assertThat(problem(decision).toString())
        .contains("pbkdf2-sha256:<iterations>:<salt>:<hash>")
        .doesNotContain("s3cret");
  }

  @Test
  void a_secret_hash_of_the_right_form_is_registered() {
    String hash = "pbkdf2-sha256:210000:c2l4dGVlbiBieXRlcyBvaw:" + "A".repeat(43);

    assertThat(registering(withSecret(hash))).isInstanceOf(Decision.Created.class);
  }

  private static PartnerApplication withSecret(String hash) {
    var like = workload("crm", "sip:kenmyer@litwareinc.com");
    return new PartnerApplication(
        like.name(),
        like.kind(),
        null,
        null,
        like.trustLevel(),
        true,
        null,
        like.mayRequest(),
        new ClientAuth(null, null, null, hash),
        null);
  }

  @Test
  void plain_http_is_allowed_where_it_is_asked_for() {
    var trust = new Trust.ByMetadata("http://lab.litwareinc.com/metadata/json/1", null, true);

    assertThat(registering(with(exchange("lab"), trust, null)))
        .isInstanceOf(Decision.Created.class);
  }

  @Test
  void certificates_given_by_hand_need_an_identity_and_strong_keys() throws Exception {
    String rsa = certificate("RSA", 2048, null);
    String weak = certificate("RSA", 1024, null);
    String curve = certificate("EC", 0, "secp256r1");
    String otherCurve = certificate("EC", 0, "secp521r1");
    var named = byMetadata("exchange", "https://x/", "litwareinc.com");

    assertThat(registering(with(named, new Trust.ByCertificates(List.of(rsa, curve)), null)))
        .isInstanceOf(Decision.Created.class);
    assertThat(field(registering(with(named, new Trust.ByCertificates(List.of(rsa, weak)), null))))
        .isEqualTo("trust.certificates[1]");
    assertThat(field(registering(with(named, new Trust.ByCertificates(List.of(otherCurve)), null))))
        .isEqualTo("trust.certificates[0]");
    assertThat(
            field(
                registering(
                    with(named, new Trust.ByCertificates(Collections.nCopies(17, rsa)), null))))
        .isEqualTo("trust.certificates");
    assertThat(field(registering(with(named, new Trust.ByCertificates(List.of("MIIx")), null))))
        .isEqualTo("trust.certificates[0]");
    assertThat(field(registering(with(named, new Trust.ByCertificates(List.of()), null))))
        .isEqualTo("trust.certificates");
    assertThat(
            field(
                registering(with(exchange("other"), new Trust.ByCertificates(List.of(rsa)), null))))
        .isEqualTo("realm");
  }

  @Test
  void a_token_server_must_be_registered_and_stays_while_it_is_used() {
    var vouched =
        with(byMetadata("skype", "https://x/", null), new Trust.ByTokenServer("sts"), null);
    assertThat(field(registering(vouched))).isEqualTo("trust.tokenServer");

    registering(
        new PartnerApplication(
            "STS",
            PartnerKind.TOKEN_SERVER,
            null,
            null,
            TrustLevel.FULL,
            true,
            new Trust.ByMetadata("https://sts.litwareinc.com/metadata/json/1", null, null),
            List.of(),
            null,
            null));
    assertThat(registering(vouched)).isInstanceOf(Decision.Created.class);

    assertThat(problem(PartnerRules.decide(partners, remove("STS"))).code())
        .isEqualTo("token-server-in-use");
    partners.apply(PartnerRules.decide(partners, remove("skype")));
    assertThat(PartnerRules.decide(partners, remove("STS"))).isInstanceOf(Decision.Removed.class);
  }

  @Test
  void only_a_workload_of_ours_may_do_without_trust() {
    assertThat(field(registering(with(exchange("exchange"), null, null)))).isEqualTo("trust");
    assertThat(registering(workload("probe", "sip:kenmyer@litwareinc.com")))
        .isInstanceOf(Decision.Created.class);
    assertThat(field(registering(workload("bad", "kenmyer")))).isEqualTo("mayRequest[0].as.users");
  }

  @Test
  void a_product_that_is_known_by_certificates_needs_no_identifier() throws Exception {
    assertThat(
            PartnerRules.malformed(
                new PartnerApplication(
                    "exchange",
                    PartnerKind.EXCHANGE,
                    null,
                    "litwareinc.com",
                    TrustLevel.FULL,
                    true,
                    new Trust.ByCertificates(List.of(certificate("RSA", 2048, null))),
                    List.of(),
                    null,
                    null)))
        .isEmpty();
  }

  /** ADR 0013. */
  @Test
  void a_server_of_the_products_may_ask_our_token_server_and_proves_itself_by_its_own_key() {
    for (PartnerKind kind :
        List.of(PartnerKind.EXCHANGE, PartnerKind.SKYPE, PartnerKind.SHAREPOINT)) {
      assertThat(
              registering(
                  asking(
                      kind,
                      new Trust.ByMetadata(
                          "https://lab.litwareinc.com/metadata/json/1", null, null),
                      null)))
          .as("%s", kind)
          .isInstanceOf(Decision.Created.class);
    }
    assertThat(
            field(
                registering(
                    asking(
                        PartnerKind.SKYPE,
                        new Trust.ByMetadata(
                            "https://lab.litwareinc.com/metadata/json/1", null, null),
                        new ClientAuth(null, null, null, "pbkdf2-sha256:10000:a:b")))))
        .isEqualTo("kind");
    assertThat(
            field(registering(asking(PartnerKind.SKYPE, new Trust.ByTokenServer("another"), null))))
        .isEqualTo("trust");
    assertThat(
            field(
                registering(
                    asking(
                        PartnerKind.TOKEN_SERVER,
                        new Trust.ByMetadata(
                            "https://lab.litwareinc.com/metadata/json/1", null, null),
                        null))))
        .isEqualTo("kind");
  }

  private static PartnerApplication asking(PartnerKind kind, Trust trust, ClientAuth auth) {
    return new PartnerApplication(
        "asking-" + kind,
        kind,
        "00000004-0000-0ff1-ce00-000000000000",
        kind + ".litwareinc.com",
        TrustLevel.FULL,
        true,
        trust,
        List.of(new MayRequest("exchange", null)),
        auth,
        null);
  }

  @Test
  void what_is_probed_must_be_addresses_at_a_bearable_interval() {
    assertThat(field(registering(probed("kenmyer@litwareinc.com", null))))
        .isEqualTo("probe.sipAddresses[0]");
    assertThat(field(registering(probed("sip:kenmyer@litwareinc.com", Duration.ofSeconds(1)))))
        .isEqualTo("probe.interval");
    assertThat(registering(probed("sip:kenmyer@litwareinc.com", Duration.ofMinutes(5))))
        .isInstanceOf(Decision.Created.class);
  }

  @Test
  void a_refusal_shows_a_hostile_value_harmlessly() {
    Problem problem = problem(registering(exchange("a\u202Eevil\n" + "x".repeat(1000))));

    assertThat(problem.detail()).doesNotContain("\u202E").doesNotContain("\n").hasSizeLessThan(600);
  }

  /** Revisions count every change and nothing else, and deciding is a function of the commands. */
  @Property(tries = 200)
  void revisions_have_no_gap_and_replay_comes_to_the_same(
      @ForAll @Size(max = 60) List<@IntRange(min = 0, max = 23) Integer> choices) {
    var one = new Partners();
    var other = new Partners();
    long changes = 0;
    for (int choice : choices) {
      Decision decision = decide(one, choice);
      Decision again = decide(other, choice);
      assertThat(again).isEqualTo(decision);
      one.apply(decision);
      other.apply(again);
      long revision =
          switch (decision) {
            case Decision.Created(PartnerRegistered it) -> it.revision();
            case Decision.Replaced(PartnerRegistered it) -> it.revision();
            case Decision.Removed(PartnerRegistered _, long it) -> it;
            case Decision.Unchanged _, Decision.Refused _ -> 0;
          };
      if (revision != 0) {
        assertThat(revision).isEqualTo(++changes);
      }
      assertThat(one.revision()).isEqualTo(changes);
    }
  }

  private static Decision decide(Partners state, int choice) {
    String name = "p" + choice % 4;
    return choice < 8
        ? PartnerRules.decide(state, remove(name))
        : PartnerRules.decide(
            state, register(byMetadata(name, "https://x/" + choice % 3, "r" + choice % 5)), NOON);
  }

  private static PartnerApplication probed(String address, Duration interval) {
    return with(
        exchange("exchange"),
        exchange("exchange").trust(),
        new ProbeSettings(List.of(address), null, interval, null));
  }

  private static PartnerApplication workload(String name, String user) {
    return new PartnerApplication(
        name,
        PartnerKind.GENERIC,
        null,
        null,
        TrustLevel.FULL,
        true,
        null,
        List.of(new MayRequest("*", new MayRequest.ActingAs(null, List.of(user), null))),
        new ClientAuth(null, null, "system:serviceaccount:concordat:" + name, null),
        null);
  }

  private static String certificate(String algorithm, int bits, String curve) throws Exception {
    KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
    if (curve == null) {
      generator.initialize(bits);
    } else {
      generator.initialize(new ECGenParameterSpec(curve));
    }
    KeyPair keys = generator.generateKeyPair();
    var name = new X500Name("CN=test");
    var certificate =
        new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(NOON.minusSeconds(60)),
                Date.from(NOON.plusSeconds(86400)),
                name,
                keys.getPublic())
            .build(
                new JcaContentSignerBuilder(curve == null ? "SHA256withRSA" : "SHA256withECDSA")
                    .build(keys.getPrivate()));
    return Base64.getEncoder().encodeToString(certificate.getEncoded());
  }
}
