package dev.concordat.diagnosis;

import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.contracts.challenges.MsDiagnostics;
import dev.concordat.contracts.challenges.WwwAuthenticate;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thing that a probe saw. None holds a token, or what is in an item. */
public sealed interface Observation {

  /**
   * A partner's server answered.
   *
   * @param call what was asked
   * @param url of whom
   * @param status HTTP
   * @param reply what the body says
   * @param wwwAuthenticate the challenges, as sent
   * @param diagnostics {@code x-ms-diagnostics}, as sent
   * @param headers further headers that tell servers and requests apart, by name in lower case
   * @param date the server's clock; absent where it does not say
   * @param at our clock at that moment
   */
  record Answered(
      Call call,
      URI url,
      int status,
      Reply reply,
      List<String> wwwAuthenticate,
      List<String> diagnostics,
      Map<String, String> headers,
      @Nullable Instant date,
      Instant at)
      implements Observation {

    public Answered {
      wwwAuthenticate = List.copyOf(wwwAuthenticate);
      diagnostics = List.copyOf(diagnostics);
      headers = Map.copyOf(headers);
    }

    /** What the server says about server-to-server tokens. */
    public Optional<BearerChallenge> bearer() {
      return WwwAuthenticate.parse(wwwAuthenticate).bearer();
    }

    /** Why a token was refused. */
    public Optional<MsDiagnostics> refusal() {
      return MsDiagnostics.parse(diagnostics).stream()
          .filter(it -> it.code() != null || it.category() != null)
          .findFirst();
    }

    /** How far the server's clock is ahead of ours. */
    public Optional<Duration> ahead() {
      return Optional.ofNullable(date).map(it -> Duration.between(at, it));
    }
  }

  /** A partner's server gave no answer. */
  record Unanswered(Call call, URI url, Unreached reason, String sentence) implements Observation {}

  /**
   * The token-service gave a token.
   *
   * @param url what it is for
   * @param signingKey the key that signed it
   * @param audience its {@code aud}
   * @param fresh whether it was signed for this
   */
  record TokenIssued(URI url, @Nullable String signingKey, @Nullable String audience, boolean fresh)
      implements Observation {}

  /**
   * The token-service gave none.
   *
   * @param error the code of RFC 6749
   * @param reason the token-service's own code, such as {@code partner-disabled}; may be empty
   * @param description in its own words
   */
  record TokenRefused(URI url, int status, String error, String reason, String description)
      implements Observation {}

  /**
   * An auth metadata document was fetched to prove, or disprove, that it is the reason.
   *
   * @param call whose: {@link Call#OUR_METADATA} or {@link Call#THEIR_METADATA}
   * @param url from where
   * @param issuer whose it says that it is; absent where it could not be read
   * @param keyIds the keys in it
   * @param unreached why no answer came; absent where one did
   * @param problem why it could not be read, in a sentence; absent where it could
   */
  record DocumentRead(
      Call call,
      URI url,
      @Nullable String issuer,
      List<String> keyIds,
      @Nullable Unreached unreached,
      @Nullable String problem)
      implements Observation {
    public DocumentRead {
      keyIds = List.copyOf(keyIds);
    }
  }

  /**
   * Our own token was verified with the key in our own document.
   *
   * @param holds whether its signature holds
   */
  record TokenVerified(boolean holds) implements Observation {}

  /** The token-service gave no answer, or one that nobody understands. */
  record TokenServiceSilent(String sentence) implements Observation {}

  /** What this service proves itself with could not be read. */
  record AssertionUnreadable(String file, String why) implements Observation {}

  /** The partner is not, or no longer, there to be probed. */
  record PartnerGone(boolean disabled) implements Observation {}

  /** Autodiscover knows the mailbox, but not its EWS URL, or one that can't be called. */
  record NoEwsUrl(URI url, @Nullable String given) implements Observation {}

  /** A redirect that is not followed. */
  record RedirectNotFollowed(Call call, URI url, String target, String why)
      implements Observation {}

  /** Autodiscover sends us round in circles. */
  record RedirectLoop(URI url, String target) implements Observation {}

  /** There is no Conversation History, and none is to be made. */
  record NoFolder(URI url) implements Observation {}

  /** An answer that says that all is well lacks what it should have. */
  record Incomplete(Call call, URI url, String what) implements Observation {}

  /** What was read back is not what was written. */
  record ItemDiffers(URI url, String property, String written, String read)
      implements Observation {}

  /** The probe took longer than it may. */
  record OutOfTime(Duration limit) implements Observation {}

  /** The probe was told to stop. */
  record Cancelled() implements Observation {}
}
