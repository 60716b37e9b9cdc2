package dev.concordat.contracts.tokens;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * Decides whether a server-to-server token holds for a receiver (MS-XOAUTH 3.2.5.6, MS-SPS2SAUTH
 * 3.1.5, and limits of our own). The rules are tried in the order of {@link Rule}; the first that
 * is broken is the answer. Pure: the same arguments always give the same verdict.
 *
 * <p>Whether the actor's trust level permits it to act so is {@link Accepted#within} to say. Which
 * users are allowed, and whether the user's claims all lead to one, is left to the receiver, who
 * knows its directory.
 */
public final class TokenValidation {

  private final ValidationSettings settings;
  private final SignedTokenRules signedTokens;

  /** A validation with these switches, and with this way of verifying signatures. */
  public TokenValidation(ValidationSettings settings, SignatureCheck signatures) {
    this.settings = settings;
    this.signedTokens = new SignedTokenRules(settings, signatures);
  }

  /** A validation with every switch at its default and the platform's signatures. */
  public static TokenValidation withDefaults() {
    return new TokenValidation(ValidationSettings.DEFAULT, SignatureCheck.byPlatform());
  }

  /**
   * Decides about a token as it was sent.
   *
   * @param token the token alone, without {@code Bearer}
   * @param receiver who is asked
   * @param trusted whom the receiver trusts now
   * @param now what time it is
   */
  public Verdict validate(
      String token, Receiver receiver, TrustedIssuer.Lookup trusted, Instant now) {
    return switch (S2SToken.parse(token, settings.outerSignature())) {
      case Refusal refusal -> refusal;
      case S2SToken parsed -> validate(parsed, receiver, trusted, now);
    };
  }

  /** As {@link #validate(String, Receiver, TrustedIssuer.Lookup, Instant)}, already taken apart. */
  public Verdict validate(
      S2SToken token, Receiver receiver, TrustedIssuer.Lookup trusted, Instant now) {
    try {
      return decide(token, receiver, trusted, now);
    } catch (Broken broken) {
      return broken.refusal();
    }
  }

  private Accepted decide(
      S2SToken token, Receiver receiver, TrustedIssuer.Lookup trusted, Instant now) throws Broken {
    S2SToken signed = token.signedToken();
    SignedTokenRules.algorithm(signed);
    TrustedIssuer issuer = issuer(signed.claims(), receiver, trusted);
    SigningCertificate key = signedTokens.key(signed, issuer.keys(), receiver.ownKeys());
    SignedTokenRules.certificate(key, now);
    SignedTokenRules.Times times = signedTokens.times(signed.claims(), now);
    AudienceName audience = audience(signed.claims(), receiver);
    PrincipalName application = application(signed.claims(), issuer);
    var actor =
        new Accepted.Actor(
            application,
            issuer.name(),
            issuer.kind(),
            audience,
            signed.claims().trustedForDelegation());
    if (!token.userToken()) {
      return new Accepted(
          actor, null, key, times.notBefore(), earliest(times.expiry(), key.notAfter()));
    }
    SignedTokenRules.Times outer = outer(token, actor, now);
    return new Accepted(
        actor,
        user(token.claims()),
        key,
        outer.notBefore().isAfter(times.notBefore()) ? outer.notBefore() : times.notBefore(),
        earliest(times.expiry(), outer.expiry(), key.notAfter()));
  }

  private TrustedIssuer issuer(TokenClaims claims, Receiver receiver, TrustedIssuer.Lookup trusted)
      throws Broken {
    String text = claims.issuer().orElseThrow(() -> new Broken(Rule.ISS, "it names no issuer"));
    PrincipalName name;
    try {
      name = PrincipalName.parse(text);
    } catch (MalformedName malformed) {
      throw new Broken(Rule.ISS, "its issuer is malformed: " + malformed.getMessage());
    }
    if (receiver.is(name, RealmComparison.IGNORE_CASE)) {
      throw new Broken(Rule.ISS, "its issuer is the receiver itself, who is no partner of its own");
    }
    return trusted
        .find(name)
        .orElseThrow(
            () ->
                new Broken(
                    Rule.ISS,
                    trusted.find(name.lowerCase()).isPresent()
                        ? "its issuer %s is trusted in lower case only".formatted(name)
                        : "its issuer %s is not trusted".formatted(name)));
  }

  private AudienceName audience(TokenClaims claims, Receiver receiver) throws Broken {
    String text =
        claims
            .audience()
            .orElseThrow(() -> new Broken(Rule.AUD, "it has no audience that is one string"));
    AudienceName audience;
    try {
      audience = AudienceName.parse(text);
    } catch (MalformedName malformed) {
      throw new Broken(Rule.AUD, "its audience is malformed: " + malformed.getMessage());
    }
    RealmComparison comparison = settings.realmComparison();
    if (!comparison.same(audience.applicationIdentifier(), receiver.applicationIdentifier())) {
      throw new Broken(
          Rule.AUD,
          "its audience names the application %s, not the receiver's %s"
              .formatted(audience.applicationIdentifier(), receiver.applicationIdentifier()));
    }
    if (!receiver.hasHost(audience)) {
      throw new Broken(
          Rule.AUD,
          "its audience names the host %s, which is none of %s"
              .formatted(audience.host(), receiver.hostsForPeople()));
    }
    if (!receiver.wasCalledAs(audience)) {
      throw new Broken(
          Rule.AUD,
          "its audience names the host %s, but the one called is %s"
              .formatted(audience.host(), receiver.hostCalled()));
    }
    if (!receiver.ownsRealm(audience.realm(), comparison)) {
      throw new Broken(
          Rule.AUD,
          "its audience names the realm %s, which is not the receiver's"
              .formatted(audience.realm()));
    }
    return audience;
  }

  private PrincipalName application(TokenClaims claims, TrustedIssuer issuer) throws Broken {
    PrincipalName application =
        claims
            .nameId()
            .flatMap(PrincipalName::tryParse)
            .orElseThrow(
                () -> new Broken(Rule.NAMEID, "it names no application, or a malformed one"));
    if (!issuer.speaksFor(application, settings.realmComparison())) {
      throw new Broken(
          Rule.NAMEID,
          switch (issuer.kind()) {
            case SELF ->
                "its issuer %s is no broker, so it can't name the application %s"
                    .formatted(issuer.name(), application);
            case BROKER, TOKEN_SERVER ->
                "the application %s is not registered to come through %s"
                    .formatted(application, issuer.name());
          });
    }
    return application;
  }

  /** What holds of the unsigned outer token once its actor holds; answers its times. */
  private SignedTokenRules.Times outer(S2SToken token, Accepted.Actor actor, Instant now)
      throws Broken {
    if (!actor.trustedForDelegation()) {
      throw new Broken(
          Rule.DELEGATION, "its actor %s may not act for users".formatted(actor.application()));
    }
    TokenClaims outer = token.claims();
    // Case-sensitive whatever the comparison of realms (MS-XOAUTH 3.2.5.6).
    if (!outer.issuer().equals(token.signedToken().claims().nameId())) {
      throw new Broken(
          Rule.OUTER_ISSUER,
          "its outer issuer is not the nameid of its actor, %s".formatted(actor.application()));
    }
    boolean sameAudience =
        outer
            .audience()
            .flatMap(AudienceName::tryParse)
            .filter(audience -> audience.matches(actor.audience(), settings.realmComparison()))
            .isPresent();
    if (!sameAudience) {
      throw new Broken(Rule.AUD, "its outer audience is not that of its actor");
    }
    return signedTokens.times(outer, now);
  }

  private static UserClaims user(TokenClaims outer) throws Broken {
    UserClaims user = UserClaims.of(outer);
    if (!user.namesUser()) {
      throw new Broken(Rule.USER, "it has none of nameid, upn, smtp and sip to name the user");
    }
    return user;
  }

  static Instant earliest(Instant... moments) {
    return Stream.of(moments).min(Instant::compareTo).orElseThrow();
  }
}
