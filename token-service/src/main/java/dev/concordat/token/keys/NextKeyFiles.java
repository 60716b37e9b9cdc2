package dev.concordat.token.keys;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Set;

/**
 * Makes a next key in the folder, for development. Where the next place is taken by the key that
 * signs, because a rollover is over, the files move up first: next becomes current, current becomes
 * previous.
 */
final class NextKeyFiles {

  private static final Duration LIFE = Duration.ofDays(365);

  private final Path folder;

  NextKeyFiles(Path folder) {
    this.folder = folder;
  }

  /**
   * Writes {@code next.crt} and {@code next.key}.
   *
   * @param nextSigns whether the key in the place of the next is the one that signs
   */
  void make(Instant now, boolean nextSigns) throws IOException {
    if (nextSigns) {
      move("current.crt", "previous.crt");
      move("next.key", "current.key");
      move("next.crt", "current.crt");
    }
    SelfSigned made = SelfSigned.make("Concordat development key", now, LIFE);
    write("next.key", pem(made.privateKey()));
    write("next.crt", made.certificate().pem());
  }

  private void move(String from, String to) throws IOException {
    Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Whole or not at all, and readable by this user alone. */
  private void write(String name, String text) throws IOException {
    Path draft = folder.resolve("." + name + ".draft");
    Files.deleteIfExists(draft);
    if (folder.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Set<java.nio.file.attribute.PosixFilePermission> own =
          PosixFilePermissions.fromString("rw-------");
      Files.createFile(draft, PosixFilePermissions.asFileAttribute(own));
    }
    Files.writeString(draft, text);
    Files.move(draft, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String pem(PrivateKey key) {
    return "-----BEGIN PRIVATE KEY-----\n"
        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key.getEncoded())
        + "\n-----END PRIVATE KEY-----\n";
  }
}
