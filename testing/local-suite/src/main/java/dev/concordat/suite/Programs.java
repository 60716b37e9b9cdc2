package dev.concordat.suite;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The programs of the suite as commands: what each is started with on this machine, whether there
 * is one of it or several.
 */
final class Programs {

  private static final List<String> SIMULATED_HOSTS =
      List.of(
          "autodiscover." + LocalSuite.DOMAIN,
          "atl-exchange-001." + LocalSuite.DOMAIN,
          "atl-cs-001." + LocalSuite.DOMAIN,
          "sharepoint." + LocalSuite.DOMAIN,
          LocalSuite.DOMAIN);

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

  private final Installation installation;
  private final StateFolder state;
  private final LocalIssuer issuer;

  private Programs(Installation installation, StateFolder state, LocalIssuer issuer) {
    this.installation = installation;
    this.state = state;
    this.issuer = issuer;
  }

  /** Makes what they need in this folder: certificates, an issuer of tokens, names. */
  static Programs prepare(Installation installation, StateFolder state) throws SuiteFailure {
    new DevelopmentAuthority(state, Instant.now()).prepare(SIMULATED_HOSTS);
    var issuer = new LocalIssuer(state, Instant.now());
    state.write("hosts", hosts());
    return new Programs(installation, state, issuer);
  }

  /** A broker that keeps what it keeps in this folder. */
  List<String> broker(List<String> javaFlags, int port, Path folder, List<String> controllers)
      throws SuiteFailure {
    List<String> command = java(javaFlags);
    command.addAll(
        List.of(
            "-cp",
            installation.kafkaClassPath(),
            "dev.concordat.testing.kafka.BrokerProcess",
            "--port",
            Integer.toString(port)));
    command.addAll(controllers);
    command.addAll(List.of("--dir", folder.toString(), "--parent-pid", self()));
    return command;
  }

  /** The simulated Exchange. */
  List<String> simulator(List<String> javaFlags, int port, int administrationPort)
      throws SuiteFailure {
    List<String> command = java(javaFlags);
    command.addAll(
        List.of(
            "-Djdk.net.hosts.file=" + state.file("hosts"),
            "-cp",
            installation.simulatorClassPath(),
            "dev.concordat.simulator.Simulator",
            "--port",
            Integer.toString(port),
            "--admin-port",
            Integer.toString(administrationPort),
            "--tls-cert",
            state.file("tls/server.crt").toString(),
            "--tls-key",
            state.file("tls/server.key").toString(),
            "--tls-authority-key",
            state.file("tls/ca.key").toString(),
            "--domain",
            LocalSuite.DOMAIN,
            "--mailbox",
            LocalSuite.MAILBOX,
            "--state-dir",
            state.file("simulator").toString(),
            "--parent-pid",
            self()));
    return command;
  }

  /** A service with these settings. */
  List<String> service(Part service, List<String> javaFlags, Map<String, String> settings)
      throws SuiteFailure {
    ServiceProgram program = program(service);
    var command = new ArrayList<String>();
    command.add(program.java().toString());
    command.addAll(javaFlags);
    command.addAll(program.flags());
    command.add("-Djdk.net.hosts.file=" + state.file("hosts"));
    settings.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(program.start());
    return command;
  }

  /** What runs as a service. */
  ServiceProgram program(Part service) throws SuiteFailure {
    Optional<ServiceProgram> other = installation.other(service);
    if (other.isPresent()) {
      return other.get();
    }
    return new ServiceProgram(
        state.root(),
        JAVA,
        List.of(
            "-XX:+ExitOnOutOfMemoryError",
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Djava.util.logging.manager=org.jboss.logmanager.LogManager"),
        List.of(
            "-cp",
            installation.serviceClassPath(service),
            "dev.concordat.suite.ServiceProcess",
            self()));
  }

  /**
   * What every service of a suite is told.
   *
   * @param urls where each service is called
   */
  Map<String, String> settings(
      int port, int managementPort, String kafkaBootstrap, Function<Part, URI> urls) {
    String metadata = urls.apply(Part.METADATA_SERVICE).toString();
    String tokens = urls.apply(Part.TOKEN_SERVICE).toString();
    var settings = new LinkedHashMap<String, String>();
    settings.put("quarkus.http.host", "127.0.0.1");
    settings.put("quarkus.management.host", "127.0.0.1");
    settings.put("quarkus.http.port", Integer.toString(port));
    settings.put("quarkus.management.port", Integer.toString(managementPort));
    settings.put("kafka.bootstrap.servers", kafkaBootstrap);
    settings.put("quarkus.oidc.public-key", issuer.publicKey());
    settings.put("quarkus.oidc.token.issuer", LocalIssuer.ISSUER);
    settings.put("quarkus.console.color", "false");
    settings.put("concordat.identity.application-identifier", LocalSuite.APPLICATION_IDENTIFIER);
    settings.put("concordat.identity.realm", LocalSuite.DOMAIN);
    settings.put("concordat.identity.hosts", "localhost");
    settings.put("concordat.outbound.allowed-addresses", "127.0.0.0/8");
    settings.put("concordat.outbound.ca-bundle", state.file("tls/ca.crt").toString());
    settings.put("concordat.metadata.public-url", metadata);
    settings.put("concordat.metadata.token-service-url", tokens);
    settings.put("concordat.token.public-url", tokens);
    settings.put("concordat.signing.folder", state.file("signing").toString());
    settings.put("concordat.signing.generate", "true");
    settings.put("concordat.probe.token-service-url", tokens);
    settings.put("concordat.probe.metadata-service-url", metadata);
    settings.put(
        "concordat.probe.client-assertion-file", state.file("oidc/probe-service-token").toString());
    settings.put("concordat.probe.status-page.public", "true");
    settings.put("concordat.probe.status-page.public-probes", "true");
    settings.put("concordat.probe.vantage", "local");
    return settings;
  }

  private static List<String> java(List<String> flags) {
    var command = new ArrayList<String>();
    command.add(JAVA.toString());
    command.addAll(flags);
    return command;
  }

  private static String self() {
    return Long.toString(ProcessHandle.current().pid());
  }

  private static String hosts() {
    var names = new LinkedHashSet<String>();
    names.add("localhost");
    try {
      names.add(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException e) {
      // A machine without a name of its own needs none here.
      names.add("localhost");
    }
    names.addAll(SIMULATED_HOSTS);
    var hosts = new StringBuilder();
    names.forEach(name -> hosts.append("127.0.0.1 ").append(name).append('\n'));
    return hosts.toString();
  }
}
