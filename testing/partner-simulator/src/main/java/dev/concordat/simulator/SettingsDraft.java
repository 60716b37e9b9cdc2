package dev.concordat.simulator;

import dev.concordat.simulator.SimulatorSettings.TlsFiles;
import dev.concordat.simulator.trust.Assumptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings that are being put together; at first the command line's defaults. */
final class SettingsDraft {

  int port = 8443;
  int adminPort = 9085;
  String bind = SimulatorSettings.LOOPBACK;
  String domain = SimulatorSettings.DOMAIN;
  String sharePointRealm = SimulatorSettings.SHAREPOINT_REALM;
  @Nullable TlsFiles tls;
  @Nullable Path stateFolder;
  Duration metadataRefresh = SimulatorSettings.METADATA_REFRESH;
  Duration trustCache = Duration.ZERO;
  Assumptions assumptions = Assumptions.DEFAULT;
  @Nullable Long parent;
  final List<String> mailboxes = new ArrayList<>();
  final List<String> acceptedDomains = new ArrayList<>();

  SettingsDraft() {}

  SettingsDraft(SimulatorSettings from) {
    port = from.port();
    adminPort = from.adminPort();
    bind = from.bind();
    domain = from.domain();
    sharePointRealm = from.sharePointRealm();
    tls = from.tls().orElse(null);
    stateFolder = from.stateFolder().orElse(null);
    metadataRefresh = from.metadataRefresh();
    trustCache = from.trustCache();
    assumptions = from.assumptions();
    parent = from.parent().orElse(null);
    mailboxes.addAll(from.mailboxes());
    acceptedDomains.addAll(from.acceptedDomains());
  }

  SimulatorSettings settings() {
    return new SimulatorSettings(
        port,
        adminPort,
        bind,
        domain,
        List.copyOf(acceptedDomains),
        sharePointRealm,
        Optional.ofNullable(tls),
        Optional.ofNullable(stateFolder),
        List.copyOf(mailboxes),
        metadataRefresh,
        trustCache,
        assumptions,
        Optional.ofNullable(parent));
  }
}
