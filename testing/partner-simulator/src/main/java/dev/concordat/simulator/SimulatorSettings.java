package dev.concordat.simulator;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a simulated Exchange is set up.
 *
 * @param port of HTTPS; 0 for a free one
 * @param adminPort of the administration; 0 for a free one
 * @param domain its accepted domain and so its realm
 * @param tlsCertificate PEM chain of its TLS certificate; made by itself where absent
 * @param tlsKey PEM key of it
 * @param stateFolder where its auth certificate and its partner applications stay; empty to forget
 * @param mailboxes the SMTP addresses that it has a mailbox for at first
 * @param parent the process that it ends with, if any
 */
public record SimulatorSettings(
    int port,
    int adminPort,
    String domain,
    Optional<Path> tlsCertificate,
    Optional<Path> tlsKey,
    Optional<Path> stateFolder,
    List<String> mailboxes,
    Optional<Long> parent) {

  /** The domain of the documentation's examples. */
  public static final String DOMAIN = "litwareinc.com";

  /** On free ports, with one mailbox and nothing kept: as tests want it. */
  public static SimulatorSettings forTests() {
    return new SimulatorSettings(
        0,
        0,
        DOMAIN,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of("kenmyer@" + DOMAIN),
        Optional.empty());
  }

  /**
   * Reads the command line.
   *
   * @throws IllegalArgumentException with the usage, where it can't be understood
   */
  static SimulatorSettings parse(String... arguments) {
    int port = 8443;
    int adminPort = 9085;
    String domain = DOMAIN;
    Optional<Path> certificate = Optional.empty();
    Optional<Path> key = Optional.empty();
    Optional<Path> state = Optional.empty();
    Optional<Long> parent = Optional.empty();
    var mailboxes = new ArrayList<String>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 >= arguments.length) {
        throw usage(arguments[i] + " has no value");
      }
      String value = arguments[i + 1];
      try {
        switch (arguments[i]) {
          case "--port" -> port = Integer.parseInt(value);
          case "--admin-port" -> adminPort = Integer.parseInt(value);
          case "--domain" -> domain = value.toLowerCase(Locale.ROOT);
          case "--tls-cert" -> certificate = Optional.of(Path.of(value));
          case "--tls-key" -> key = Optional.of(Path.of(value));
          case "--state-dir" -> state = Optional.of(Path.of(value));
          case "--mailbox" -> mailboxes.add(value.toLowerCase(Locale.ROOT));
          case "--parent-pid" -> parent = Optional.of(Long.valueOf(value));
          default -> throw usage(arguments[i] + " is not known");
        }
      } catch (NumberFormatException e) {
        throw usage(arguments[i] + " must be a number, and is " + value);
      }
    }
    if (certificate.isPresent() != key.isPresent()) {
      throw usage("--tls-cert and --tls-key belong together");
    }
    return new SimulatorSettings(
        port, adminPort, domain, certificate, key, state, List.copyOf(mailboxes), parent);
  }

  private static IllegalArgumentException usage(String what) {
    return new IllegalArgumentException(
        what
            + ". Usage: [--port N] [--admin-port N] [--domain D] [--tls-cert PEM --tls-key PEM]"
            + " [--state-dir DIR] [--mailbox ADDRESS]... [--parent-pid N]");
  }
}
