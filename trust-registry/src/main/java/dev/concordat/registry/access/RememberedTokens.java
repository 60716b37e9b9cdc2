package dev.concordat.registry.access;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.quarkus.oidc.runtime.OidcAuthenticationMechanism;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.eclipse.microprofile.jwt.JsonWebToken;
import org.jspecify.annotations.Nullable;

/**
 * Checks a bearer token's signature once, not at every request: clients send the same one for as
 * long as it holds, and checking it costs more than reading a partner. What did not hold is checked
 * anew each time; what did is forgotten when it ends, and soon after in any case, so that a key
 * that the issuer withdraws is not trusted for longer.
 */
@Alternative
@Priority(1)
@Singleton
public final class RememberedTokens implements HttpAuthenticationMechanism {

  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final int MOST = 10_000;
  private static final String BEARER = "Bearer ";

  private final OidcAuthenticationMechanism checking;
  private final InstantSource clock;

  /** By the token's hash, so that no token stays in memory for it. */
  private final Cache<String, SecurityIdentity> held;

  RememberedTokens(
      OidcAuthenticationMechanism checking, InstantSource clock, AccessSettings settings) {
    this.checking = checking;
    this.clock = clock;
    Duration remembered = settings.remembered();
    if (remembered.isNegative() || remembered.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "concordat.access.remembered is %s, and must be from PT0S to %s"
              .formatted(remembered, LONGEST));
    }
    held = Caffeine.newBuilder().maximumSize(MOST).expireAfterWrite(remembered).build();
  }

  @Override
  public Uni<SecurityIdentity> authenticate(
      RoutingContext context, IdentityProviderManager providers) {
    String header = context.request().getHeader("Authorization");
    if (header == null || !header.startsWith(BEARER)) {
      return checking.authenticate(context, providers);
    }
    String hash = hash(header);
    SecurityIdentity known = held.getIfPresent(hash);
    if (known != null && isInTime(known)) {
      return Uni.createFrom().item(known);
    }
    return checking
        .authenticate(context, providers)
        .invoke(
            identity -> {
              if (identity != null && isInTime(identity)) {
                held.put(hash, identity);
              }
            });
  }

  @Override
  public Uni<ChallengeData> getChallenge(RoutingContext context) {
    return checking.getChallenge(context);
  }

  @Override
  public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
    return checking.getCredentialTypes();
  }

  @Override
  public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
    return checking.getCredentialTransport(context);
  }

  private boolean isInTime(@Nullable SecurityIdentity identity) {
    return Optional.ofNullable(identity)
        .map(SecurityIdentity::getPrincipal)
        .filter(JsonWebToken.class::isInstance)
        .map(JsonWebToken.class::cast)
        .filter(token -> token.getExpirationTime() > clock.instant().getEpochSecond())
        .isPresent();
  }

  private static String hash(String header) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(header.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
