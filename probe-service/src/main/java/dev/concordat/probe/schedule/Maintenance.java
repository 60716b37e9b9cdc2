package dev.concordat.probe.schedule;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** When which partner is not probed by schedule. */
public final class Maintenance {

  private static final String ALL = "*";

  private final Map<String, List<MaintenanceWindow>> windows;

  private Maintenance(Map<String, List<MaintenanceWindow>> windows) {
    this.windows = windows;
  }

  /**
   * Reads the configured windows.
   *
   * @param configured by partner name, or {@code *} for all
   * @throws IllegalArgumentException if one can't be read; the message names key and value
   */
  public static Maintenance of(Map<String, List<String>> configured) {
    var windows = new HashMap<String, List<MaintenanceWindow>>();
    configured.forEach(
        (partner, texts) -> {
          var its = new ArrayList<MaintenanceWindow>();
          for (String text : texts) {
            try {
              its.add(MaintenanceWindow.parse(text));
            } catch (IllegalArgumentException e) {
              throw new IllegalArgumentException(
                  "concordat.probe.maintenance.\"%s\" is '%s', and must be %s (%s)"
                      .formatted(partner, text, MaintenanceWindow.ALLOWED, e.getMessage()),
                  e);
            }
          }
          windows.put(partner, List.copyOf(its));
        });
    return new Maintenance(Map.copyOf(windows));
  }

  /** Whether a partner is being maintained. */
  public boolean isNow(String partner, Instant now) {
    return contains(partner, now) || contains(ALL, now);
  }

  private boolean contains(String key, Instant now) {
    return windows.getOrDefault(key, List.of()).stream().anyMatch(it -> it.contains(now));
  }
}
