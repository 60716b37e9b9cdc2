package dev.concordat.token.keys;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Which source the configuration names. */
final class KeySources {

  private static final Logger LOG = Logger.getLogger(KeySources.class);

  private KeySources() {}

  /** The source that is configured; exactly one must be. */
  static KeySource of(SigningConfig config, InstantSource clock) {
    Path folder = config.folder().orElse(null);
    Path module = config.pkcs11().config().orElse(null);
    long given =
        Stream.of(folder != null, module != null, config.developmentKey()).filter(it -> it).count();
    if (given > 1) {
      throw new ConfigurationException(
          "concordat.signing.folder, concordat.signing.pkcs11.config and concordat.signing.development-key=true each name a source of signing keys, and %d of them are given: a development key never stands in for real ones, nor a file for a hardware module. Set one of them."
              .formatted(given));
    }
    if (folder != null) {
      return new KeyFolder(
          folder,
          Rs256.choose(config.implementation()),
          new Pkcs12Files(
              config.pkcs12Password().orElse(null), config.pkcs12PasswordFile().orElse(null)));
    }
    if (module != null) {
      return HardwareToken.open(config.pkcs11(), module);
    }
    if (config.developmentKey()) {
      OfferedKeys made =
          DevelopmentKey.offered(Rs256.choose(config.implementation()), clock.instant());
      LOG.warnf(
          "DEVELOPMENT KEY %s: self-signed, made just now and forgotten when this process ends. Partners must read our metadata document again after each start. Never use it with real mailboxes; set concordat.signing.folder instead.",
          made.current());
      return new DevelopmentKey(made);
    }
    throw new ConfigurationException(
        "There is no signing key. Set concordat.signing.folder to a folder with current.crt and current.key (PEM; tls.crt and tls.key will do, or current.p12), concordat.signing.pkcs11.config for a key in a hardware module, or concordat.signing.development-key=true for a throw-away key.");
  }

  /** The source's setting, to be named in an error. */
  static String named(SigningConfig config) {
    return config
        .folder()
        .map(folder -> "(concordat.signing.folder=" + folder + ")")
        .or(
            () ->
                config
                    .pkcs11()
                    .config()
                    .map(module -> "(concordat.signing.pkcs11.config=" + module + ")"))
        .orElse("(concordat.signing.development-key=true)");
  }
}
