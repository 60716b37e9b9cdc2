package dev.concordat.simulator;

import dev.concordat.simulator.trust.ProductKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** {@code ./concordat simulator}: the simulator as a program of its own. */
final class SimulatorCommand {

  private SimulatorCommand() {}

  @SuppressWarnings("SystemOut") // what a process says to whoever started it
  static void main(String[] arguments) {
    if (List.of(arguments).contains("--help") || List.of(arguments).contains("-h")) {
      System.out.print(CommandLine.USAGE);
      return;
    }
    try {
      SimulatorSettings settings = CommandLine.parse(arguments);
      Simulator simulator = Simulator.start(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(simulator::close, "stop-simulator"));
      settings.parent().ifPresent(SimulatorCommand::endWith);
      // On one line: whoever starts it as a process reads the ports from it.
      System.out.printf(
          "Simulated servers at https://%s:%d, administration at http://%s:%d%n",
          simulator.identity().metadataHost(),
          simulator.httpsPort(),
          settings.bind(),
          simulator.adminPort());
      if (settings.parent().isEmpty()) {
        System.out.println(introduction(simulator, settings));
      }
    } catch (IllegalArgumentException | IllegalStateException | IOException e) {
      System.err.println(e.getMessage());
      System.exit(2);
    }
  }

  private static String introduction(Simulator simulator, SimulatorSettings settings)
      throws IOException {
    Path authority =
        settings.stateFolder().isPresent()
            ? settings.stateFolder().get().resolve("ca.crt")
            : Files.createTempFile("partner-simulator-ca", ".crt");
    Files.createDirectories(authority.toAbsolutePath().getParent());
    Files.writeString(authority, simulator.caPem());
    String admin = "http://" + settings.bind() + ":" + simulator.adminPort();
    return """
      Exchange            %s
      Skype for Business  %s
      SharePoint          %s

    Their names must lead here. As a line for /etc/hosts (or -Djdk.net.hosts.file=FILE):
      %s %s
    Their TLS certificate is signed by %s

    See mailboxes and the last requests, tokens decoded:  %s/simulator/
    Have Exchange accept your tokens:
      curl %s/simulator/exchange/shell -d \\
        "Configure-EnterprisePartnerApplication.ps1 -AuthMetadataUrl 'https://…/metadata/json/1' -ApplicationType Lync"
    Make a mailbox, then a fault:
      curl %s/simulator/mailboxes -d '{"address": "kenmyer@%s"}'
      curl %s/simulator/faults -d '{"cause": "mailbox-moving", "times": 1}'
    The administration has no password: keep it on this machine.\
    """
        .formatted(
            simulator.metadataUrl(ProductKind.EXCHANGE),
            simulator.metadataUrl(ProductKind.SKYPE),
            simulator.metadataUrl(ProductKind.SHAREPOINT),
            settings.bind(),
            String.join(" ", simulator.hosts()),
            authority.toAbsolutePath(),
            admin,
            admin,
            admin,
            settings.domain(),
            admin);
  }

  private static void endWith(long pid) {
    ProcessHandle parent =
        ProcessHandle.of(pid)
            .orElseThrow(
                () -> new IllegalStateException("the process " + pid + " has ended already"));
    Thread.ofPlatform()
        .daemon()
        .name("parent-watch")
        .start(
            () -> {
              parent.onExit().join();
              Thread orderly = Thread.ofPlatform().daemon().start(() -> System.exit(0));
              try {
                if (!orderly.join(Duration.ofSeconds(5))) {
                  Runtime.getRuntime().halt(0);
                }
              } catch (InterruptedException e) {
                Runtime.getRuntime().halt(0);
              }
            });
  }
}
