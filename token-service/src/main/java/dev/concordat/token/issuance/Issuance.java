package dev.concordat.token.issuance;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.token.OurIdentity;
import dev.concordat.token.partners.Partners;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.RefusalReason;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.TokenRules;
import dev.concordat.token.rules.User;
import dev.concordat.token.rules.Verdict;
import dev.concordat.token.signing.ActorTokens;
import dev.concordat.token.signing.ActorTokens.Obtained;
import dev.concordat.token.signing.UserTokens;
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
  private final OurIdentity ours;
  private final IssuanceLog log;

  @Inject
  Issuance(Partners partners, ActorTokens actorTokens, OurIdentity ours, IssuanceLog log) {
    this.partners = partners;
    this.actorTokens = actorTokens;
    this.ours = ours;
    this.log = log;
    partners.onChange(actorTokens::forget);
  }

  /**
   * Issues a token, or says why not.
   *
   * <p>The registrations are looked at once more after the token is there: whoever's end was read
   * while it was made gets none.
   *
   * @param afresh whether a token from the cache will not do
   */
  public Outcome issue(Client client, TokenRequest request, boolean afresh) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      PartnerRegistered partner = partners.registration(request.partner()).orElse(null);
      Verdict verdict =
          TokenRules.decide(
              request,
              client,
              partner,
              partners.reading(request.partner()).orElse(null),
              ours.name());
      switch (verdict) {
        case Verdict.Refused refused -> {
          log.refused(client, request, partner, refused);
          return new Outcome.Refused(refused);
        }
        case Verdict.Granted granted -> {
          Obtained obtained = obtain(granted, request.signingKey(), afresh).orElse(null);
          if (obtained == null) {
            var unknown = unknownKey(request.signingKey());
            log.refused(client, request, partner, unknown);
            return new Outcome.Refused(unknown);
          }
          if (stillStand(client, granted.partner())) {
            log.issued(client, granted, obtained);
            var actor = obtained.signed();
            User user = granted.user();
            return new Outcome.Issued(
                user == null ? actor.token() : UserTokens.around(actor, user),
                actor.times().expires(),
                obtained.fresh());
          }
        }
      }
    }
    return new Outcome.Unsettled();
  }

  private Optional<Obtained> obtain(
      Verdict.Granted granted, @Nullable String signingKey, boolean afresh) {
    String partner = granted.partner().name();
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
