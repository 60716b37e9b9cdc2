package dev.concordat.outbound;

import java.net.InetAddress;
import java.net.URI;
import java.security.cert.X509Certificate;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered.
 *
 * @param status its HTTP status
 * @param headers by name in lower case, values in order
 * @param body after decompression
 * @param uri where it came from, after redirects
 * @param chain the server's TLS certificates, its own first; empty for plain http
 * @param timings how long what took
 * @param address the address that was connected to; absent where a proxy connected
 */
@SuppressWarnings("ArrayRecordComponent") // never compared, and too large to copy
public record OutboundAnswer(
    int status,
    Map<String, List<String>> headers,
    byte[] body,
    URI uri,
    List<X509Certificate> chain,
    Timings timings,
    @Nullable InetAddress address) {

  /**
   * Milliseconds of a request's phases.
   *
   * @param resolve until the host's addresses were known
   * @param connect until a connection was there, TLS included; 0 where one was used again
   * @param firstByte from then until the answer began
   * @param total the whole
   */
  public record Timings(long resolve, long connect, long firstByte, long total) {}

  /** The first value of a header. */
  public Optional<String> header(String name) {
    List<String> values = all(name);
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
  }

  /** Every value of a header. */
  public List<String> all(String name) {
    return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of());
  }

  /** The same with its body unpacked, and no longer said to be packed. */
  OutboundAnswer unpacked(byte[] whole) {
    var rest = new LinkedHashMap<>(headers);
    rest.remove("content-encoding");
    rest.remove("content-length");
    return new OutboundAnswer(status, rest, whole, uri, chain, timings, address);
  }

  @Override
  public String toString() {
    return status + " from " + uri + ", " + body.length + " bytes";
  }
}
