package dev.concordat.token.keys;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.file.Path;
import java.time.InstantSource;
import org.jboss.logging.Logger;

/** The key ring in use. Made at start; without a usable current key the service does not start. */
@Startup
@Singleton
public class ActiveKeyRing {

  private static final Logger LOG = Logger.getLogger(ActiveKeyRing.class);

  private volatile KeyRing ring;

  @Inject
  ActiveKeyRing(SigningConfig config, InstantSource clock) {
    Rs256 rs256 = Rs256.choose(config.implementation());
    ring = read(config, rs256, clock);
    LOG.infof(
        "Signing with key %s, valid until %s, by %s",
        ring.current(), ring.current().certificate().notAfter(), rs256);
  }

  /** The ring at this moment. Take it once for one piece of work. */
  public KeyRing ring() {
    return ring;
  }

  private static KeyRing read(SigningConfig config, Rs256 rs256, InstantSource clock) {
    Path folder = config.folder().orElse(null);
    if (folder != null && config.developmentKey()) {
      throw new ConfigurationException(
          "concordat.signing.folder is %s and concordat.signing.development-key is true: a development key never stands in for real ones, so set one of the two."
              .formatted(folder));
    }
    if (config.developmentKey()) {
      KeyRing made = DevelopmentKey.ring(rs256, clock.instant());
      LOG.warnf(
          "DEVELOPMENT KEY %s: self-signed, made just now and forgotten when this process ends. Partners must read our metadata document again after each start. Never use it with real mailboxes; set concordat.signing.folder instead.",
          made.current());
      return made;
    }
    if (folder == null) {
      throw new ConfigurationException(
          "There is no signing key. Set concordat.signing.folder to a folder with current.crt and current.key (PEM; tls.crt and tls.key will do), or concordat.signing.development-key=true for a throw-away key.");
    }
    try {
      return new KeyFolder(folder, rs256).read(clock.instant());
    } catch (UnusableKey e) {
      // Without its cause: Quarkus prints a stack trace for any other root cause.
      throw new ConfigurationException(
          e.getMessage() + " (concordat.signing.folder=" + folder + ")");
    }
  }
}
