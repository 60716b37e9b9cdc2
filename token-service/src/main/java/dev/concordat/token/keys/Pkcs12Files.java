package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.UnrecoverableKeyException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** PKCS#12 files, each with one private key and its certificate. */
final class Pkcs12Files {

  /** What such a file holds; it prints the certificate alone. */
  record Pair(PrivateKey privateKey, SigningCertificate certificate) {
    @Override
    public String toString() {
      return certificate.x5t();
    }
  }

  private final @Nullable String password;
  private final @Nullable Path passwordFile;

  /**
   * @param password the pass phrase, if it is given as such
   * @param passwordFile the file that holds it, read each time; it may change with the keys
   */
  Pkcs12Files(@Nullable String password, @Nullable Path passwordFile) {
    this.password = password;
    this.passwordFile = passwordFile;
  }

  Pair read(Path file) throws UnusableKey {
    char[] phrase = passPhrase();
    byte[] content = PemFiles.bytes(file);
    try {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(new ByteArrayInputStream(content), phrase);
      List<String> keys = new ArrayList<>();
      for (String alias : Collections.list(store.aliases())) {
        if (store.isKeyEntry(alias)) {
          keys.add(alias);
        }
      }
      if (keys.size() != 1) {
        throw new UnusableKey(
            file, "it holds %d private keys, and must hold one".formatted(keys.size()));
      }
      if (store.getKey(keys.getFirst(), phrase) instanceof PrivateKey key
          && store.getCertificate(keys.getFirst()) instanceof X509Certificate certificate) {
        return new Pair(key, SigningCertificate.of(certificate));
      }
      throw new UnusableKey(file, "its private key has no X.509 certificate");
    } catch (IOException e) {
      throw new UnusableKey(
          file,
          e.getCause() instanceof UnrecoverableKeyException
              ? "the pass phrase does not open it; set concordat.signing.pkcs12-password-file"
              : "it is no PKCS#12 file");
    } catch (GeneralSecurityException | MalformedCertificate e) {
      throw new UnusableKey(file, "its key can't be read; is it a PKCS#12 file of one RSA key?");
    }
  }

  private char[] passPhrase() throws UnusableKey {
    if (passwordFile != null) {
      return PemFiles.text(passwordFile).strip().toCharArray();
    }
    return password == null ? new char[0] : password.toCharArray();
  }
}
