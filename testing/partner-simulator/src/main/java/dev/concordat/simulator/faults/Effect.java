package dev.concordat.simulator.faults;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One thing that a fault does to a request that meets it. */
public sealed interface Effect {

  /** Something else than the product answers. */
  record Answer(int status, Map<String, String> headers, String body) implements Effect {}

  /**
   * The token is refused, whatever is in it.
   *
   * @param code for {@code x-ms-diagnostics}; absent to refuse without saying why
   */
  record TokenRefused(@Nullable Integer code, String reason, String category) implements Effect {}

  /** OAuth is switched off at the virtual directory: no token is looked at, none is asked for. */
  record NoOAuth() implements Effect {}

  /** How the product knows its callers, other than by their right names. */
  record KnownAs(Wrongly wrongly) implements Effect {

    /** What is wrong about it. */
    public enum Wrongly {
      /** It has no partner application. */
      NOBODY,
      /** The realm is another one. */
      ANOTHER_REALM,
      /** The name is in upper case. */
      ANOTHER_CASE
    }
  }

  /** The whole EWS request fails with a SOAP fault. */
  record SoapFault(String code, @Nullable Integer backOffMilliseconds) implements Effect {}

  /** The EWS operation answers with an error for what it was asked about. */
  record ResponseError(String code) implements Effect {}

  /** Autodiscover has this error for the user. */
  record AutodiscoverError(String code) implements Effect {}

  /** Autodiscover sends the caller elsewhere; {@code self} stands for the URL that was called. */
  record AutodiscoverRedirect(boolean toUrl, String target) implements Effect {}

  /** Autodiscover knows the user and this EWS URL for him; an empty text for none. */
  record EwsUrl(String url) implements Effect {}

  /** The mailbox is on an old server, which knows no schema after 2010. */
  record LegacyMailbox() implements Effect {}

  /** What is read is not what was written, but somebody else's item. */
  record OtherItem() implements Effect {}

  /** The metadata document names another realm than the product's. */
  record DocumentRealm(String realm) implements Effect {}

  /** The metadata document still has only the signing key from before the last rollover. */
  record StaleDocument() implements Effect {}

  /** The metadata document has no signing key, as where the server's own certificate is missing. */
  record DocumentWithoutKeys() implements Effect {}

  /** Another server of the same name answers, which {@code X-FEServer} tells. */
  record AnotherServer(String name) implements Effect {}

  /** It takes longer: a fixed time and, of a second one, a share that the seed decides. */
  record Delay(Duration fixed, Duration jitter) implements Effect {}

  /** The connection is closed without an answer. */
  record Reset() implements Effect {}

  /** The connection is closed after half of the answer. */
  record Truncated() implements Effect {}

  /** The answer comes drop by drop. */
  record Drip(int bytesPerSecond) implements Effect {}

  /** The answer is followed by this much more. */
  record Oversize(long bytes) implements Effect {}

  /**
   * The clock is wrong.
   *
   * @param headerOnly only the {@code Date} header is; else tokens are judged by it too
   */
  record ClockShift(Duration by, boolean headerOnly) implements Effect {}

  /** The TLS handshake goes wrong. */
  record Tls(Kind kind) implements Effect {

    /** In which way. */
    public enum Kind {
      /** The certificate has expired. */
      EXPIRED,
      /** The certificate is not valid yet. */
      NOT_YET_VALID,
      /** The certificate is for another name. */
      WRONG_NAME,
      /** The certificate's root is one that nobody knows. */
      UNTRUSTED_ROOT,
      /** Nothing can be agreed on. */
      HANDSHAKE;

      /** As faults name it: {@code wrong-name}. */
      public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
      }
    }
  }
}
