package dev.concordat.simulator.clients;

import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.trust.PartnerApplication;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A partner application of the simulated Exchange, with a signing key of its own. */
final class Partner {

  private static final String NAME = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com";

  private final KeyPair keys;
  private final SigningCertificate certificate;

  Partner() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    keys = generator.generateKeyPair();
    var subject = new X500Name("CN=our signing key");
    certificate =
        SigningCertificate.of(
            new JcaX509CertificateConverter()
                .getCertificate(
                    new JcaX509v3CertificateBuilder(
                            subject,
                            BigInteger.ONE,
                            Date.from(Instant.now().minusSeconds(3600)),
                            Date.from(Instant.now().plusSeconds(86400)),
                            subject,
                            keys.getPublic())
                        .build(
                            new JcaContentSignerBuilder("SHA256withRSA")
                                .build(keys.getPrivate()))));
  }

  /** Has Exchange trust it, as {@code Configure-EnterprisePartnerApplication.ps1} does. */
  void introduceTo(Simulator exchange) throws Exception {
    byte[] document =
        AuthMetadataWriter.write(
            new AuthMetadataDocument(
                null,
                null,
                "Concordat",
                "litwareinc.com",
                NAME.substring(0, NAME.indexOf('@')),
                NAME,
                List.of(),
                List.of(new AuthMetadataDocument.Key(certificate.x5t(), certificate.base64())),
                List.of()));
    exchange
        .applications()
        .configure(PartnerApplication.Type.LYNC, "https://us/metadata/json/1", document);
  }

  /**
   * A token for a user (trust.md 4), made by hand so that no code of ours is asked twice.
   *
   * @param host the host that is called, with its port off 443
   */
  String userToken(String user, String host) throws Exception {
    long now = Instant.now().getEpochSecond();
    String audience = "00000002-0000-0ff1-ce00-000000000000/" + host + "@litwareinc.com";
    String from = Long.toString(now - 60);
    String until = Long.toString(now + 3600);
    String signed =
        part(Map.of("typ", "JWT", "alg", "RS256", "x5t", certificate.x5t()))
            + "."
            + part(
                Map.of(
                    "aud", audience,
                    "iss", NAME,
                    "nbf", from,
                    "exp", until,
                    "nameid", NAME,
                    "trustedfordelegation", "true"));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(keys.getPrivate());
    signature.update(signed.getBytes(StandardCharsets.US_ASCII));
    String actor =
        signed + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    return part(Map.of("typ", "JWT", "alg", "none"))
        + "."
        + part(
            Map.of(
                "aud", audience,
                "iss", NAME,
                "nbf", from,
                "exp", until,
                "smtp", user,
                "actortoken", actor))
        + ".";
  }

  private static String part(Map<String, String> content) throws Exception {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Json.mapper().writeValueAsBytes(content));
  }
}
