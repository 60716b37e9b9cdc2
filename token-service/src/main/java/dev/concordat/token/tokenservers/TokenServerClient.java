package dev.concordat.token.tokenservers;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.TokenClaims;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.outbound.OutboundFailure;
import dev.concordat.outbound.OutboundRequest;
import dev.concordat.token.OurIdentity;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.partners.PartnerDirectory;
import dev.concordat.token.rules.ActorTokenContent;
import dev.concordat.token.rules.TokenTimes;
import dev.concordat.token.signing.ActorTokens;
import dev.concordat.token.signing.Obtained;
import dev.concordat.token.signing.SignedActorToken;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client of partners' token servers (trust reference, section 6; MS-XOAUTH 3.2.5.2): it proves
 * itself by a token of our own for the token server, and gets a token that names us to the partner.
 * However many ask for the same token at the same time, the token server is asked once.
 */
@Singleton
public class TokenServerClient {

  private static final String GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer";

  private final PartnerDirectory directory;
  private final ActorTokens ours;
  private final OurIdentity identity;
  private final GuardedHttp http;
  private final InstantSource clock;
  private final ConcurrentMap<Key, Asked> tokens = new ConcurrentHashMap<>();

  /** What tells one token from another; a token server's changed registration ends what it gave. */
  private record Key(KnownPartner tokenServer, AudienceName audience) {}

  /** One question to a token server, and what comes of it. */
  private static final class Asked {
    private final CompletableFuture<SignedActorToken> token = new CompletableFuture<>();

    boolean usableAt(Instant now) {
      return token.isDone()
          && !token.isCompletedExceptionally()
          && token.join().times().reusableAt(now);
    }
  }

  @Inject
  TokenServerClient(
      PartnerDirectory directory,
      ActorTokens ours,
      OurIdentity identity,
      GuardedHttp http,
      InstantSource clock) {
    this.directory = directory;
    this.ours = ours;
    this.identity = identity;
    this.http = http;
    this.clock = clock;
  }

  /**
   * A token that names us to a partner. May wait for the token server.
   *
   * @param name the token server's registration
   * @param audience the partner, by the host that is called
   * @param afresh whether one that is there will not do
   */
  public Obtained<SignedActorToken> get(String name, AudienceName audience, boolean afresh)
      throws NoToken {
    KnownPartner server =
        directory
            .named(name)
            .filter(it -> it.registration().enabled())
            .orElseThrow(
                () ->
                    new NoToken(
                        "The token server '%s' is not registered, or disabled.".formatted(name)));
    var key = new Key(server, audience);
    Asked present = tokens.get(key);
    if (present != null && !afresh && present.usableAt(clock.instant())) {
      return new Obtained<>(present.token.join(), false);
    }
    tokens.keySet().removeIf(it -> !directory.stands(it.tokenServer()));
    var asked = new Asked();
    Asked winner = tokens.compute(key, (_, now) -> now == null || now == present ? asked : now);
    if (winner == asked) {
      try {
        asked.token.complete(ask(server, audience));
      } catch (NoToken e) {
        tokens.remove(key, asked);
        asked.token.completeExceptionally(e);
        throw e;
      } catch (RuntimeException e) {
        tokens.remove(key, asked);
        asked.token.completeExceptionally(e);
        throw e;
      }
    }
    try {
      return new Obtained<>(winner.token.join(), winner == asked);
    } catch (CompletionException e) {
      if (e.getCause() instanceof NoToken noToken) {
        throw noToken;
      }
      throw e;
    }
  }

  private SignedActorToken ask(KnownPartner server, AudienceName audience) throws NoToken {
    String name = server.registration().name();
    URI endpoint = endpoint(server);
    PrincipalName theirs =
        server
            .principal()
            .orElseThrow(
                () -> new NoToken("Who the token server '%s' is isn't known yet.".formatted(name)));
    AudienceName itself;
    try {
      itself = AudienceName.ofCall(theirs.applicationIdentifier(), endpoint, theirs.realm());
    } catch (MalformedName e) {
      throw new NoToken(
          "The token server '%s' publishes a token endpoint that can't be called: %s."
              .formatted(name, endpoint));
    }
    var assertion =
        ours.get(
            name, ActorTokenContent.selfIssued(identity.name(), itself.lowerCase(), false), false);
    String form =
        form(
            Map.of(
                "grant_type", GRANT,
                "assertion", assertion.signed().token(),
                "client_id", identity.name().toString(),
                "resource", audience.toString(),
                "realm", theirs.realm()));
    OutboundAnswer answer;
    try {
      answer =
          http.send(
              OutboundRequest.post(
                      endpoint,
                      "application/x-www-form-urlencoded",
                      form.getBytes(StandardCharsets.US_ASCII))
                  .header("Accept", "application/json"));
    } catch (OutboundFailure e) {
      throw new NoToken("The token server '%s' can't be asked: %s".formatted(name, e.sentence()));
    }
    TokenServerAnswer read = TokenServerAnswer.read(answer.body());
    String token = read.accessToken();
    if (answer.status() != 200 || token == null) {
      throw new NoToken(
          "The token server '%s' answers %d, %s. Is %s registered there, and allowed to call %s?"
              .formatted(name, answer.status(), read.problem(), identity.name(), audience));
    }
    return checked(name, token, audience);
  }

  private static URI endpoint(KnownPartner server) throws NoToken {
    AuthMetadataDocument document = server.reading().map(MetadataRefreshed::document).orElse(null);
    String name = server.registration().name();
    String location = document == null ? null : document.tokenEndpoint().orElse(null);
    if (location == null) {
      throw new NoToken(
          "The metadata document of the token server '%s' names no token endpoint, or was not read yet."
              .formatted(name));
    }
    try {
      return URI.create(location);
    } catch (IllegalArgumentException noUrl) {
      throw new NoToken("The token endpoint of the token server '%s' is no URL.".formatted(name));
    }
  }

  /** What the partner would refuse is refused here, where it can be told whose fault it is. */
  private SignedActorToken checked(String server, String token, AudienceName audience)
      throws NoToken {
    if (!(S2SToken.parse(token) instanceof S2SToken parsed) || parsed.userToken()) {
      throw new NoToken("What the token server '%s' gave is no actor token.".formatted(server));
    }
    TokenClaims claims = parsed.claims();
    PrincipalName issuer = claims.issuer().flatMap(PrincipalName::tryParse).orElse(null);
    PrincipalName application = claims.nameId().flatMap(PrincipalName::tryParse).orElse(null);
    boolean forThem =
        claims
            .audience()
            .flatMap(AudienceName::tryParse)
            .filter(it -> it.lowerCase().matches(audience.lowerCase()))
            .isPresent();
    if (issuer == null || application == null || !forThem) {
      throw new NoToken(
          "The token that the token server '%s' gave is for another audience than %s, or names nobody."
              .formatted(server, audience));
    }
    if (!application.lowerCase().matches(identity.name())) {
      throw new NoToken(
          "The token that the token server '%s' gave names %s, not us (%s)."
              .formatted(server, application, identity.name()));
    }
    var signed =
        new SignedActorToken(
            token,
            new ActorTokenClaims(
                audience,
                issuer,
                claims.notBefore().orElse(clock.instant()),
                claims.expiry().orElse(clock.instant()),
                application,
                claims.trustedForDelegation(),
                claims.identityProvider().flatMap(PrincipalName::tryParse).orElse(null)),
            text(parsed.header().x5t()));
    if (!clock.instant().isBefore(signed.times().expires().minus(TokenTimes.RENEWED_BEFORE_END))) {
      throw new NoToken(
          "The token that the token server '%s' gave ends at %s: the clocks differ, or it is misconfigured."
              .formatted(server, signed.times().expires()));
    }
    return signed;
  }

  private static String text(@Nullable String x5t) {
    return x5t == null ? "unnamed" : x5t;
  }

  private static String form(Map<String, String> parameters) {
    return new TreeMap<>(parameters)
        .entrySet().stream()
            .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
  }
}
