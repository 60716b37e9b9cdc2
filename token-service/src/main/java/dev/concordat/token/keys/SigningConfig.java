package dev.concordat.token.keys;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where our signing keys come from. Exactly one source is given: folder, PKCS#11 or development.
 */
@ConfigMapping(prefix = "concordat.signing")
public interface SigningConfig {

  /**
   * A mounted folder. The key that signs is {@code current.crt} with {@code current.key} (PEM),
   * {@code current.p12} (PKCS#12), or what a {@code kubernetes.io/tls} Secret or cert-manager
   * mounts: {@code tls.crt} with {@code tls.key}, or {@code keystore.p12}. Optional are {@code
   * next} in the same forms, {@code next.effective} (an instant before which it signs nothing) and
   * {@code previous.crt}.
   */
  Optional<Path> folder();

  /** The pass phrase of PKCS#12 files; a secret. */
  Optional<String> pkcs12Password();

  /** A file that holds the pass phrase of PKCS#12 files, instead of the pass phrase itself. */
  Optional<Path> pkcs12PasswordFile();

  /** How often the source is looked at, beside the notices of the file system. */
  @WithDefault("2s")
  Duration poll();

  /** Keys that never leave a hardware security module. */
  Pkcs11 pkcs11();

  /**
   * Whether a self-signed key is made at each start and forgotten at the end: for trying things
   * out, since every partner must read our metadata document again after each start.
   */
  @WithDefault("false")
  boolean developmentKey();

  /**
   * Whether {@code POST /v1/signing-keys/rollover} with {@code generate} makes the next key itself,
   * self-signed, and writes it to the folder. For development; elsewhere keys come from whoever
   * answers for them.
   */
  @WithDefault("false")
  boolean generate();

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

  /** A token that speaks PKCS#11. */
  interface Pkcs11 {

    /**
     * The module's configuration, as the JDK's PKCS#11 guide describes it ({@code name}, {@code
     * library}, {@code slot} …).
     */
    Optional<Path> config();

    /** A file that holds the user's PIN. */
    Optional<Path> pinFile();

    /** The label of the key that signs, and of its certificate. */
    @WithDefault("current")
    String currentLabel();

    /** The label of the next key, which need not be there. */
    @WithDefault("next")
    String nextLabel();
  }
}
