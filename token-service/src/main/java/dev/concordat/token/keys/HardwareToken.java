package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import io.quarkus.runtime.configuration.ConfigurationException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys in a hardware security module, used through the JDK's own PKCS#11 provider. */
final class HardwareToken implements KeySource {

  private final SigningConfig.Pkcs11 config;
  private final Provider provider;

  private HardwareToken(SigningConfig.Pkcs11 config, Provider provider) {
    this.config = config;
    this.provider = provider;
  }

  /** Loads the module. */
  static HardwareToken open(SigningConfig.Pkcs11 config, Path module) {
    Provider unconfigured = Security.getProvider("SunPKCS11");
    if (unconfigured == null) {
      throw new ConfigurationException(
          "concordat.signing.pkcs11.config is set, and this JDK has no SunPKCS11 provider (module jdk.crypto.cryptoki). Run a JDK that has it.");
    }
    try {
      return new HardwareToken(config, unconfigured.configure(module.toString()));
    } catch (InvalidParameterException | java.security.ProviderException e) {
      throw new ConfigurationException(
          "concordat.signing.pkcs11.config=%s can't be used: %s. It is a file as the JDK's PKCS#11 guide describes, with name and library."
              .formatted(module, rootOf(e)));
    }
  }

  @Override
  public OfferedKeys read(Instant now) throws UnusableKey {
    KeyStore store = store();
    SigningKey current = key(store, config.currentLabel());
    if (current == null) {
      throw new UnusableKey(
          "'%s' in the PKCS#11 token".formatted(config.currentLabel()),
          "there is no private key with a certificate of this label");
    }
    if (now.isAfter(current.certificate().notAfter())) {
      throw new UnusableKey(
          "'%s' in the PKCS#11 token".formatted(config.currentLabel()),
          "the certificate ended at " + current.certificate().notAfter());
    }
    return new OfferedKeys(current, key(store, config.nextLabel()), null, null);
  }

  /** The labels and certificates that are there now. */
  @Override
  public Object fingerprint() {
    try {
      KeyStore store = store();
      List<Object> seen = new ArrayList<>();
      for (String label : Collections.list(store.aliases())) {
        seen.add(label);
        seen.add(store.getCertificate(label));
      }
      return seen;
    } catch (UnusableKey | GeneralSecurityException e) {
      return String.valueOf(e.getMessage());
    }
  }

  private KeyStore store() throws UnusableKey {
    try {
      KeyStore store = KeyStore.getInstance("PKCS11", provider);
      store.load(null, pin());
      return store;
    } catch (IOException | GeneralSecurityException e) {
      throw new UnusableKey(
          "store of the PKCS#11 token",
          "it can't be opened (%s); is the PIN in concordat.signing.pkcs11.pin-file right?"
              .formatted(rootOf(e)));
    }
  }

  private char @Nullable [] pin() throws UnusableKey {
    Path file = config.pinFile().orElse(null);
    if (file == null) {
      return null;
    }
    try {
      return Files.readString(file).strip().toCharArray();
    } catch (IOException e) {
      throw new UnusableKey(file, "it can't be read (" + e.getClass().getSimpleName() + ")");
    }
  }

  private @Nullable SigningKey key(KeyStore store, String label) throws UnusableKey {
    String what = "'%s' in the PKCS#11 token".formatted(label);
    try {
      if (!(store.getKey(label, null) instanceof PrivateKey privateKey)
          || !(store.getCertificate(label) instanceof X509Certificate x509)) {
        return null;
      }
      SigningCertificate certificate = SigningCertificate.of(x509);
      String complaint = KeyCheck.complaint(certificate);
      if (complaint != null) {
        throw new UnusableKey(what, complaint);
      }
      if (!KeyCheck.belongs(privateKey, certificate, provider)) {
        throw new UnusableKey(what, "its certificate is another key's");
      }
      return new SigningKey(certificate, privateKey, provider);
    } catch (GeneralSecurityException e) {
      throw new UnusableKey(what, "it can't sign RS256 (" + rootOf(e) + ")");
    }
  }

  /** What the module itself says: a code such as CKR_PIN_INCORRECT. */
  private static String rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
