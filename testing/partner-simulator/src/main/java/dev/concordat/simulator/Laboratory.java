package dev.concordat.simulator;

import dev.concordat.simulator.tls.Certificates;
import dev.concordat.simulator.tls.Certificates.Content;
import dev.concordat.simulator.tls.Certificates.KeyAndCertificate;
import dev.concordat.simulator.tls.ServerCertificates;
import dev.concordat.simulator.trust.ProductKind;
import dev.concordat.simulator.trust.SigningKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * The certificates that a Windows farm would have; kept in the state folder where there is one, so
 * that whoever trusted them once does so after a restart.
 */
final class Laboratory {

  private static final Duration FIVE_YEARS = Duration.ofDays(5 * 365);

  /** When SharePoint's certificates end. */
  private static final Instant END_OF_TIME = Instant.parse("9999-01-01T00:00:00Z");

  private final Optional<Path> stateFolder;

  Laboratory(Optional<Path> stateFolder) {
    this.stateFolder = stateFolder;
  }

  /** The authority of its TLS certificates. */
  KeyAndCertificate authority() {
    return kept("tls-authority", ServerCertificates::newAuthority);
  }

  /**
   * The keys that a product signs with; the first is kept, further ones live as long as it runs.
   */
  SigningKeys keys(ProductKind kind) {
    return SigningKeys.of(
        () -> kept(name(kind), () -> authCertificate(kind)), () -> authCertificate(kind));
  }

  private static String name(ProductKind kind) {
    return kind == ProductKind.EXCHANGE ? "auth-certificate" : kind.code() + "-certificate";
  }

  /** As the products make theirs (setup.md 6). */
  private static KeyAndCertificate authCertificate(ProductKind kind) {
    Instant now = Instant.now();
    return Certificates.selfSigned(
        new Content(
            switch (kind) {
              case EXCHANGE -> "CN=Microsoft Exchange Server Auth Certificate";
              case SKYPE -> "CN=OAuthTokenIssuer";
              case SHAREPOINT -> "CN=SharePoint Security Token Service";
            },
            now.minus(Duration.ofHours(1)),
            kind == ProductKind.SHAREPOINT ? END_OF_TIME : now.plus(FIVE_YEARS),
            List.of(),
            false));
  }

  private KeyAndCertificate kept(String name, Supplier<KeyAndCertificate> make) {
    if (stateFolder.isEmpty()) {
      return make.get();
    }
    Path certificate = stateFolder.get().resolve(name + ".pem");
    Path key = stateFolder.get().resolve(name + ".key");
    try {
      if (Files.exists(certificate) && Files.exists(key)) {
        return new KeyAndCertificate(
            Certificates.key(Files.readString(key)),
            Certificates.certificates(Files.readString(certificate)).getFirst());
      }
      KeyAndCertificate made = make.get();
      Files.createDirectories(stateFolder.get());
      writeSecret(key, Certificates.pem(made.key()));
      Files.writeString(certificate, Certificates.pem(made.certificate()));
      return made;
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "the state folder " + stateFolder.get() + " can't be used", e);
    }
  }

  private static void writeSecret(Path file, String text) throws IOException {
    Files.deleteIfExists(file);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    }
    Files.writeString(file, text);
  }
}
