package dev.concordat.token.rules;

import static dev.concordat.token.Registrations.EXCHANGE_ID;
import static dev.concordat.token.Registrations.EXCHANGE_ISSUER;
import static dev.concordat.token.Registrations.anyone;
import static dev.concordat.token.Registrations.disabled;
import static dev.concordat.token.Registrations.exchange;
import static dev.concordat.token.Registrations.partner;
import static dev.concordat.token.Registrations.read;
import static dev.concordat.token.Registrations.reading;
import static dev.concordat.token.Registrations.serviceAccount;
import static dev.concordat.token.Registrations.trusted;
import static dev.concordat.token.Registrations.workload;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.MetadataRefreshed.Outcome;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.token.Registrations;
import dev.concordat.token.rules.TokenRequest.RequestedUser;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokenRulesTest {

  private static final PrincipalName OURS =
      PrincipalName.parse("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");
  private static final Client ADMIN = new Client.Administrator("ann");
  private static final RequestedUser KEN =
      new RequestedUser("sip:kenmyer@litwareinc.com", null, null);
  private static final PartnerRegistered EXCHANGE = exchange("exchange");
  private static final MetadataRefreshed READ = read("exchange", EXCHANGE_ISSUER);

  @Nested
  class Audience {

    @Test
    void has_the_host_of_the_metadata_url_where_no_resource_is_given() {
      assertThat(granted(actor(null)).actor().audience())
          .hasToString(EXCHANGE_ID + "/autodiscover.litwareinc.com@litwareinc.com");
    }

    @ParameterizedTest
    @CsvSource({
      "https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx, atl-exchange-001.litwareinc.com",
      "https://ATL-Exchange-001.LitwareInc.com./EWS/, atl-exchange-001.litwareinc.com",
      "https://atl-exchange-001.litwareinc.com:443/, atl-exchange-001.litwareinc.com",
      "https://atl-exchange-001.litwareinc.com:8443/, atl-exchange-001.litwareinc.com:8443",
      "00000002-0000-0ff1-ce00-000000000000/mail.litwareinc.com@litwareinc.com, mail.litwareinc.com"
    })
    void has_the_host_of_the_resource(String resource, String host) {
      assertThat(granted(actor(resource)).actor().audience())
          .hasToString(EXCHANGE_ID + "/" + host + "@litwareinc.com");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "http://atl-exchange-001.litwareinc.com/EWS/",
          "ftp://atl-exchange-001.litwareinc.com/",
          "https://",
          "https:///path",
          "https://ken@atl-exchange-001.litwareinc.com/",
          "https://atl-exchange-001.litwareinc.com/#fragment",
          "https://host:99999/",
          "https://ho st/",
          "atl-exchange-001.litwareinc.com",
          "00000002-0000-0ff1-ce00-000000000000@litwareinc.com",
          "a/b/c@d",
          "a/b@c@d"
        })
    void is_refused_for_a_malformed_resource(String resource) {
      assertThat(refused(actor(resource)).reason()).isEqualTo(RefusalReason.MALFORMED_RESOURCE);
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "00000003-0000-0ff1-ce00-000000000000/mail.litwareinc.com@litwareinc.com",
          "00000002-0000-0ff1-ce00-000000000000/mail.litwareinc.com@contoso.com"
        })
    void is_refused_for_another_application_or_realm(String resource) {
      assertThat(refused(actor(resource)).reason()).isEqualTo(RefusalReason.FOREIGN_RESOURCE);
    }

    @Test
    void needs_a_resource_where_nothing_else_tells_a_host() {
      var byCertificate =
          partner(
              "exchange",
              PartnerKind.EXCHANGE,
              EXCHANGE_ID,
              "litwareinc.com",
              new Trust.ByCertificates(List.of("MII")));

      assertThat(refused(decide(actor(null), ADMIN, byCertificate, null)).reason())
          .isEqualTo(RefusalReason.RESOURCE_MISSING);
      assertThat(
              granted(decide(actor("https://mail.litwareinc.com/"), ADMIN, byCertificate, null))
                  .actor()
                  .audience())
          .hasToString(EXCHANGE_ID + "/mail.litwareinc.com@litwareinc.com");
    }
  }

  @Nested
  class Identity {

    @Test
    void is_what_was_registered_before_what_the_document_says() {
      var registered =
          partner("exchange", PartnerKind.EXCHANGE, "ABCD", "Contoso.com", EXCHANGE.trust());

      assertThat(granted(decide(actor(null), ADMIN, registered, READ)).actor().audience())
          .hasToString("abcd/autodiscover.litwareinc.com@contoso.com");
    }

    @Test
    void is_not_known_before_the_document_was_read() {
      var refused = refused(decide(actor(null), ADMIN, EXCHANGE, null));

      assertThat(refused.reason()).isEqualTo(RefusalReason.IDENTITY_UNKNOWN);
      assertThat(refused.detail()).contains("has not been read yet", "Ask again");
    }

    @Test
    void is_not_known_while_the_document_can_not_be_read() {
      var refused =
          refused(
              decide(actor(null), ADMIN, EXCHANGE, reading("exchange", Outcome.UNREACHABLE, null)));

      assertThat(refused.reason()).isEqualTo(RefusalReason.IDENTITY_UNKNOWN);
      assertThat(refused.detail()).contains("could not be read", "concordat partner refresh");
    }

    @Test
    void is_that_of_the_last_good_document_while_the_partner_is_unreachable() {
      assertThat(
              granted(
                      decide(
                          actor(null),
                          ADMIN,
                          EXCHANGE,
                          reading("exchange", Outcome.UNREACHABLE, EXCHANGE_ISSUER)))
                  .actor()
                  .audience()
                  .realm())
          .isEqualTo("litwareinc.com");
    }

    @Test
    void is_that_of_the_old_document_while_a_new_one_conflicts() {
      assertThat(
              decide(
                  actor(null),
                  ADMIN,
                  EXCHANGE,
                  reading("exchange", Outcome.CONFLICT, EXCHANGE_ISSUER)))
          .isInstanceOf(Verdict.Granted.class);
    }

    @Test
    void is_in_conflict_where_the_only_document_contradicts_the_registration() {
      var refused =
          refused(
              decide(actor(null), ADMIN, EXCHANGE, reading("exchange", Outcome.CONFLICT, null)));

      assertThat(refused.reason()).isEqualTo(RefusalReason.IDENTITY_CONFLICT);
      assertThat(refused.detail()).contains("concordat partner accept exchange");
    }

    @Test
    void needs_a_registered_realm_where_the_document_is_for_any() {
      assertThat(
              refused(decide(actor(null), ADMIN, EXCHANGE, read("exchange", EXCHANGE_ID + "@*")))
                  .reason())
          .isEqualTo(RefusalReason.IDENTITY_UNKNOWN);
    }

    @Test
    void must_fit_into_a_principal_name() {
      var unnameable =
          partner("crm", PartnerKind.GENERIC, "crm@litwareinc.com", "litwareinc.com", null);

      assertThat(
              refused(decide(actor("https://crm.litwareinc.com/"), ADMIN, unnameable, null))
                  .reason())
          .isEqualTo(RefusalReason.NO_PRINCIPAL_NAME);
    }
  }

  @Nested
  class Partner {

    @Test
    void that_is_unknown_or_removed_gets_no_token() {
      assertThat(refused(decide(actor(null), ADMIN, null, READ)).reason())
          .isEqualTo(RefusalReason.UNKNOWN_PARTNER);
    }

    @Test
    void that_is_disabled_gets_no_token() {
      assertThat(refused(decide(actor(null), ADMIN, disabled(EXCHANGE), READ)).reason())
          .isEqualTo(RefusalReason.PARTNER_DISABLED);
    }

    @Test
    void trusted_as_application_gets_no_user_token() {
      var application = trusted(EXCHANGE, TrustLevel.APPLICATION);

      assertThat(granted(decide(actor(null), ADMIN, application, READ)).actor())
          .extracting(ActorTokenContent::trustedForDelegation)
          .isNull();
      assertThat(refused(decide(user(KEN), ADMIN, application, READ)).reason())
          .isEqualTo(RefusalReason.TRUST_LEVEL);
    }

    @Test
    void trusted_for_users_alone_gets_nothing_that_we_sign_alone() {
      var users = trusted(EXCHANGE, TrustLevel.USER);

      assertThat(refused(decide(actor(null), ADMIN, users, READ)).reason())
          .isEqualTo(RefusalReason.TRUST_LEVEL);
      assertThat(refused(decide(user(KEN), ADMIN, users, READ)).reason())
          .isEqualTo(RefusalReason.TRUST_LEVEL);
    }

    @Test
    void of_kind_sharepoint_gets_app_only_tokens_without_delegation_and_no_users_by_address() {
      var sharePoint =
          partner(
              "sharepoint",
              PartnerKind.SHAREPOINT,
              "00000003-0000-0ff1-ce00-000000000000",
              "litwareinc.com",
              EXCHANGE.trust());

      assertThat(granted(decide(actor(null), ADMIN, sharePoint, null)).actor())
          .extracting(ActorTokenContent::trustedForDelegation)
          .isNull();
      assertThat(refused(decide(user(KEN), ADMIN, sharePoint, null)).reason())
          .isEqualTo(RefusalReason.USER_NOT_NAMEABLE);
    }
  }

  @Nested
  class Workload {

    @Test
    void gets_nothing_that_its_registration_does_not_name() {
      var client = client(anyone("another"));

      var verdict = decide(actor(null), client, EXCHANGE, READ);

      assertThat(refused(verdict).reason()).isEqualTo(RefusalReason.NOT_ALLOWED);
    }

    @Test
    void learns_nothing_of_partners_that_it_may_not_call() {
      var client = client(anyone("another"));

      assertThat(decide(actor(null), client, null, null))
          .isEqualTo(decide(actor(null), client, EXCHANGE, READ))
          .isEqualTo(decide(actor(null), client, disabled(EXCHANGE), null));
    }

    @ParameterizedTest
    @ValueSource(strings = {"exchange", "*"})
    void that_names_no_users_gets_actor_tokens_that_carry_none(String partner) {
      var client = client(new MayRequest(partner, null));

      assertThat(granted(decide(actor(null), client, EXCHANGE, READ)).actor())
          .extracting(ActorTokenContent::trustedForDelegation)
          .isNull();
      assertThat(refused(decide(user(KEN), client, EXCHANGE, READ)).reason())
          .isEqualTo(RefusalReason.NOT_ALLOWED);
    }

    @Test
    void for_anyone_gets_actor_and_user_tokens() {
      var client = client(anyone("*"));

      assertThat(granted(decide(actor(null), client, EXCHANGE, READ)).actor())
          .extracting(ActorTokenContent::trustedForDelegation)
          .isEqualTo(true);
      assertThat(granted(decide(user(KEN), client, EXCHANGE, READ)).acting()).isNotNull();
    }

    @ParameterizedTest
    @CsvSource({
      "kenmyer@litwareinc.com, true",
      "sip:KenMyer@litwareinc.com, true",
      "pilar@litwareinc.com, false"
    })
    void for_listed_users_gets_tokens_for_them_alone(String listed, boolean allowed) {
      var client =
          client(new MayRequest("exchange", new MayRequest.ActingAs(null, List.of(listed), null)));

      assertThat(decide(user(KEN), client, EXCHANGE, READ) instanceof Verdict.Granted)
          .isEqualTo(allowed);
    }

    @ParameterizedTest
    @CsvSource({"litwareinc.com, true", "LITWAREINC.com, true", "inc.com, false"})
    void for_a_domain_gets_tokens_for_its_users_alone(String domain, boolean allowed) {
      var client = client(new MayRequest("exchange", new MayRequest.ActingAs(null, null, domain)));

      assertThat(decide(user(KEN), client, EXCHANGE, READ) instanceof Verdict.Granted)
          .isEqualTo(allowed);
    }

    @Test
    void for_listed_users_never_gets_an_actor_token_that_could_name_others() {
      var client =
          client(
              new MayRequest(
                  "exchange",
                  new MayRequest.ActingAs(null, List.of("kenmyer@litwareinc.com"), null)));

      assertThat(granted(decide(actor(null), client, EXCHANGE, READ)).actor())
          .extracting(ActorTokenContent::trustedForDelegation)
          .isNull();
    }

    @ParameterizedTest
    @EnumSource(
        value = TrustLevel.class,
        names = {"APPLICATION", "USER"})
    void that_is_trusted_less_acts_for_no_user(TrustLevel level) {
      var client =
          new Client.Workload(
              trusted(workload("probe", serviceAccount("probe"), anyone("*")), level));

      assertThat(refused(decide(user(KEN), client, EXCHANGE, READ)).reason())
          .isEqualTo(RefusalReason.TRUST_LEVEL);
    }

    private Client client(MayRequest... mayRequest) {
      return new Client.Workload(workload("probe", serviceAccount("probe"), mayRequest));
    }
  }

  @Nested
  class Users {

    @Test
    void are_named_in_lower_case_by_what_is_known_of_them() {
      var granted =
          granted(
              decide(
                  user(
                      new RequestedUser(
                          "SIP:KenMyer@LitwareInc.com", "Ken.Myer@litwareinc.com", null)),
                  ADMIN,
                  EXCHANGE,
                  READ));

      var acting = granted.acting();
      assertThat(acting).isNotNull();
      User user = acting.user();
      assertThat(user.sip()).hasToString("sip:kenmyer@litwareinc.com");
      assertThat(user.smtpAddress()).isEqualTo("ken.myer@litwareinc.com");
      assertThat(user.userPrincipalName()).isNull();
      assertThat(granted.actor().trustedForDelegation()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "kenmyer",
          "sip:",
          "sip:@litwareinc.com",
          "sip:kenmyer@",
          "tel:+15550100",
          "a@b@c",
          "sip:ken myer@litwareinc.com",
          "https://litwareinc.com"
        })
    void are_refused_without_a_sip_address(String sip) {
      assertThat(
              refused(decide(user(new RequestedUser(sip, null, null)), ADMIN, EXCHANGE, READ))
                  .reason())
          .isEqualTo(RefusalReason.MALFORMED_USER);
    }

    @ParameterizedTest
    @ValueSource(strings = {"kenmyer", "@litwareinc.com", "ken\"@litwareinc.com", "a@b c", "a@b@c"})
    void are_refused_by_malformed_other_names(String address) {
      var smtp = new RequestedUser("sip:kenmyer@litwareinc.com", address, null);
      var upn = new RequestedUser("sip:kenmyer@litwareinc.com", null, address);

      assertThat(refused(decide(user(smtp), ADMIN, EXCHANGE, READ)).detail())
          .contains("SMTP address");
      assertThat(refused(decide(user(upn), ADMIN, EXCHANGE, READ)).detail()).contains("UPN");
    }
  }

  @Nested
  class Services_of_our_own {
    private static final String IDENTIFIER = "https://archive.litwareinc.com/api";
    private final PartnerRegistered archive =
        Registrations.partner("exchange", PartnerKind.GENERIC, IDENTIFIER, null, null);

    @Test
    void get_an_access_token_instead_of_an_actor_token() {
      var client =
          new Client.Workload(
              Registrations.workload(
                  "crm", null, new MayRequest("exchange", null, List.of("mail.read"))));

      assertThat(decide(actor(null), client, archive, null))
          .isEqualTo(
              new Verdict.GrantedAccess(
                  archive,
                  new AccessTokenContent(
                      IDENTIFIER, "crm", null, List.of("mail.read"), List.of(), null)));
    }

    @Test
    void are_told_of_a_user_by_the_name_that_is_given_last_in_the_order_sip_smtp_upn() {
      var granted =
          (Verdict.GrantedAccess)
              decide(
                  user(new RequestedUser("sip:kenmyer@litwareinc.com", "ken@litwareinc.com", null)),
                  ADMIN,
                  archive,
                  null);

      assertThat(granted.content().subject()).isEqualTo("ken@litwareinc.com");
      assertThat(granted.content().clientId()).startsWith("admin:");
    }

    @Test
    void know_scopes_that_every_rule_of_the_client_adds_to() {
      var client =
          new Client.Workload(
              Registrations.workload(
                  "crm",
                  null,
                  new MayRequest("exchange", null, List.of("a", "b")),
                  new MayRequest("*", null, List.of("b", "c")),
                  new MayRequest("another", null, List.of("d"))));

      assertThat(scopes(client, List.of())).containsExactly("a", "b", "c");
      assertThat(scopes(client, List.of("c", "a", "c"))).containsExactly("c", "a");
      assertThat(refused(decide(asking(List.of("a", "d")), client, archive, null)).reason())
          .isEqualTo(RefusalReason.SCOPE_NOT_ALLOWED);
    }

    @Test
    void that_are_disabled_or_elsewhere_get_none() {
      assertThat(
              refused(decide(actor(null), ADMIN, Registrations.disabled(archive), null)).reason())
          .isEqualTo(RefusalReason.PARTNER_DISABLED);
      assertThat(refused(decide(actor("https://other/"), ADMIN, archive, null)).reason())
          .isEqualTo(RefusalReason.FOREIGN_RESOURCE);
    }

    private List<String> scopes(Client client, List<String> asked) {
      return ((Verdict.GrantedAccess) decide(asking(asked), client, archive, null))
          .content()
          .scopes();
    }

    private TokenRequest asking(List<String> scopes) {
      return new TokenRequest("exchange", null, null, null, scopes);
    }
  }

  private static TokenRequest actor(@Nullable String resource) {
    return new TokenRequest("exchange", resource, null);
  }

  private static TokenRequest user(RequestedUser user) {
    return new TokenRequest("exchange", null, user);
  }

  private static Verdict decide(
      TokenRequest request,
      Client client,
      @Nullable PartnerRegistered partner,
      @Nullable MetadataRefreshed reading) {
    return TokenRules.decide(request, client, partner, reading, OURS, UserNaming.DEFAULT);
  }

  private static Verdict.Granted granted(TokenRequest request) {
    return granted(decide(request, ADMIN, EXCHANGE, READ));
  }

  private static Verdict.Granted granted(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Granted.class);
    return (Verdict.Granted) verdict;
  }

  private static Verdict.Refused refused(TokenRequest request) {
    return refused(decide(request, ADMIN, EXCHANGE, READ));
  }

  private static Verdict.Refused refused(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Verdict.Refused.class);
    return (Verdict.Refused) verdict;
  }
}
