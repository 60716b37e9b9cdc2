package dev.concordat.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.concordat.contracts.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;

/** The OIDC issuer that the service under test trusts. */
final class OidcIssuer {

  private OidcIssuer() {}

  static String admin() {
    return token("ann", "admin");
  }

  static String viewer() {
    return token("vic", "viewer");
  }

  static String token(String subject, String... roles) {
    long now = Instant.now().getEpochSecond();
    try {
      String input =
          part(Map.of("alg", "RS256", "typ", "JWT"))
              + "."
              + part(
                  Map.of(
                      "iss",
                      RunningSuite.OIDC_ISSUER,
                      "sub",
                      subject,
                      "iat",
                      now,
                      "exp",
                      now + 600,
                      "groups",
                      List.of(roles)));
      String der = ConfigProvider.getConfig().getValue(RunningSuite.OIDC_KEY, String.class);
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(
          KeyFactory.getInstance("RSA")
              .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(der))));
      signature.update(input.getBytes(UTF_8));
      return input + "." + encoded(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static String part(Map<String, ?> content) {
    try {
      return encoded(Json.mapper().writeValueAsBytes(content));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String encoded(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
