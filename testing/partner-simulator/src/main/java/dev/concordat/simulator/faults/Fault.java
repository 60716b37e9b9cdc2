package dev.concordat.simulator.faults;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A fault that the simulator was told to have.
 *
 * @param on which requests it is for
 * @param when for how many of them, and for how long
 * @param effects what it does
 * @param asGiven the JSON that it was read from, to show
 */
public record Fault(Selector on, Schedule when, List<Effect> effects, ObjectNode asGiven) {

  public Fault {
    effects = List.copyOf(effects);
  }

  /** The effect of this kind, if the fault has one. */
  public <E extends Effect> Optional<E> effect(Class<E> kind) {
    return effects.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }

  /** Whether it has an effect of this kind. */
  public boolean has(Class<? extends Effect> kind) {
    return effect(kind).isPresent();
  }

  /**
   * Which requests; whatever is given must match.
   *
   * @param host the host called, without a port
   * @param path how the path begins, in any case
   * @param operation the EWS operation
   * @param mailbox the mailbox that the request is about: in {@code X-AnchorMailbox}, in the token,
   *     or impersonated
   */
  public record Selector(
      @Nullable String host,
      @Nullable String path,
      @Nullable String operation,
      @Nullable String mailbox) {

    boolean matches(Met request) {
      return (host == null || host.equalsIgnoreCase(request.host()))
          && (path == null
              || request.path().toLowerCase(Locale.ROOT).startsWith(path.toLowerCase(Locale.ROOT)))
          && (operation == null || request.operation().filter(operation::equals).isPresent())
          && (mailbox == null || request.mailboxes().stream().anyMatch(it -> same(mailbox, it)));
    }

    private static boolean same(String mailbox, String other) {
      return bare(mailbox).equalsIgnoreCase(bare(other));
    }

    private static String bare(String address) {
      return Arrays.stream(new String[] {"sip:", "smtp:"})
          .filter(prefix -> address.regionMatches(true, 0, prefix, 0, prefix.length()))
          .findFirst()
          .map(prefix -> address.substring(prefix.length()))
          .orElse(address);
    }
  }

  /**
   * When, among the requests that it is for.
   *
   * @param after how many pass unharmed first
   * @param times how many meet it; absent for all
   * @param lasting how long it is there; absent for ever
   * @param probability how likely each one meets it, decided by the seed and the request's number
   * @param seed of what is left to chance: the same seed, the same requests
   */
  public record Schedule(
      int after,
      @Nullable Integer times,
      @Nullable Duration lasting,
      double probability,
      long seed) {}

  /**
   * What a fault can tell requests apart by.
   *
   * @param mailboxes every address that the request names
   */
  public record Met(String host, String path, Optional<String> operation, Set<String> mailboxes) {
    public Met {
      mailboxes = Set.copyOf(mailboxes);
    }
  }
}
