package dev.concordat.contracts.tokens;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The claims of an access token for a service of our own (RFC 9068 section 2.2), which unlike a
 * server-to-server token is signed as a whole and can be validated with any OAuth library.
 *
 * @param issuer our RFC 8414 issuer, a URL; not the name that server-to-server tokens have
 * @param audience the service's registered application identifier
 * @param subject the user, or the client where it acts as itself
 * @param clientId the client that it is issued to
 * @param id tells it from every other one
 * @param notBefore when it becomes valid
 * @param issuedAt when it was signed
 * @param expiry when it ends
 * @param scopes what it permits; empty where the claim is left out
 * @param roles what the subject is there (section 2.2.3.1); empty where the claim is left out
 * @param user the user's names; absent where the client acts as itself
 * @param binding the client's certificate that it is bound to; absent where whoever has it may
 *     present it
 */
public record AccessTokenClaims(
    String issuer,
    String audience,
    String subject,
    String clientId,
    String id,
    Instant notBefore,
    Instant issuedAt,
    Instant expiry,
    List<String> scopes,
    List<String> roles,
    @Nullable UserClaims user,
    @Nullable CertificateBinding binding) {

  public AccessTokenClaims {
    scopes = List.copyOf(scopes);
    roles = List.copyOf(roles);
  }

  /**
   * Whether it may come over a connection with this certificate of its client, or with none (RFC
   * 8705 section 3).
   */
  public boolean mayComeWith(@Nullable X509Certificate certificate) {
    return binding == null || binding.isTo(certificate);
  }

  /** The claims as JSON. The client that acts for a user is its {@code act} (RFC 8693 4.1). */
  public String json() {
    var claims =
        JsonNodeFactory.instance
            .objectNode()
            .put("iss", issuer)
            .put("aud", audience)
            .put("sub", subject)
            .put("client_id", clientId)
            .put("jti", id)
            .put("nbf", notBefore.getEpochSecond())
            .put("iat", issuedAt.getEpochSecond())
            .put("exp", expiry.getEpochSecond());
    if (!scopes.isEmpty()) {
      claims.put("scope", String.join(" ", scopes));
    }
    if (!roles.isEmpty()) {
      roles.forEach(claims.putArray("roles")::add);
    }
    CertificateBinding bound = binding;
    if (bound != null) {
      claims.putObject("cnf").put(CertificateBinding.MEMBER, bound.thumbprint());
    }
    UserClaims names = user;
    if (names != null) {
      claims.putObject("act").put("sub", clientId);
      putIfGiven(claims, "upn", names.upn());
      putIfGiven(claims, "email", names.smtp());
      putIfGiven(claims, "sip", names.sip());
    }
    return claims.toString();
  }

  private static void putIfGiven(ObjectNode claims, String name, @Nullable String value) {
    if (value != null) {
      claims.put(name, value);
    }
  }

  /** For whom it is; not whom it names. */
  @Override
  public String toString() {
    return "AccessTokenClaims[aud %s, client_id %s, exp %s]".formatted(audience, clientId, expiry);
  }
}
