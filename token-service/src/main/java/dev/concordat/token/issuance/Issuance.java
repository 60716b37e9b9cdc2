package dev.concordat.token.issuance;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.token.OurIdentity;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.RefusalReason;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.TokenRules;
import dev.concordat.token.rules.TokenServerRules;
import dev.concordat.token.rules.UserNaming;
import dev.concordat.token.rules.Verdict;
import dev.concordat.token.signing.AccessTokens;
import dev.concordat.token.signing.ActorTokens;
import dev.concordat.token.signing.Obtained;
import dev.concordat.token.signing.SignedAccessToken;
import dev.concordat.token.signing.SignedActorToken;
import dev.concordat.token.signing.TokenConfig;
import dev.concordat.token.signing.UserTokens;
import dev.concordat.token.tokenservers.NoToken;
import dev.concordat.token.tokenservers.TokenServerClient;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Issues tokens. */
@Startup
@Singleton
public class Issuance {

  private static final int ATTEMPTS = 3;

  private final Partners partners;
  private final ActorTokens actorTokens;
  private final AccessTokens accessTokens;
  private final OurIdentity ours;
  private final IssuanceLog log;
  private final UserNaming naming;
  private final TokenServerClient tokenServers;

  @Inject
  Issuance(
      Partners partners,
      ActorTokens actorTokens,
      AccessTokens accessTokens,
      OurIdentity ours,
      IssuanceLog log,
      IssuanceMetrics metrics,
      TokenServerClient tokenServers,
      TokenConfig config) {
    this.partners = partners;
    this.actorTokens = actorTokens;
    this.accessTokens = accessTokens;
    this.ours = ours;
    this.log = log;
    this.tokenServers = tokenServers;
    this.naming = config.userNaming();
    partners.onChange(actorTokens::forget);
    partners.onChange(accessTokens::forget);
    partners.onChange(
        name -> {
          if (partners.registration(name).isEmpty()) {
            metrics.forget(name);
          }
        });
  }

  /**
   * Issues a token of our own, or says why not.
   *
   * @param afresh whether a token from the cache will not do
   */
  public Outcome issue(Client client, TokenRequest request, boolean afresh) {
    return issue(
        client,
        request,
        afresh,
        (partner, reading) ->
            TokenRules.decide(request, client, partner, reading, ours.name(), naming));
  }

  /**
   * The decision about a request, to be remembered for when it comes again: told without waiting.
   * Empty where it is refused, or is none for a token that we sign and keep; {@link #issue(Client,
   * TokenRequest, boolean)} then says what comes of it.
   */
  public Optional<Settled> settle(Client.Workload client, TokenRequest request) {
    PartnerRegistered partner = partners.registration(request.partner()).orElse(null);
    MetadataRefreshed reading = partners.reading(request.partner()).orElse(null);
    return request.signingKey() == null
            && TokenRules.decide(request, client, partner, reading, ours.name(), naming)
                instanceof Verdict.Granted granted
            && !(granted.partner().trust() instanceof Trust.ByTokenServer)
        ? Optional.of(new Settled(client, request, granted, reading))
        : Optional.empty();
  }

  /** Whether everything that the decision rests on is still in use. */
  public boolean stands(Settled settled) {
    String partner = settled.granted().partner().name();
    return settled.restsOn(
            partners.registration(partner).orElse(null), partners.reading(partner).orElse(null))
        && partners.isInUse(settled.client().registration());
  }

  /** The token, where what is signed in it is there already: told without waiting. */
  public Optional<Outcome.Issued> atOnce(Settled settled) {
    Verdict.Granted granted = settled.granted();
    return actorTokens
        .atOnce(granted.partner().name(), granted.actor())
        .filter(_ -> stands(settled))
        .map(obtained -> handedOut(settled.client(), granted, obtained));
  }

  /** As {@link #issue(Client, TokenRequest, boolean)}, without deciding again what still stands. */
  public Outcome issue(Settled settled, boolean afresh) {
    return issue(
        settled.client(),
        settled.request(),
        afresh,
        (partner, reading) ->
            settled.restsOn(partner, reading)
                ? settled.granted()
                : TokenRules.decide(
                    settled.request(), settled.client(), partner, reading, ours.name(), naming));
  }

  /**
   * Issues a token in which our token server vouches for the application that asks, or says why
   * not.
   *
   * @param application the client's own name
   */
  public Outcome vouch(
      Client.Workload client, PrincipalName application, TokenRequest request, boolean afresh) {
    return issue(
        client,
        request,
        afresh,
        (partner, reading) ->
            TokenServerRules.decide(
                request, client, application, partner, reading, ours.tokenServer()));
  }

  /** The rules, given the partner's registration and its latest reading. */
  private interface Decision {
    Verdict of(@Nullable PartnerRegistered partner, @Nullable MetadataRefreshed reading);
  }

  /**
   * The registrations are looked at once more after the token is there: whoever's end was read
   * while it was made gets none.
   */
  private Outcome issue(Client client, TokenRequest request, boolean afresh, Decision decision) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      PartnerRegistered partner = partners.registration(request.partner()).orElse(null);
      Outcome outcome =
          switch (decision.of(partner, partners.reading(request.partner()).orElse(null))) {
            case Verdict.Refused refused -> refused(client, request, partner, refused);
            case Verdict.Granted granted -> granted(client, request, granted, afresh);
            case Verdict.GrantedAccess granted -> granted(client, request, granted, afresh);
          };
      if (!(outcome instanceof Outcome.Unsettled)) {
        return outcome;
      }
    }
    return new Outcome.Unsettled();
  }

  private Outcome granted(
      Client client, TokenRequest request, Verdict.Granted granted, boolean afresh) {
    PartnerRegistered partner = granted.partner();
    Obtained<SignedActorToken> obtained;
    try {
      obtained = obtain(granted, request.signingKey(), afresh).orElse(null);
    } catch (NoToken noToken) {
      log.unobtained(client, granted, noToken);
      return new Outcome.Unobtained(String.valueOf(noToken.getMessage()));
    }
    if (obtained == null) {
      return refused(client, request, partner, unknownKey(request.signingKey()));
    }
    if (!stillStand(client, partner)) {
      return new Outcome.Unsettled();
    }
    return handedOut(client, granted, obtained);
  }

  private Outcome.Issued handedOut(
      Client client, Verdict.Granted granted, Obtained<SignedActorToken> obtained) {
    var actor = obtained.signed();
    var acting = granted.acting();
    log.issued(client, granted.partner(), acting == null ? null : acting.user(), obtained);
    return new Outcome.Issued(
        acting == null ? actor.token() : UserTokens.around(actor, acting.claims()),
        actor,
        obtained.fresh());
  }

  private Outcome granted(
      Client client, TokenRequest request, Verdict.GrantedAccess granted, boolean afresh) {
    PartnerRegistered partner = granted.partner();
    String signingKey = request.signingKey();
    Obtained<SignedAccessToken> obtained =
        signingKey == null
            ? accessTokens.get(partner.name(), granted.content(), afresh)
            : accessTokens.signedBy(signingKey, granted.content()).orElse(null);
    if (obtained == null) {
      return refused(client, request, partner, unknownKey(signingKey));
    }
    if (!stillStand(client, partner)) {
      return new Outcome.Unsettled();
    }
    log.issued(client, partner, granted.content().user(), obtained);
    return new Outcome.Issued(obtained.signed().token(), obtained.signed(), obtained.fresh());
  }

  private Outcome refused(
      Client client,
      TokenRequest request,
      @Nullable PartnerRegistered partner,
      Verdict.Refused refused) {
    log.refused(client, request, partner, refused);
    return new Outcome.Refused(refused);
  }

  private Optional<Obtained<SignedActorToken>> obtain(
      Verdict.Granted granted, @Nullable String signingKey, boolean afresh) throws NoToken {
    String partner = granted.partner().name();
    if (granted.partner().trust() instanceof Trust.ByTokenServer(String server)
        && !granted.actor().vouched()) {
      return Optional.of(tokenServers.get(server, granted.actor().audience(), afresh));
    }
    return signingKey == null
        ? Optional.of(actorTokens.get(partner, granted.actor(), afresh))
        : actorTokens.signedBy(signingKey, granted.actor());
  }

  private static Verdict.Refused unknownKey(@Nullable String signingKey) {
    return new Verdict.Refused(
        RefusalReason.UNKNOWN_SIGNING_KEY,
        "signing_key %s is no key that this service may sign with; concordat key list shows them."
            .formatted(signingKey));
  }

  private boolean stillStand(Client client, PartnerRegistered partner) {
    return partners.stillHolds(partner)
        && switch (client) {
          case Client.Administrator admin -> true;
          case Client.Workload workload -> partners.stillHolds(workload.registration());
        };
  }
}
