package dev.concordat.outbound;

import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/**
 * A request that got no answer. The message is a sentence for a person: which host, what happened;
 * it holds nothing of the request but its URL's origin and path.
 */
public final class OutboundFailure extends Exception {
  private static final long serialVersionUID = 1L;

  /** What can keep an answer from coming. */
  public sealed interface Reason {
    /** Only https is allowed, or the URL can't be called at all. */
    record RefusedUrl() implements Reason {}

    /** The host has an address that requests must not go to. */
    record RefusedAddress(String address) implements Reason {}

    /** The name can't be resolved. */
    record UnknownHost() implements Reason {}

    /** No address of the host takes a connection. */
    record ConnectFailed() implements Reason {}

    /**
     * The proxy on the way did not let it through.
     *
     * @param status what the proxy answered; empty where it can't be reached
     */
    record ProxyFailed(OptionalInt status) implements Reason {}

    /** TLS could not be agreed on. */
    record TlsFailed(TlsProblem problem, List<ChainLink> chain) implements Reason {}

    /** It took longer than it may. */
    record TimedOut() implements Reason {}

    /** The answer is larger than it may be. */
    record TooLarge(int limit) implements Reason {}

    /**
     * It is packed in a way that isn't read, or damaged.
     *
     * @param coding how the answer says that it is packed
     */
    record Undecodable(String coding) implements Reason {}

    /** It was redirected more often than it may be. */
    record TooManyRedirects() implements Reason {}

    /** It was redirected to where it must not go. */
    record RefusedRedirect(String location) implements Reason {}

    /** The connection broke in the middle, or what came was no HTTP. */
    record ConnectionLost() implements Reason {}
  }

  /** How TLS fails. */
  public enum TlsProblem {
    /** The chain ends in a root that isn't trusted here. */
    UNTRUSTED_ROOT,
    /** The certificate is for other names. */
    NAME_MISMATCH,
    /** A certificate of the chain has ended. */
    EXPIRED,
    /** A certificate of the chain isn't valid yet. */
    NOT_YET_VALID,
    /** Anything else: no common protocol, a reset, no TLS at all. */
    HANDSHAKE
  }

  /**
   * A certificate of a refused chain.
   *
   * @param subject its distinguished name
   * @param issuer its issuer's
   * @param notBefore when it becomes valid
   * @param notAfter when it ends
   * @param thumbprint SHA-1, upper-case hexadecimal
   */
  public record ChainLink(
      String subject, String issuer, Instant notBefore, Instant notAfter, String thumbprint) {}

  private final transient Reason reason;
  private final transient URI uri;

  OutboundFailure(URI uri, Reason reason, String sentence) {
    super(sentence);
    this.reason = reason;
    this.uri = uri;
  }

  /** What kept the answer from coming. */
  public Reason reason() {
    return reason;
  }

  /** Where the request was to go, after redirects. */
  public URI uri() {
    return uri;
  }

  /** The sentence for a person. */
  public String sentence() {
    return String.valueOf(getMessage());
  }
}
