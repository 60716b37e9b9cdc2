package dev.concordat.simulator;

import dev.concordat.simulator.SimulatorSettings.TlsFiles;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads the simulator's command line. */
final class CommandLine {

  static final String USAGE =
      """
      Usage: ./concordat simulator [OPTION]...

      Simulates Exchange, Skype for Business and SharePoint behind one HTTPS port.

        --port N                 HTTPS (8443)
        --admin-port N           administration, plain HTTP without a password (9085)
        --bind ADDRESS           where both listen (127.0.0.1)
        --domain DOMAIN          accepted domain, SIP domain and realm (litwareinc.com)
        --accepted-domain DOMAIN another realm that Exchange takes; may be repeated
        --sharepoint-realm GUID  realm of the SharePoint farm
        --mailbox ADDRESS        a mailbox; may be repeated
        --state-dir DIR          keeps certificates and partner applications there
        --tls-cert PEM --tls-key PEM [--tls-authority-key PEM]
                                 a TLS certificate of your own, its authority last in the chain
        --metadata-refresh TIME  how often documents are read again (PT8H)
        --trust-cache TIME       how late a change of trust has effect, unless iisreset (PT0S)
        --assume NAME=true|false anonymous-challenge, own-diagnostics
        --parent-pid N           ends with this process
      """;

  private final SettingsDraft draft = new SettingsDraft();
  private @Nullable Path certificate;
  private @Nullable Path key;
  private @Nullable Path authorityKey;

  private CommandLine() {}

  /**
   * Reads it.
   *
   * @throws IllegalArgumentException with the usage, where it can't be understood
   */
  static SimulatorSettings parse(String... arguments) {
    var read = new CommandLine();
    for (int i = 0; i < arguments.length; i += 2) {
      if (i + 1 >= arguments.length) {
        throw refused(arguments[i] + " has no value");
      }
      read.option(arguments[i], arguments[i + 1]);
    }
    return read.settings();
  }

  private void option(String name, String value) {
    try {
      switch (name) {
        case "--port" -> draft.port = Integer.parseInt(value);
        case "--admin-port" -> draft.adminPort = Integer.parseInt(value);
        case "--bind" -> draft.bind = value;
        case "--domain" -> draft.domain = value.toLowerCase(Locale.ROOT);
        case "--accepted-domain" -> draft.acceptedDomains.add(value.toLowerCase(Locale.ROOT));
        case "--sharepoint-realm" -> draft.sharePointRealm = value.toLowerCase(Locale.ROOT);
        case "--tls-cert" -> certificate = Path.of(value);
        case "--tls-key" -> key = Path.of(value);
        case "--tls-authority-key" -> authorityKey = Path.of(value);
        case "--state-dir" -> draft.stateFolder = Path.of(value);
        case "--mailbox" -> draft.mailboxes.add(value.toLowerCase(Locale.ROOT));
        case "--metadata-refresh" -> draft.metadataRefresh = Duration.parse(value);
        case "--trust-cache" -> draft.trustCache = Duration.parse(value);
        case "--assume" -> draft.assumptions = draft.assumptions.with(value);
        case "--parent-pid" -> draft.parent = Long.valueOf(value);
        default -> throw refused(name + " is not known");
      }
    } catch (NumberFormatException e) {
      throw refused(name + " must be a number, and is " + value);
    } catch (DateTimeParseException e) {
      throw refused(name + " must be a time such as PT8H or PT15M, and is " + value);
    }
  }

  private SimulatorSettings settings() {
    Path chain = certificate;
    Path keyFile = key;
    if ((chain == null) != (keyFile == null)) {
      throw refused("--tls-cert and --tls-key belong together");
    }
    if (!draft.metadataRefresh.isPositive()) {
      throw refused("--metadata-refresh must be longer than nothing");
    }
    if (chain != null && keyFile != null) {
      draft.tls = new TlsFiles(chain, keyFile, Optional.ofNullable(authorityKey));
    }
    return draft.settings();
  }

  private static IllegalArgumentException refused(String what) {
    return new IllegalArgumentException(what + ".\n\n" + USAGE);
  }
}
