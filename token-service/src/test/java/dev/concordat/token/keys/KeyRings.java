package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.keys.SigningConfig.Implementation;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** Key rings for the tests of other packages. */
public final class KeyRings {

  private KeyRings() {}

  /** The ring of a folder, as the service would read it at start. */
  public static ActiveKeyRing of(Path folder, Implementation implementation) {
    return new ActiveKeyRing(
        new Settings(Optional.of(folder), false, implementation), InstantSource.system());
  }

  /** Settings with a source and nothing else. */
  record Settings(Optional<Path> folder, boolean developmentKey, Implementation implementation)
      implements SigningConfig {

    @Override
    public Optional<String> pkcs12Password() {
      return Optional.of("changeit");
    }

    @Override
    public Optional<Path> pkcs12PasswordFile() {
      return Optional.empty();
    }

    @Override
    public Duration poll() {
      return Duration.ofSeconds(1);
    }

    @Override
    public boolean generate() {
      return true;
    }

    @Override
    public Pkcs11 pkcs11() {
      return NO_MODULE;
    }
  }

  private static final SigningConfig.Pkcs11 NO_MODULE =
      new SigningConfig.Pkcs11() {
        @Override
        public Optional<Path> config() {
          return Optional.empty();
        }

        @Override
        public Optional<Path> pinFile() {
          return Optional.empty();
        }

        @Override
        public String currentLabel() {
          return "current";
        }

        @Override
        public String nextLabel() {
          return "next";
        }
      };

  /** A key under a certificate that need not be its own. */
  public static SigningKey key(SigningCertificate certificate, PrivateKey privateKey) {
    try {
      return new SigningKey(certificate, privateKey, Rs256.choose(Implementation.JDK));
    } catch (InvalidKeyException e) {
      throw new AssertionError(e);
    }
  }
}
