package dev.concordat.simulator;

import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.simulator.tls.Certificates;
import dev.concordat.simulator.tls.Certificates.Content;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.PartnerApplications;
import java.nio.charset.StandardCharsets;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A server of somebody else's that signs its own tokens, made by hand (trust.md 3, 4), so that no
 * code of ours is asked twice.
 */
public final class TestPartner {

  private final String issuer;
  private final Certificates.KeyAndCertificate key;

  public TestPartner(String issuer) {
    this.issuer = issuer;
    key =
        Certificates.selfSigned(
            new Content(
                "CN=a partner",
                Instant.now().minus(Duration.ofHours(1)),
                Instant.now().plus(Duration.ofDays(1)),
                List.of(),
                false));
  }

  String issuer() {
    return issuer;
  }

  /** The certificate of its key. */
  public SigningCertificate certificate() {
    return SigningCertificate.of(key.certificate());
  }

  /** Its auth metadata document. */
  byte[] document() {
    return AuthMetadataWriter.write(
        new AuthMetadataDocument(
            null,
            null,
            "Partner",
            issuer.substring(issuer.indexOf('@') + 1),
            issuer.substring(0, issuer.indexOf('@')),
            issuer,
            List.of(),
            List.of(AuthMetadataDocument.Key.of(certificate())),
            List.of()));
  }

  /** Has Exchange trust it as Lync, as {@code Configure-EnterprisePartnerApplication.ps1} does. */
  public void introduceTo(Simulator exchange) throws PartnerApplications.NotConfigured {
    exchange
        .applications()
        .configure(PartnerApplication.Type.LYNC, "https://us/metadata/json/1", document());
  }

  /**
   * A token for a user of Exchange.
   *
   * @param host the host that is called, with its port off 443
   */
  public String forUserOfExchange(String user, String host) {
    return forUser(
        "00000002-0000-0ff1-ce00-000000000000/" + host + "@litwareinc.com", Map.of("smtp", user));
  }

  /** A token as itself. */
  String appOnly(String audience) {
    return appOnly(audience, issuer, Map.of("trustedfordelegation", "true"));
  }

  /** A token as an application, with further claims. */
  String appOnly(String audience, String application, Map<String, String> further) {
    var claims = frame(audience, issuer);
    claims.put("nameid", application);
    claims.putAll(further);
    String input =
        part(Map.of("typ", "JWT", "alg", "RS256", "x5t", certificate().x5t())) + "." + part(claims);
    return input + "." + signature(input);
  }

  /** A token for a user. */
  String forUser(String audience, Map<String, String> user) {
    return forUser(audience, issuer, appOnly(audience), user);
  }

  /** A token for a user around an actor token. */
  static String forUser(
      String audience, String application, String actor, Map<String, String> user) {
    var claims = frame(audience, application);
    claims.putAll(user);
    claims.put("actortoken", actor);
    return part(Map.of("typ", "JWT", "alg", "none")) + "." + part(claims) + ".";
  }

  private static Map<String, String> frame(String audience, String issuer) {
    long now = Instant.now().getEpochSecond();
    var claims = new LinkedHashMap<String, String>();
    claims.put("aud", audience);
    claims.put("iss", issuer);
    claims.put("nbf", Long.toString(now - 60));
    claims.put("exp", Long.toString(now + 3600));
    return claims;
  }

  private String signature(String input) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key.key());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (java.security.GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String part(Map<String, String> content) {
    try {
      return Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString(Json.mapper().writeValueAsBytes(content));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
