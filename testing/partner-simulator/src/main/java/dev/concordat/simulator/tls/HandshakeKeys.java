package dev.concordat.simulator.tls;

import dev.concordat.simulator.faults.Effect;
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.function.Function;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the certificate of each handshake, and so lets one go wrong where a fault asks for it.
 */
public final class HandshakeKeys extends X509ExtendedKeyManager {

  private static final String RIGHT = "right";

  private final ServerCertificates certificates;
  private final Function<String, Optional<Effect.Tls.Kind>> faults;
  private final Map<SSLEngine, String> chosen = Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * @param faults how the handshake for a host goes wrong, if it does
   */
  public HandshakeKeys(
      ServerCertificates certificates, Function<String, Optional<Effect.Tls.Kind>> faults) {
    this.certificates = certificates;
    this.faults = faults;
  }

  /** As TLS libraries want it. */
  public KeyManagerFactory factory() {
    return new Factory(this);
  }

  private static final class Factory extends KeyManagerFactory {
    Factory(HandshakeKeys keys) {
      super(new Spi(keys), Security.getProvider("SunJSSE"), "partner-simulator");
    }
  }

  private static final class Spi extends KeyManagerFactorySpi {
    private final HandshakeKeys keys;

    Spi(HandshakeKeys keys) {
      this.keys = keys;
    }

    @Override
    protected void engineInit(@Nullable KeyStore store, char @Nullable [] password) {}

    @Override
    protected void engineInit(@Nullable ManagerFactoryParameters parameters) {}

    @Override
    protected KeyManager[] engineGetKeyManagers() {
      return new KeyManager[] {keys};
    }
  }

  @Override
  public @Nullable String chooseEngineServerAlias(
      String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
    if (!keyType.equals(certificates.key().getAlgorithm())) {
      return null;
    }
    // The platform may ask more than once in a handshake, and a fault is met once.
    String alias =
        chosen.computeIfAbsent(
            engine, it -> faults.apply(host(it)).map(Effect.Tls.Kind::name).orElse(RIGHT));
    return alias.equals(Effect.Tls.Kind.HANDSHAKE.name()) ? null : alias;
  }

  private static String host(SSLEngine engine) {
    return engine.getHandshakeSession() instanceof ExtendedSSLSession session
        ? session.getRequestedServerNames().stream()
            .filter(SNIHostName.class::isInstance)
            .map(it -> ((SNIHostName) it).getAsciiName())
            .findFirst()
            .orElse("")
        : "";
  }

  @Override
  public X509Certificate[] getCertificateChain(String alias) {
    List<X509Certificate> chain =
        alias.equals(RIGHT)
            ? certificates.chain()
            : certificates.wrong(Effect.Tls.Kind.valueOf(alias));
    return chain.toArray(X509Certificate[]::new);
  }

  @Override
  public PrivateKey getPrivateKey(String alias) {
    return certificates.key();
  }

  @Override
  public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
    return Arrays.asList("RSA", "EC").contains(keyType) ? new String[] {RIGHT} : null;
  }

  @Override
  public @Nullable String chooseServerAlias(
      String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }

  @Override
  public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
    return null;
  }

  @Override
  public @Nullable String chooseClientAlias(
      String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
    return null;
  }
}
