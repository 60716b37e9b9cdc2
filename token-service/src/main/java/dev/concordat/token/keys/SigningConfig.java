package dev.concordat.token.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/** Where our signing keys come from. */
@ConfigMapping(prefix = "concordat.signing")
public interface SigningConfig {

  /**
   * A mounted folder with {@code current.crt} and {@code current.key} (PEM), or {@code tls.crt} and
   * {@code tls.key} as a {@code kubernetes.io/tls} Secret has them. {@code next.crt} and {@code
   * next.key}, {@code previous.crt} are optional.
   */
  Optional<Path> folder();

  /**
   * Whether a self-signed key is made at each start and forgotten at the end: for trying things
   * out, since every partner must read our metadata document again after each start.
   */
  @WithDefault("false")
  boolean developmentKey();

  /**
   * Which implementation signs: {@code auto} is the Amazon Corretto Crypto Provider where it runs,
   * the JDK's own elsewhere; {@code jdk} is always the JDK's own.
   */
  @WithDefault("auto")
  Implementation implementation();

  /** Implementations of RS256. */
  enum Implementation {
    AUTO,
    JDK
  }
}
