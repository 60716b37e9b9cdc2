package dev.concordat.probe.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request of a probe and what came back, without bodies and credentials: none of it is secret.
 *
 * @param call what was asked for
 * @param url where, without a query
 * @param status the HTTP status; absent where no answer came
 * @param headers those of the answer that tell something, by lower-case name
 * @param failure why no answer came; absent where one did
 * @param phases how long what took; absent where no answer came
 * @param certificateExpiry when the first certificate of the server's TLS chain expires; absent for
 *     plain http
 */
public record Exchange(
    String call,
    String url,
    @Nullable Integer status,
    Map<String, String> headers,
    @Nullable String failure,
    @Nullable Phases phases,
    @Nullable Instant certificateExpiry) {

  public Exchange {
    headers = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(headers));
  }

  /**
   * The phases of a request.
   *
   * @param resolve until the host's addresses were known
   * @param connect until a connection was there, TLS included; zero where one was used again
   * @param processing from then until the answer began
   * @param transfer from then until it was whole
   */
  public record Phases(Duration resolve, Duration connect, Duration processing, Duration transfer) {

    /** No time at all. */
    public static final Phases NONE =
        new Phases(Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /** Both together. */
    public Phases plus(Phases other) {
      return new Phases(
          resolve.plus(other.resolve),
          connect.plus(other.connect),
          processing.plus(other.processing),
          transfer.plus(other.transfer));
    }
  }
}
