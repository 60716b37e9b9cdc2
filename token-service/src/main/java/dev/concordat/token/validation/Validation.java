package dev.concordat.token.validation;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Accepted;
import dev.concordat.contracts.tokens.Receiver;
import dev.concordat.contracts.tokens.Refusal;
import dev.concordat.contracts.tokens.Rule;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.contracts.tokens.TokenValidation;
import dev.concordat.contracts.tokens.Verdict;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.partners.PartnerDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Judges server-to-server tokens that are presented to us, by what is registered now.
 *
 * <p>A token that held is remembered until it ends, its certificate ends, or anything changes of
 * whoever vouches for it or of our own keys (trust reference 5.1). A token that didn't is never
 * remembered.
 */
@Singleton
public class Validation {

  private final TokenValidation rules;
  private final TrustedPartners trusted;
  private final OurReceiver ours;
  private final PartnerDirectory directory;
  private final RefreshRequests refreshes;
  private final ValidationLog log;
  private final InstantSource clock;
  private final S2SToken.OuterSignature outerSignature;
  private final Cache<Fingerprint, Remembered> remembered;

  /** A verdict, and all that it rests on. */
  private record Remembered(
      Judgement.Holds holds,
      Receiver receiver,
      KnownPartner issuer,
      KnownPartner responsible,
      Instant from,
      Instant until) {}

  @Inject
  Validation(
      ValidationConfig config,
      TrustedPartners trusted,
      OurReceiver ours,
      PartnerDirectory directory,
      RefreshRequests refreshes,
      ValidationLog log,
      InstantSource clock) {
    this.rules = new TokenValidation(config.settings(), SignatureCheck.byPlatform());
    this.outerSignature = config.outerSignature();
    this.trusted = trusted;
    this.ours = ours;
    this.directory = directory;
    this.refreshes = refreshes;
    this.log = log;
    this.clock = clock;
    this.remembered = Caffeine.newBuilder().maximumSize(config.remembered()).build();
  }

  /**
   * Judges a token.
   *
   * @param token the token alone, without {@code Bearer}
   * @param hostCalled the host that it was sent to, with {@code :port} off 443; absent where that
   *     isn't known, and then any host of ours will do
   */
  public Judgement judge(String token, @Nullable String hostCalled) {
    if (token.length() > S2SToken.MAX_LENGTH) {
      return refused(new Refusal(Rule.PARSE, "it is longer than 16 KiB"));
    }
    Receiver receiver = ours.now();
    var fingerprint = Fingerprint.of(token, hostCalled);
    Instant now = clock.instant();
    Judgement.Holds known = known(fingerprint, receiver, now);
    return known == null ? judge(token, hostCalled, fingerprint, receiver, now) : known;
  }

  /** The verdict about a token that held before and still does: told without waiting. */
  public Optional<Judgement.Holds> atOnce(String token, String hostCalled) {
    return token.length() > S2SToken.MAX_LENGTH
        ? Optional.empty()
        : Optional.ofNullable(
            known(Fingerprint.of(token, hostCalled), ours.now(), clock.instant()));
  }

  private Judgement.@Nullable Holds known(Fingerprint token, Receiver receiver, Instant now) {
    Remembered known = remembered.getIfPresent(token);
    if (known == null || !holdsStill(known, receiver, now)) {
      return null;
    }
    log.accepted(true);
    return known.holds();
  }

  private boolean holdsStill(Remembered known, Receiver receiver, Instant now) {
    // A clock that was put back may be before the token's beginning again.
    return known.receiver().equals(receiver)
        && now.isBefore(known.until())
        && !now.isBefore(known.from())
        && directory.stands(known.issuer())
        && directory.stands(known.responsible());
  }

  private Judgement judge(
      String token,
      @Nullable String hostCalled,
      Fingerprint fingerprint,
      Receiver receiver,
      Instant now) {
    return switch (S2SToken.parse(token, outerSignature)) {
      case Refusal refusal -> refused(refusal);
      case S2SToken parsed -> {
        Verdict verdict;
        try {
          verdict =
              rules.validate(
                  parsed,
                  hostCalled == null ? receiver : receiver.calledAs(hostCalled),
                  trusted,
                  now);
        } catch (MalformedName noHost) {
          yield refused(new Refusal(Rule.AUD, "it was sent to something that is no host name"));
        }
        yield switch (verdict) {
          case Refusal refusal -> {
            noteUnknownKey(parsed, refusal);
            yield refused(refusal);
          }
          case Accepted accepted -> authorized(accepted, fingerprint, receiver, now);
        };
      }
    };
  }

  private Judgement authorized(
      Accepted accepted, Fingerprint fingerprint, Receiver receiver, Instant now) {
    Optional<KnownPartner> issuer = trusted.issuer(accepted.actor().issuer());
    Optional<KnownPartner> responsible = trusted.responsible(accepted.actor());
    if (issuer.isEmpty() || responsible.isEmpty()) {
      return refused(new Refusal(Rule.ISS, "its issuer was disabled or removed just now"));
    }
    KnownPartner answers = responsible.get();
    return switch (accepted.within(answers.registration().trustLevel())) {
      case Refusal refusal -> refused(refusal);
      case Accepted allowed -> {
        var holds = new Judgement.Holds(allowed, answers.registration());
        remembered.put(
            fingerprint,
            new Remembered(holds, receiver, issuer.get(), answers, now, allowed.until()));
        log.accepted(false);
        yield holds;
      }
    };
  }

  private void noteUnknownKey(S2SToken token, Refusal refusal) {
    S2SToken signed = token.signedToken();
    String keyId = signed.header().x5t();
    if (refusal.rule() == Rule.KEY && keyId != null) {
      signed
          .claims()
          .issuer()
          .flatMap(PrincipalName::tryParse)
          .flatMap(trusted::issuer)
          .ifPresent(partner -> refreshes.unknownKey(partner, keyId));
    }
  }

  private Judgement.Refused refused(Refusal refusal) {
    log.refused(refusal);
    return new Judgement.Refused(refusal);
  }
}
