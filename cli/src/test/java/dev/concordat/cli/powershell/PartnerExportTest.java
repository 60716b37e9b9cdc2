package dev.concordat.cli.powershell;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.powershell.PartnerExport.Export;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** The way back: what is exported and imported again is the same, or was told to be lost. */
class PartnerExportTest {

  private static final String UNKNOWN = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001";

  @Property(tries = 300)
  void what_nothing_is_said_to_be_lost_of_comes_back_the_same(
      @ForAll("partners") PartnerApplication partner, @ForAll Cmdlet cmdlet) {
    switch (PartnerExport.write(partner, cmdlet)) {
      case Export.Inexpressible(String why) -> assertThat(why).isNotBlank();
      case Export.Written(ObjectNode object, List<String> lost) -> {
        List<Imported> back = back(partner, object);
        if (lost.stream().noneMatch(it -> it.contains("no word for") || it.contains("would say"))) {
          assertThat(back)
              .singleElement()
              .isInstanceOfSatisfying(
                  Imported.Declared.class, it -> assertThat(it.partner()).isEqualTo(partner));
        } else {
          assertThat(back)
              .singleElement()
              .isInstanceOfSatisfying(
                  Imported.Declared.class, it -> assertThat(it.partner()).isNotEqualTo(partner));
        }
      }
    }
  }

  @Property(tries = 200)
  void what_the_product_has_a_word_for_is_never_lost(
      @ForAll("plainPartners") PartnerApplication partner) {
    List<Cmdlet> able =
        switch (partner.trust()) {
          case Trust.ByMetadata _ when partner.kind() == PartnerKind.TOKEN_SERVER ->
              List.of(Cmdlet.AUTH_SERVER, Cmdlet.SP_TRUSTED_ISSUER);
          case Trust.ByMetadata _ ->
              List.of(
                  Cmdlet.PARTNER_APPLICATION,
                  Cmdlet.CS_PARTNER_APPLICATION,
                  Cmdlet.SP_TRUSTED_ISSUER);
          case Trust.ByCertificates _ when partner.kind() == PartnerKind.TOKEN_SERVER ->
              List.of(Cmdlet.SP_TRUSTED_ISSUER);
          case Trust.ByCertificates _ ->
              List.of(Cmdlet.CS_PARTNER_APPLICATION, Cmdlet.SP_TRUSTED_ISSUER);
          case null, default -> List.of();
        };
    for (Cmdlet cmdlet : able) {
      assertThat(PartnerExport.write(partner, cmdlet))
          .as(cmdlet.shape())
          .isInstanceOfSatisfying(Export.Written.class, it -> assertThat(it.lost()).isEmpty());
    }
  }

  private static List<Imported> back(PartnerApplication partner, ObjectNode object) {
    String server = partner.trust() instanceof Trust.ByTokenServer(String named) ? named : null;
    return Samples.imported(
        new ImportChoices(true, "", server, null, false), object.toPrettyString());
  }

  @Example
  void what_a_product_has_no_word_for_is_told() {
    var partner =
        new PartnerApplication(
            "ours",
            PartnerKind.GENERIC,
            UNKNOWN,
            "litwareinc.com",
            TrustLevel.USER,
            false,
            new Trust.ByMetadata("https://ours.litwareinc.com/metadata/json/1", null, null),
            List.of(),
            null,
            new ProbeSettings(List.of("sip:a@litwareinc.com"), null, null, null));

    assertThat(lost(partner, Cmdlet.CS_PARTNER_APPLICATION))
        .containsExactly(
            "Get-CsPartnerApplication has no word for probe: {\"sipAddresses\":[\"sip:a@litwareinc.com\"]} is left out.");
    assertThat(lost(partner, Cmdlet.PARTNER_APPLICATION))
        .anyMatch(it -> it.contains("trustLevel: user"))
        .anyMatch(it -> it.contains("probe"))
        .hasSize(2);
    assertThat(lost(partner, Cmdlet.SP_TRUSTED_ISSUER))
        .anyMatch(it -> it.contains("enabled: false"))
        .hasSize(3);
  }

  @Example
  void what_a_product_does_not_have_at_all_is_left_out_with_the_reason() {
    var byHand =
        new PartnerApplication(
            "a",
            PartnerKind.GENERIC,
            UNKNOWN,
            "litwareinc.com",
            TrustLevel.FULL,
            true,
            new Trust.ByCertificates(List.of(Certificates.GOOD.pem(), Certificates.OTHER.base64())),
            List.of(),
            null,
            null);

    assertThat(PartnerExport.write(byHand, Cmdlet.PARTNER_APPLICATION))
        .isInstanceOf(Export.Inexpressible.class);
    assertThat(PartnerExport.write(byHand, Cmdlet.AUTH_SERVER))
        .isInstanceOf(Export.Inexpressible.class);
    assertThat(lost(byHand, Cmdlet.CS_PARTNER_APPLICATION))
        .as("one certificate fits, the second does not")
        .hasSize(1);
    assertThat(lost(byHand, Cmdlet.SP_TRUSTED_ISSUER)).isEmpty();
  }

  @Example
  void exchange_does_not_say_which_token_server_vouches() {
    var partner =
        new PartnerApplication(
            "Exchange Online",
            PartnerKind.EXCHANGE,
            "00000002-0000-0ff1-ce00-000000000000",
            "litwareinc.com",
            TrustLevel.FULL,
            true,
            new Trust.ByTokenServer("sts"),
            List.of(),
            null,
            null);

    assertThat(lost(partner, Cmdlet.PARTNER_APPLICATION))
        .anyMatch(it -> it.contains("--token-server 'sts'"))
        .anyMatch(it -> it.contains("--include-known"))
        .hasSize(2);
  }

  private static List<String> lost(PartnerApplication partner, Cmdlet cmdlet) {
    return switch (PartnerExport.write(partner, cmdlet)) {
      case Export.Written(ObjectNode _, List<String> lost) -> lost;
      case Export.Inexpressible(String why) -> throw new AssertionError(why);
    };
  }

  private static final Arbitrary<String> NAMES =
      Arbitraries.strings()
          .withChars("abcXYZ019 ._-")
          .ofMinLength(0)
          .ofMaxLength(43)
          .map(it -> "n" + it + "m");

  private static final Arbitrary<String> REALMS =
      Arbitraries.of("litwareinc.com", "5f3b7e0a-41c6-4b0e-9a55-8f2a6f0f9d10", "Fabrikam.com");

  private static final Arbitrary<String> IDENTIFIERS =
      Arbitraries.create(() -> java.util.UUID.randomUUID().toString());

  private static String wellKnown(PartnerKind kind, String otherwise) {
    return kind.wellKnownApplicationIdentifier().orElse(otherwise);
  }

  @Provide
  Arbitrary<PartnerApplication> plainPartners() {
    Arbitrary<Trust> trust =
        Arbitraries.of(
            new Trust.ByMetadata("https://a.litwareinc.com/metadata/json/1", null, null),
            new Trust.ByMetadata("https://a.litwareinc.com:8443/x?realm=b&c='", null, null),
            new Trust.ByCertificates(List.of(Certificates.GOOD.base64())));
    return Combinators.combine(NAMES, Arbitraries.of(PartnerKind.class), IDENTIFIERS, REALMS, trust)
        .as(
            (name, kind, identifier, realm, source) ->
                new PartnerApplication(
                    name,
                    kind,
                    wellKnown(kind, identifier),
                    realm,
                    TrustLevel.FULL,
                    true,
                    source,
                    List.of(),
                    null,
                    null));
  }

  @Provide
  Arbitrary<PartnerApplication> partners() {
    Arbitrary<Trust> trust =
        Arbitraries.of(
            new Trust.ByMetadata("https://a.litwareinc.com/metadata/json/1", null, null),
            new Trust.ByMetadata(
                "https://a.litwareinc.com/autodiscover/metadata/json/1", "(PEM)", true),
            new Trust.ByCertificates(List.of(Certificates.GOOD.base64())),
            new Trust.ByCertificates(
                List.of(Certificates.GOOD.base64(), Certificates.OTHER.base64())),
            new Trust.ByTokenServer("sts"));
    return Combinators.combine(
            NAMES,
            Arbitraries.of(PartnerKind.class),
            IDENTIFIERS.optional(0.7),
            REALMS.optional(0.7),
            Arbitraries.of(TrustLevel.class),
            Arbitraries.of(true, false),
            trust,
            Arbitraries.of(
                Optional.<ProbeSettings>empty(),
                Optional.of(new ProbeSettings(List.of("sip:a@litwareinc.com"), null, null, false))))
        .as(
            (name, kind, identifier, realm, level, enabled, source, probe) ->
                new PartnerApplication(
                    name,
                    kind,
                    identifier.map(it -> wellKnown(kind, it)).orElse(null),
                    realm.orElse(null),
                    level,
                    enabled,
                    source,
                    List.of(),
                    null,
                    probe.orElse(null)));
  }
}
