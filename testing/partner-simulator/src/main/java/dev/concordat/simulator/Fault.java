package dev.concordat.simulator;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A fault that the simulator was told to have. Whatever of the first four is given must match a
 * request.
 *
 * @param host the host called
 * @param path the beginning of the path
 * @param operation the EWS operation
 * @param mailbox the {@code X-AnchorMailbox}
 * @param times for how many requests; absent for ever
 * @param status answer with this status
 * @param headers and these headers
 * @param body and this body
 * @param delayMs wait this long first
 * @param reset close the connection without an answer
 * @param truncate send only half of the answer and close the connection
 * @param soapResponseCode answer with a SOAP fault of this code
 * @param backOffMilliseconds and this pause in it
 * @param diagnosticsCode refuse the token with this code
 * @param diagnosticsReason and this text
 * @param dropOAuthChallenge leave {@code Bearer} out of the challenges
 * @param dateShiftSeconds shift the {@code Date} header
 */
public record Fault(
    @Nullable String host,
    @Nullable String path,
    @Nullable String operation,
    @Nullable String mailbox,
    @Nullable Integer times,
    @Nullable Integer status,
    @Nullable Map<String, String> headers,
    @Nullable String body,
    @Nullable Integer delayMs,
    @Nullable Boolean reset,
    @Nullable Boolean truncate,
    @Nullable String soapResponseCode,
    @Nullable Integer backOffMilliseconds,
    @Nullable Integer diagnosticsCode,
    @Nullable String diagnosticsReason,
    @Nullable Boolean dropOAuthChallenge,
    @Nullable Long dateShiftSeconds) {

  /** What a request is, for matching. */
  record Request(String host, String path, Optional<String> operation, String mailbox) {}

  boolean matches(Request request) {
    return (host == null || host.equalsIgnoreCase(request.host))
        && (path == null
            || request.path.toLowerCase(Locale.ROOT).startsWith(path.toLowerCase(Locale.ROOT)))
        && (operation == null || request.operation.filter(operation::equals).isPresent())
        && (mailbox == null || mailbox.equalsIgnoreCase(request.mailbox));
  }

  /** The faults that are set. */
  static final class Faults {

    private record Set(Fault fault, AtomicInteger left) {}

    private final List<Set> all = new CopyOnWriteArrayList<>();

    void add(Fault fault) {
      Integer times = fault.times;
      all.add(new Set(fault, new AtomicInteger(times == null ? Integer.MAX_VALUE : times)));
    }

    void clear() {
      all.clear();
    }

    List<Fault> list() {
      return all.stream().map(Set::fault).toList();
    }

    /** The first fault that a request meets; it is used up by one. */
    Optional<Fault> meet(Request request) {
      for (Set set : List.copyOf(all)) {
        if (set.fault.matches(request)) {
          int left = set.left.decrementAndGet();
          if (left <= 0) {
            all.remove(set);
          }
          if (left >= 0) {
            return Optional.of(set.fault);
          }
        }
      }
      return Optional.empty();
    }
  }
}
