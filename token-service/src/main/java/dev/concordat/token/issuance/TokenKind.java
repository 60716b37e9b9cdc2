package dev.concordat.token.issuance;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.token.rules.OwnService;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.User;
import dev.concordat.token.signing.SignedAccessToken;
import dev.concordat.token.signing.SignedToken;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The kinds of tokens that are counted apart. */
enum TokenKind {
  ACTOR,
  USER,
  ACCESS;

  static TokenKind of(SignedToken signed, @Nullable User user) {
    if (signed instanceof SignedAccessToken) {
      return ACCESS;
    }
    return user == null ? ACTOR : USER;
  }

  /** What kind a request would have got. */
  static TokenKind asked(@Nullable PartnerRegistered partner, TokenRequest request) {
    if (partner != null && OwnService.identifier(partner).isPresent()) {
      return ACCESS;
    }
    return request.user() == null ? ACTOR : USER;
  }

  /** As metrics have it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
