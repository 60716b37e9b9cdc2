package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads our keys from a mounted folder and checks every part of it. A folder that Kubernetes mounts
 * is swapped as a whole (its {@code ..data} link is); files that somebody copies one by one are
 * refused until they fit together.
 */
final class KeyFolder implements KeySource {

  private static final List<String> CURRENT = List.of("current", "tls", "keystore");
  private static final List<String> NEXT = List.of("next");
  private static final String EFFECTIVE = "next.effective";
  private static final String PREVIOUS = "previous";

  private final Path folder;
  private final Rs256 rs256;
  private final Pkcs12Files pkcs12;

  KeyFolder(Path folder, Rs256 rs256, Pkcs12Files pkcs12) {
    this.folder = folder;
    this.rs256 = rs256;
    this.pkcs12 = pkcs12;
  }

  @Override
  public OfferedKeys read(Instant now) throws UnusableKey {
    if (!Files.isDirectory(folder)) {
      throw new UnusableKey(folder, "there is no such folder");
    }
    Path currentFile = file(CURRENT).orElse(folder.resolve("current.crt"));
    SigningKey current = pair(currentFile);
    Path nextFile = file(NEXT).orElse(null);
    SigningKey next = nextFile == null ? null : pair(nextFile);
    boolean nextMaySign = next != null && next.certificate().validAt(now);
    if (!nextMaySign) {
      requireValid(current.certificate(), currentFile, now);
    }
    if (nextFile != null && next != null && now.isAfter(next.certificate().notAfter())) {
      throw ended(nextFile, next.certificate());
    }
    Path previous = folder.resolve(PREVIOUS + ".crt");
    return new OfferedKeys(
        current,
        next,
        next == null ? null : effective(folder.resolve(EFFECTIVE)),
        Files.exists(previous) ? checked(PemFiles.certificate(previous), previous) : null);
  }

  @Override
  public Object fingerprint() {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      try (var listed = Files.list(folder)) {
        for (Path file : listed.sorted().toList()) {
          if (Files.isRegularFile(file) && Files.size(file) <= PemFiles.LARGEST) {
            digest.update(file.getFileName().toString().getBytes(StandardCharsets.UTF_8));
            digest.update(Files.readAllBytes(file));
          }
        }
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (IOException e) {
      return e.toString();
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  @Override
  public Optional<Path> watched() {
    return Optional.of(folder);
  }

  /** The first of these that is there, as a PEM certificate or a PKCS#12 file. */
  private Optional<Path> file(List<String> names) {
    for (String name : names) {
      for (String suffix : List.of(".crt", ".p12", ".pfx")) {
        Path file = folder.resolve(name + suffix);
        if (Files.exists(file)) {
          return Optional.of(file);
        }
      }
    }
    return Optional.empty();
  }

  private SigningKey pair(Path file) throws UnusableKey {
    String name = file.getFileName().toString();
    if (!name.endsWith(".crt")) {
      Pkcs12Files.Pair pair = pkcs12.read(file);
      return key(file, checked(pair.certificate(), file), file, pair.privateKey());
    }
    SigningCertificate certificate = checked(PemFiles.certificate(file), file);
    Path keyFile = folder.resolve(name.substring(0, name.length() - ".crt".length()) + ".key");
    return key(file, certificate, keyFile, PemFiles.privateKey(keyFile));
  }

  private SigningKey key(
      Path certificateFile, SigningCertificate certificate, Path keyFile, PrivateKey privateKey)
      throws UnusableKey {
    if (!privateKey.getAlgorithm().equals("RSA")) {
      throw new UnusableKey(
          keyFile, "it holds a key of the algorithm " + privateKey.getAlgorithm() + ", not RSA");
    }
    try {
      // Only the signer's own: the JDK's would keep the private exponent in a cache for good.
      PrivateKey own = rs256.own(privateKey);
      if (!KeyCheck.belongs(own, certificate, rs256.provider())) {
        throw new UnusableKey(
            keyFile, "it is not the key of the certificate in " + certificateFile.getFileName());
      }
      return new SigningKey(certificate, own, rs256.provider());
    } catch (InvalidKeyException e) {
      throw new UnusableKey(keyFile, "the signer does not take the key");
    } catch (GeneralSecurityException e) {
      throw new UnusableKey(keyFile, "it can't sign");
    }
  }

  private static SigningCertificate checked(SigningCertificate certificate, Path file)
      throws UnusableKey {
    String complaint = KeyCheck.complaint(certificate);
    if (complaint != null) {
      throw new UnusableKey(file, complaint);
    }
    return certificate;
  }

  private static void requireValid(SigningCertificate certificate, Path file, Instant now)
      throws UnusableKey {
    if (now.isAfter(certificate.notAfter())) {
      throw ended(file, certificate);
    }
    if (now.isBefore(certificate.notBefore())) {
      throw new UnusableKey(file, "the certificate is not valid before " + certificate.notBefore());
    }
  }

  private static UnusableKey ended(Path file, SigningCertificate certificate) {
    return new UnusableKey(file, "the certificate ended at " + certificate.notAfter());
  }

  private static @Nullable Instant effective(Path file) throws UnusableKey {
    if (!Files.exists(file)) {
      return null;
    }
    String text = PemFiles.text(file).strip();
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw new UnusableKey(file, "it holds no instant such as 2026-12-01T06:00:00Z");
    }
  }
}
