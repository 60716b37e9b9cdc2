package dev.concordat.simulator.junit;

import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Runs the simulated servers for the tests of a class, and hands them {@link SimulatedServers}.
 * Registered by {@code @RegisterExtension} on a static field, or by {@code @ExtendWith}.
 */
public final class SimulatorExtension
    implements BeforeAllCallback, AfterAllCallback, AfterEachCallback, ParameterResolver {

  private final SimulatorSettings settings;
  private @Nullable Simulator simulator;
  private @Nullable SimulatedServers servers;

  /** With one mailbox, {@code kenmyer@litwareinc.com}. */
  public SimulatorExtension() {
    this(SimulatorSettings.forTests());
  }

  private SimulatorExtension(SimulatorSettings settings) {
    this.settings = settings;
  }

  /** With these mailboxes. */
  public static SimulatorExtension withMailboxes(String... addresses) {
    return new SimulatorExtension(SimulatorSettings.forTests().withMailboxes(List.of(addresses)));
  }

  /** With settings of your own; ports are best left at 0. */
  public static SimulatorExtension with(SimulatorSettings settings) {
    return new SimulatorExtension(settings);
  }

  /**
   * The servers.
   *
   * @throws IllegalStateException if no test of the class has begun
   */
  public SimulatedServers servers() {
    SimulatedServers running = servers;
    if (running == null) {
      throw new IllegalStateException("the simulated servers run only while tests do");
    }
    return running;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Simulator started = Simulator.start(settings);
    SimulatedHosts.add(started.hosts());
    simulator = started;
    servers = new SimulatedServers(started);
  }

  @Override
  public void afterEach(ExtensionContext context) {
    servers().clearFaults();
  }

  @Override
  public void afterAll(ExtensionContext context) {
    Simulator running = simulator;
    if (running != null) {
      running.close();
    }
    simulator = null;
    servers = null;
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == SimulatedServers.class || type == Simulator.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == Simulator.class
        ? servers().simulator()
        : servers();
  }
}
