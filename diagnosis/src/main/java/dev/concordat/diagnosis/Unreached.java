package dev.concordat.diagnosis;

import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;

/** What kept an answer from coming. */
public sealed interface Unreached {

  /** Only https is allowed, or the URL can't be called at all. */
  record RefusedUrl() implements Unreached {}

  /** The host has an address that requests must not go to. */
  record RefusedAddress(String address) implements Unreached {}

  /** The name can't be resolved. */
  record UnknownHost() implements Unreached {}

  /** No address of the host takes a connection. */
  record ConnectFailed() implements Unreached {}

  /**
   * The proxy on the way did not let it through.
   *
   * @param status what the proxy answered; empty where it can't be reached
   */
  record ProxyFailed(OptionalInt status) implements Unreached {}

  /** TLS could not be agreed on. */
  record TlsFailed(TlsProblem problem, List<ChainLink> chain) implements Unreached {
    public TlsFailed {
      chain = List.copyOf(chain);
    }
  }

  /** It took longer than it may. */
  record TimedOut() implements Unreached {}

  /** The answer is larger than it may be. */
  record TooLarge(int limit) implements Unreached {}

  /**
   * It is packed in a way that isn't read, or damaged.
   *
   * @param coding how the answer says that it is packed
   */
  record Undecodable(String coding) implements Unreached {}

  /** It was redirected more often than it may be. */
  record TooManyRedirects() implements Unreached {}

  /** It was redirected to where it must not go. */
  record RefusedRedirect(String location) implements Unreached {}

  /** The connection broke in the middle, or what came was no HTTP. */
  record ConnectionLost() implements Unreached {}

  /** How TLS fails. */
  enum TlsProblem {
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
  record ChainLink(
      String subject, String issuer, Instant notBefore, Instant notAfter, String thumbprint) {}
}
