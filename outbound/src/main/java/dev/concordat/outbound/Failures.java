package dev.concordat.outbound;

import static dev.concordat.outbound.Targets.authority;
import static dev.concordat.outbound.Targets.shown;

import dev.concordat.outbound.OutboundFailure.ChainLink;
import dev.concordat.outbound.OutboundFailure.Reason;
import dev.concordat.outbound.OutboundFailure.TlsProblem;
import dev.concordat.outbound.ProxyRule.Proxy;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.proxy.ProxyConnectException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/** What kept an answer from coming, and the sentence for it. */
final class Failures {

  /** How the proxy handler tells what the proxy answered; it keeps the number nowhere else. */
  private static final Pattern PROXY_STATUS = Pattern.compile("status: ([1-5][0-9]{2})");

  private Failures() {}

  static OutboundFailure unknownHost(URI uri) {
    return new OutboundFailure(
        uri,
        new Reason.UnknownHost(),
        "The name %s can't be resolved from here.".formatted(uri.getHost()));
  }

  static OutboundFailure refusedAddress(URI uri, InetAddress address, String why) {
    return new OutboundFailure(
        uri,
        new Reason.RefusedAddress(address.getHostAddress()),
        "%s has the address %s, which requests do not go to: it is %s."
            .formatted(uri.getHost(), address.getHostAddress(), why));
  }

  static OutboundFailure refusedRedirect(URI from, String location, String shown, String why) {
    return new OutboundFailure(
        from,
        new Reason.RefusedRedirect(bounded(location, 2048)),
        "%s redirects to %s, which is not followed: %s."
            .formatted(shown(from), bounded(shown, 200), why));
  }

  static OutboundFailure tooManyRedirects(URI first, URI last, int most) {
    return new OutboundFailure(
        last,
        new Reason.TooManyRedirects(),
        "%s redirects more than %d times.".formatted(shown(first), most));
  }

  static OutboundFailure tooLarge(URI uri, int limit) {
    return new OutboundFailure(
        uri,
        new Reason.TooLarge(limit),
        "%s answers with more than %d bytes; reading was stopped there."
            .formatted(shown(uri), limit));
  }

  static OutboundFailure damaged(URI uri) {
    return new OutboundFailure(
        uri,
        new Reason.Undecodable("gzip"),
        "What %s answers can't be unpacked: its gzip is damaged or ends too early."
            .formatted(shown(uri)));
  }

  static OutboundFailure notAskedFor(URI uri, String coding) {
    return new OutboundFailure(
        uri,
        new Reason.Undecodable(bounded(coding, 40)),
        "What %s answers is packed as '%s', which was not asked for and is not read."
            .formatted(shown(uri), bounded(coding, 40)));
  }

  static OutboundFailure timedOut(URI uri, Limits limits) {
    return new OutboundFailure(
        uri,
        new Reason.TimedOut(),
        "%s did not answer in full within %d ms.".formatted(shown(uri), limits.time().toMillis()));
  }

  static OutboundFailure cancelled(URI uri) {
    return new OutboundFailure(
        uri, new Reason.ConnectionLost(), "The request to %s was cancelled.".formatted(shown(uri)));
  }

  static OutboundFailure lost(URI uri) {
    return new OutboundFailure(
        uri,
        new Reason.ConnectionLost(),
        "The connection to %s broke before the answer was whole.".formatted(shown(uri)));
  }

  static OutboundFailure proxySilent(URI uri, Proxy proxy) {
    return new OutboundFailure(
        uri,
        new Reason.ProxyFailed(OptionalInt.empty()),
        "The proxy %s on the way to %s can't be reached, or does not answer as a proxy."
            .formatted(proxy, authority(uri)));
  }

  static OutboundFailure proxyRefused(URI uri, Proxy proxy, int status) {
    String told =
        switch (status) {
          case 407 ->
              proxy.user() == null
                  ? "asks for a user and a password (407), and its URL has none"
                  : "does not accept the user and password of its URL (407)";
          case 403 -> "lets no requests through to there (403)";
          case 502, 503, 504 -> "can't reach it either (%d)".formatted(status);
          default -> "opens no way to there (%d)".formatted(status);
        };
    return new OutboundFailure(
        uri,
        new Reason.ProxyFailed(OptionalInt.of(status)),
        "The proxy %s on the way to %s %s.".formatted(proxy, authority(uri), told));
  }

  /** Why no connection came about. */
  static OutboundFailure unconnected(URI uri, Way way, Throwable cause, Limits limits) {
    for (Throwable it = cause; it != null; it = it.getCause()) {
      if (it instanceof ChainRefused refused) {
        return tlsFailed(uri, problemOf(refused), refused.chain());
      }
    }
    for (Throwable it = cause; it != null; it = it.getCause()) {
      if (it instanceof ProxyConnectException refused
          && way instanceof Way.Through(Proxy proxy, _)) {
        Matcher status = PROXY_STATUS.matcher(String.valueOf(refused.getMessage()));
        return status.find()
            ? proxyRefused(uri, proxy, Integer.parseInt(status.group(1)))
            : proxySilent(uri, proxy);
      }
      if (it instanceof SSLException) {
        return tlsFailed(uri, TlsProblem.HANDSHAKE, List.of());
      }
      if (it instanceof ConnectException
          || it instanceof ConnectTimeoutException
          || it instanceof NoRouteToHostException) {
        return way instanceof Way.Through(Proxy proxy, _)
            ? proxySilent(uri, proxy)
            : new OutboundFailure(
                uri,
                new Reason.ConnectFailed(),
                "Nothing takes connections at %s.".formatted(authority(uri)));
      }
      if (it instanceof ConnectionPoolTooBusyException) {
        return timedOut(uri, limits);
      }
    }
    return new OutboundFailure(
        uri,
        Targets.tls(uri)
            ? new Reason.TlsFailed(TlsProblem.HANDSHAKE, List.of())
            : new Reason.ConnectionLost(),
        "The connection to %s was closed before a request could be sent."
            .formatted(authority(uri)));
  }

  private static OutboundFailure tlsFailed(
      URI uri, TlsProblem problem, List<X509Certificate> chain) {
    List<ChainLink> links = chain.stream().map(Failures::link).toList();
    String sentence =
        switch (problem) {
          case UNTRUSTED_ROOT ->
              "The TLS certificate of %s is not trusted here: its chain ends at %s."
                  .formatted(
                      authority(uri),
                      links.isEmpty() ? "an unknown issuer" : "'" + links.getLast().issuer() + "'");
          case NAME_MISMATCH ->
              "The TLS certificate of %s is for other names.".formatted(authority(uri));
          case EXPIRED -> "A TLS certificate of %s has expired.".formatted(authority(uri));
          case NOT_YET_VALID ->
              "A TLS certificate of %s is not valid yet.".formatted(authority(uri));
          case HANDSHAKE -> "TLS could not be agreed on with %s.".formatted(authority(uri));
        };
    return new OutboundFailure(uri, new Reason.TlsFailed(problem, links), sentence);
  }

  private static TlsProblem problemOf(ChainRefused refused) {
    for (Throwable it = refused.getCause(); it != null; it = it.getCause()) {
      switch (it) {
        case CertificateExpiredException _ -> {
          return TlsProblem.EXPIRED;
        }
        case CertificateNotYetValidException _ -> {
          return TlsProblem.NOT_YET_VALID;
        }
        case CertPathValidatorException path
            when path.getReason() == CertPathValidatorException.BasicReason.EXPIRED -> {
          return TlsProblem.EXPIRED;
        }
        case CertPathValidatorException path
            when path.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID -> {
          return TlsProblem.NOT_YET_VALID;
        }
        default -> {}
      }
    }
    String said = String.valueOf(refused.getMessage());
    return said.startsWith("No subject alternative") || said.startsWith("No name matching")
        ? TlsProblem.NAME_MISMATCH
        : TlsProblem.UNTRUSTED_ROOT;
  }

  private static ChainLink link(X509Certificate certificate) {
    try {
      return new ChainLink(
          certificate.getSubjectX500Principal().getName(),
          certificate.getIssuerX500Principal().getName(),
          certificate.getNotBefore().toInstant(),
          certificate.getNotAfter().toInstant(),
          HexFormat.of()
              .withUpperCase()
              .formatHex(MessageDigest.getInstance("SHA-1").digest(certificate.getEncoded())));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("a certificate that was just read", e);
    }
  }

  /** What a server says, as it may stand in a sentence or a log. */
  private static String bounded(String said, int most) {
    String clean = said.replaceAll("\\p{Cntrl}", "?");
    return clean.length() > most ? clean.substring(0, most) + "…" : clean;
  }
}
