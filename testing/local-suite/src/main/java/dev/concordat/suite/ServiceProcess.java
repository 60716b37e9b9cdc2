package dev.concordat.suite;

import io.quarkus.bootstrap.runner.AotQuarkusEntryPoint;

/**
 * The main class that a service is started through here: the service itself, and a watch on the
 * process that started it, so that no service outlives a suite that was killed.
 */
public final class ServiceProcess {

  private ServiceProcess() {}

  /**
   * @param arguments the process to watch, then the service's own arguments
   */
  public static void main(String... arguments) throws Throwable {
    ParentWatch.endWith(Long.parseLong(arguments[0]));
    AotQuarkusEntryPoint.main(java.util.Arrays.copyOfRange(arguments, 1, arguments.length));
  }
}
