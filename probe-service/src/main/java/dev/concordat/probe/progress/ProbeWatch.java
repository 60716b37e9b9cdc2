package dev.concordat.probe.progress;

import dev.concordat.contracts.events.ProbeStage;
import java.util.function.Supplier;

/** Is told what a probe does while it does it, on the probe's own thread: it must not block. */
public interface ProbeWatch {

  /** For probes that nobody follows. */
  ProbeWatch NOBODY =
      new ProbeWatch() {
        @Override
        public void began(String stage) {}

        @Override
        public void ended(ProbeStage stage) {}

        @Override
        public void exchanged(Supplier<Exchange> exchange) {}
      };

  /** A stage begins. */
  void began(String stage);

  /** A stage has passed or failed. */
  void ended(ProbeStage stage);

  /** A request was answered, or was not; what passed is put together for whoever looks. */
  void exchanged(Supplier<Exchange> exchange);
}
