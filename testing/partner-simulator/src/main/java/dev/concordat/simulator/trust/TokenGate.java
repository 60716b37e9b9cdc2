package dev.concordat.simulator.trust;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.simulator.trust.Admission.Diagnostics;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Lets callers of Exchange in by their token: to whom the claims lead, and whether the partner
 * application may.
 */
public final class TokenGate {

  private final TokenCheck check;
  private final Directory directory;
  private final ExchangeRefusals refusals;

  public TokenGate(TokenCheck check, Directory directory, ExchangeRefusals refusals) {
    this.check = check;
    this.directory = directory;
    this.refusals = refusals;
  }

  /**
   * @param authorization the request's {@code Authorization} header
   * @param hostCalled its {@code Host}, with a port off 443
   * @param now what time the product believes it is
   */
  public Admission admit(@Nullable String authorization, String hostCalled, Instant now) {
    return admit(check.check(authorization, hostCalled, now), hostCalled);
  }

  Admission admitToken(String token, String hostCalled, Instant now) {
    return admit(check.checkToken(token, hostCalled, now), hostCalled);
  }

  private Admission admit(TokenCheck.Outcome outcome, String hostCalled) {
    return switch (outcome) {
      case TokenCheck.Outcome.Anonymous _, TokenCheck.Outcome.EmptyBearer _ ->
          new Admission.Refused(null);
      case TokenCheck.Outcome.Refused refused ->
          new Admission.Refused(refusals.of(refused, hostCalled));
      case TokenCheck.Outcome.Held(Accepted accepted, PartnerApplication application) ->
          admit(accepted, application);
    };
  }

  private Admission admit(Accepted accepted, PartnerApplication application) {
    PrincipalName name = accepted.actor().application();
    if (!(application.rights() instanceof Rights.AtExchange rights) || !rights.mayDoAnything()) {
      return new Admission.Refused(ExchangeRefusals.noPermission(name));
    }
    UserClaims user = accepted.user();
    if (user == null) {
      return new Admission.AppOnly(application);
    }
    if (!rights.mayActForUsers()) {
      return new Admission.Refused(ExchangeRefusals.noPermission(name));
    }
    return switch (directory.find(user, rights.acceptsSids())) {
      case Directory.Named.User(var mailbox) -> new Admission.ForUser(application, mailbox);
      case Directory.Named.Nobody _ -> new Admission.Refused(user("does not exist."));
      case Directory.Named.Several _ -> new Admission.Refused(user("is ambiguous."));
    };
  }

  private static Diagnostics user(String what) {
    return new Diagnostics(
        2000005, "The user specified by the user-context in the token " + what, "invalid_user");
  }
}
