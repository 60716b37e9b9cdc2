package dev.concordat.token.validation;

import dev.concordat.contracts.tokens.S2SToken;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Judges a token of whatever kind it is. */
@Singleton
public class Presented {

  private final Validation serverToServer;
  private final IdentityTokens identityTokens;

  @Inject
  Presented(Validation serverToServer, IdentityTokens identityTokens) {
    this.serverToServer = serverToServer;
    this.identityTokens = identityTokens;
  }

  /**
   * Judges a token.
   *
   * @param hostCalled the host that it was sent to, with {@code :port} off 443: only a
   *     server-to-server token names one, so no other kind will do then; absent where that isn't
   *     known
   */
  public Judgement judge(String token, @Nullable String hostCalled) {
    if (hostCalled != null) {
      return serverToServer.judge(token, hostCalled);
    }
    return switch (S2SToken.parse(token)) {
      case S2SToken parsed when IdentityTokens.looksLike(parsed) -> identityTokens.judge(token);
      default -> serverToServer.judge(token, null);
    };
  }
}
