package dev.concordat.validation;

import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.RealmComparison;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.contracts.tokens.TokenValidation;
import dev.concordat.contracts.tokens.TrustedIssuer;
import dev.concordat.contracts.tokens.ValidationSettings;
import dev.concordat.contracts.tokens.Verdict;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;

/**
 * Validates server-to-server tokens that are presented to a service. Safe for use by several
 * threads; keep one for the life of the service and close it at the end.
 *
 * <p>Documents are read on a thread of its own. No validation ever waits for one, so a validator
 * refuses everything until the first reading has come in; {@link #awaitReady} waits for it.
 */
public final class TokenValidator implements AutoCloseable {

  private final Receiver receiver;
  private final ValidationSettings settings;
  private final TokenValidation rules;
  private final InstantSource clock;
  private final FollowedDocuments documents;

  /**
   * A validator with the default settings, the system's clock, and an HTTP client that follows no
   * redirect.
   */
  public static TokenValidator of(Receiver receiver, TrustedDocument... trusted) {
    return new TokenValidator(
        receiver,
        ValidationSettings.DEFAULT,
        HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build(),
        InstantSource.system(),
        trusted);
  }

  /**
   * A validator of one's own making.
   *
   * @param http reads the documents: its TLS trust is what decides whose they are
   */
  public TokenValidator(
      Receiver receiver,
      ValidationSettings settings,
      HttpClient http,
      InstantSource clock,
      TrustedDocument... trusted) {
    this.receiver = receiver;
    this.settings = settings;
    this.clock = clock;
    rules = new TokenValidation(settings, SignatureCheck.byPlatform());
    documents =
        new FollowedDocuments(
            Arrays.stream(trusted).map(one -> new FollowedDocument(one, http, clock)).toList());
  }

  /** Waits until every document has been tried once; false where that took longer. */
  public boolean awaitReady(Duration atMost) throws InterruptedException {
    return documents.awaitFirstRound(atMost);
  }

  /**
   * Whether a token holds.
   *
   * @param token the token alone, without {@code Bearer}
   * @param hostCalled the host that it was sent to, with {@code :port} off 443
   */
  public Verdict validate(String token, String hostCalled) {
    return switch (S2SToken.parse(token, settings.outerSignature())) {
      case Refusal refusal -> refusal;
      case S2SToken parsed -> {
        Verdict verdict =
            rules.validate(parsed, receiver.calledAs(hostCalled), this::find, clock.instant());
        if (verdict instanceof Refusal refusal && refusal.rule() == Rule.KEY) {
          wantKey(parsed);
        }
        yield verdict;
      }
    };
  }

  private Optional<TrustedIssuer> find(PrincipalName name) {
    return document(name).flatMap(FollowedDocument::issuer);
  }

  private Optional<FollowedDocument> document(PrincipalName name) {
    RealmComparison comparison = settings.realmComparison();
    return documents.all().stream()
        .filter(one -> one.issuer().filter(it -> it.name().matches(name, comparison)).isPresent())
        .findFirst();
  }

  private void wantKey(S2SToken token) {
    token
        .signedToken()
        .claims()
        .issuer()
        .flatMap(PrincipalName::tryParse)
        .flatMap(this::document)
        .ifPresent(FollowedDocument::want);
  }

  /** Ends the reading of documents. */
  @Override
  public void close() {
    documents.close();
  }
}
