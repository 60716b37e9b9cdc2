package dev.concordat.simulator;

import java.util.Map;
import java.util.Set;

/** A simulated server, behind the HTTPS front that all of them share. */
public interface Product {

  /** The host names that it answers under. */
  Set<String> hosts();

  /** Answers a request that was sent to one of them. */
  HttpAnswer answer(HttpCall call);

  /** Headers that every answer of it has, faulty ones too. */
  default Map<String, String> signature() {
    return Map.of();
  }
}
