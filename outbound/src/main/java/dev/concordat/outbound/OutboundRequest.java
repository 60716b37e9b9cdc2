package dev.concordat.outbound;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A request to somebody else's server.
 *
 * @param method {@code GET}, {@code POST} …
 * @param uri absolute, https unless {@code allowHttp}
 * @param headers by name, one value each
 * @param body what is sent; absent for none
 * @param limits how much it may take; empty for what is configured
 * @param caBundle PEM certificate authorities that are trusted beside the platform's and the
 *     configured ones
 * @param allowHttp whether plain http is allowed
 * @param redirects what is done with redirects
 * @param http2 whether HTTP/2 is spoken where TLS agrees on it
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record OutboundRequest(
    String method,
    URI uri,
    Map<String, String> headers,
    byte @Nullable [] body,
    Optional<Limits> limits,
    @Nullable String caBundle,
    boolean allowHttp,
    RedirectRule redirects,
    boolean http2) {

  public OutboundRequest {
    headers = Map.copyOf(headers);
  }

  /** A GET without headers that follows no redirect. */
  public static OutboundRequest get(URI uri) {
    return new OutboundRequest(
        "GET", uri, Map.of(), null, Optional.empty(), null, false, RedirectRule.NONE, true);
  }

  /** A POST that follows no redirect. */
  public static OutboundRequest post(URI uri, String contentType, byte[] body) {
    return new OutboundRequest(
        "POST",
        uri,
        Map.of("Content-Type", contentType),
        body,
        Optional.empty(),
        null,
        false,
        RedirectRule.NONE,
        true);
  }

  /** The same with one more header. */
  public OutboundRequest header(String name, String value) {
    return headers(Map.of(name, value));
  }

  /** The same with more headers. */
  public OutboundRequest headers(Map<String, String> added) {
    var more = new LinkedHashMap<>(headers);
    more.putAll(added);
    return new OutboundRequest(
        method, uri, more, body, limits, caBundle, allowHttp, redirects, http2);
  }

  /** The same within these limits. */
  public OutboundRequest within(Limits bounds) {
    return new OutboundRequest(
        method, uri, headers, body, Optional.of(bounds), caBundle, allowHttp, redirects, http2);
  }

  /** The same, trusting these certificate authorities too. */
  public OutboundRequest trusting(@Nullable String pemBundle) {
    return new OutboundRequest(
        method, uri, headers, body, limits, pemBundle, allowHttp, redirects, http2);
  }

  /** The same, over plain http if the URI says so. */
  public OutboundRequest allowingHttp(boolean allowed) {
    return new OutboundRequest(
        method, uri, headers, body, limits, caBundle, allowed, redirects, http2);
  }

  /** The same with another rule for redirects. */
  public OutboundRequest following(RedirectRule rule) {
    return new OutboundRequest(
        method, uri, headers, body, limits, caBundle, allowHttp, rule, http2);
  }

  /** The same over HTTP/1.1, whatever else the server offers. */
  public OutboundRequest overHttp1() {
    return new OutboundRequest(
        method, uri, headers, body, limits, caBundle, allowHttp, redirects, false);
  }

  @Override
  public String toString() {
    // Headers and body may hold tokens.
    return method + " " + uri;
  }
}
