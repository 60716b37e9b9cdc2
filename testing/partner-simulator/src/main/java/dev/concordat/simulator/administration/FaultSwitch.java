package dev.concordat.simulator.administration;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.faults.Fault;
import dev.concordat.simulator.faults.Faults;
import io.vertx.core.Future;
import java.util.List;
import java.util.function.Supplier;

/** Sets faults, so that also clients that are connected already meet those of the handshake. */
public final class FaultSwitch {

  private final Faults faults;
  private final Supplier<Future<Void>> forgetClients;

  /**
   * @param forgetClients ends connections and sessions of TLS
   */
  public FaultSwitch(Faults faults, Supplier<Future<Void>> forgetClients) {
    this.faults = faults;
    this.forgetClients = forgetClients;
  }

  /** Has a fault from when this is done. */
  Future<Void> set(Fault fault) {
    faults.add(fault);
    return fault.has(Effect.Tls.class) ? forgetClients.get() : Future.succeededFuture();
  }

  void clear() {
    faults.clear();
  }

  List<ObjectNode> list() {
    return faults.list();
  }
}
