package dev.concordat.simulator;

import dev.concordat.simulator.trust.Assumptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How the simulator is set up.
 *
 * @param port of HTTPS; 0 for a free one
 * @param adminPort of the administration; 0 for a free one
 * @param bind the address that both listen at
 * @param domain Exchange's default accepted domain and Skype for Business' default SIP domain, and
 *     so their realm
 * @param acceptedDomains realms that Exchange counts as its own beside that one
 * @param sharePointRealm the realm of the SharePoint farm: a GUID, as the product makes it
 * @param tls its TLS certificate; made by itself where absent
 * @param stateFolder where certificates and partner applications stay; empty to forget
 * @param mailboxes the SMTP addresses that it has a mailbox for at first
 * @param metadataRefresh how often the servers read the documents of those that they know again
 * @param trustCache how long a change of partner applications takes to have effect, unless {@code
 *     iisreset}
 * @param assumptions what is assumed of the products
 * @param parent the process that it ends with, if any
 */
public record SimulatorSettings(
    int port,
    int adminPort,
    String bind,
    String domain,
    List<String> acceptedDomains,
    String sharePointRealm,
    Optional<TlsFiles> tls,
    Optional<Path> stateFolder,
    List<String> mailboxes,
    Duration metadataRefresh,
    Duration trustCache,
    Assumptions assumptions,
    Optional<Long> parent) {

  /** The domain of the documentation's examples. */
  public static final String DOMAIN = "litwareinc.com";

  /** The farm's realm in the documentation's examples. */
  public static final String SHAREPOINT_REALM = "5f3b7e0a-41c6-4b0e-9a55-8f2a6f0f9d10";

  /** Exchange re-reads every 8 hours; Skype for Business and SharePoint daily (setup.md 5). */
  public static final Duration METADATA_REFRESH = Duration.ofHours(8);

  static final String LOOPBACK = "127.0.0.1";

  /**
   * A TLS certificate that somebody else made.
   *
   * @param chain PEM, the authority last
   * @param key PEM
   * @param authorityKey PEM key of the authority, so that certificates that are wrong on demand
   *     come from it
   */
  public record TlsFiles(Path chain, Path key, Optional<Path> authorityKey) {}

  /** On free ports, with one mailbox and nothing kept: as tests want it. */
  public static SimulatorSettings forTests() {
    return new SettingsDraft().settings().onPorts(0, 0).withMailboxes(List.of("kenmyer@" + DOMAIN));
  }

  /** The same on these ports. */
  public SimulatorSettings onPorts(int https, int administration) {
    var draft = new SettingsDraft(this);
    draft.port = https;
    draft.adminPort = administration;
    return draft.settings();
  }

  /** The same with these mailboxes at first. */
  public SimulatorSettings withMailboxes(List<String> addresses) {
    var draft = new SettingsDraft(this);
    draft.mailboxes.clear();
    draft.mailboxes.addAll(addresses);
    return draft.settings();
  }

  /** The same, kept in a folder. */
  public SimulatorSettings keptIn(Path folder) {
    var draft = new SettingsDraft(this);
    draft.stateFolder = folder;
    return draft.settings();
  }

  /** The same, reading documents again so often, and taking up changes so late. */
  public SimulatorSettings withTimings(Duration refresh, Duration cache) {
    var draft = new SettingsDraft(this);
    draft.metadataRefresh = refresh;
    draft.trustCache = cache;
    return draft.settings();
  }
}
