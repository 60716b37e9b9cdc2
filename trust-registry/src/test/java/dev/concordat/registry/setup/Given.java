package dev.concordat.registry.setup;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A deployment and its partners, as tests have them. */
final class Given {

  static final String IDENTIFIER = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001";
  static final String REALM = "litwareinc.com";
  static final String PUBLIC_URL = "https://concordat.litwareinc.com";
  static final String SITE = "https://sharepoint.litwareinc.com";
  static final SigningCertificate CERTIFICATE = certificate();

  private Given() {}

  static Us us() {
    return us(IDENTIFIER, REALM, PUBLIC_URL);
  }

  static Us us(String identifier, String realm, String publicUrl) {
    try {
      return Us.of(
          Optional.of(identifier), Optional.of(realm), publicUrl, Optional.of(CERTIFICATE));
    } catch (SetupRefused e) {
      throw new AssertionError(e.problem().detail(), e);
    }
  }

  static Counterpart partner(PartnerKind kind) {
    return new Counterpart(
        "partner",
        kind,
        "https://partner.litwareinc.com/metadata/json/1",
        true,
        true,
        false,
        List.of());
  }

  /** The set-up of a registered partner, with parameters given as name, value, name, value. */
  static Setup setup(PartnerKind kind, String... parameters) {
    return setup(us(), partner(kind), parameters);
  }

  static Setup setup(Us us, Counterpart partner, String... parameters) {
    try {
      return Setup.of(us, partner, choices(partner.kind(), parameters));
    } catch (SetupRefused e) {
      throw new AssertionError(e.problem().detail(), e);
    }
  }

  static SetupChoices choices(PartnerKind kind, String... parameters) throws SetupRefused {
    var given = new LinkedHashMap<String, List<String>>();
    for (int i = 0; i < parameters.length; i += 2) {
      given.put(parameters[i], List.of(parameters[i + 1]));
    }
    return SetupChoices.read(kind, given, "Concordat");
  }

  /** Every form that has a script, each by its name, with these values in it. */
  static Map<String, Setup> forms(Us us, String ourName, String siteUrl) {
    var forms = new LinkedHashMap<String, Setup>();
    var exchange = partner(PartnerKind.EXCHANGE);
    var skype = partner(PartnerKind.SKYPE);
    var sharePoint = partner(PartnerKind.SHAREPOINT);
    forms.put("exchange", setup(us, exchange, "ourName", ourName));
    forms.put(
        "exchange with everything else",
        setup(
            us,
            exchange,
            "ourName",
            ourName,
            "archiving",
            "false",
            "acceptSecurityIdentifiers",
            "true",
            "trustAnySslCertificate",
            "true"));
    forms.put(
        "exchange, short",
        setup(us, exchange, "ourName", ourName, "form", "short", "archiving", "false"));
    forms.put("skype", setup(us, skype, "ourName", ourName));
    forms.put("skype, certificate", setup(us, skype, "ourName", ourName, "form", "certificate"));
    forms.put("sharepoint", setup(us, sharePoint, "ourName", ourName, "siteUrl", siteUrl));
    forms.put(
        "sharepoint, certificate",
        setup(
            us,
            sharePoint,
            "ourName",
            ourName,
            "siteUrl",
            siteUrl,
            "form",
            "certificate",
            "right",
            "full-control"));
    return forms;
  }

  private static SigningCertificate certificate() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      var keys = generator.generateKeyPair();
      var subject = new X500Principal("CN=Concordat signing");
      var certificate =
          new JcaX509v3CertificateBuilder(
                  subject,
                  BigInteger.ONE,
                  Date.from(Instant.parse("2026-01-01T00:00:00Z")),
                  Date.from(Instant.parse("2031-01-01T00:00:00Z")),
                  subject,
                  keys.getPublic())
              .build(new JcaContentSignerBuilder("SHA256withRSA").build(keys.getPrivate()));
      return SigningCertificate.of(new JcaX509CertificateConverter().getCertificate(certificate));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }
}
