package dev.concordat.outbound;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** Trusts the platform's certificate authorities and further ones, and keeps what it refuses. */
final class TrustedAuthorities extends X509ExtendedTrustManager {

  private final X509ExtendedTrustManager pkix;

  /**
   * @param pemBundles further authorities
   * @throws IllegalArgumentException if a bundle holds no certificates
   */
  TrustedAuthorities(List<String> pemBundles) {
    try {
      var authorities = KeyStore.getInstance(KeyStore.getDefaultType());
      authorities.load(null, null);
      int count = 0;
      for (X509Certificate platform : trustManager(null).getAcceptedIssuers()) {
        authorities.setCertificateEntry("platform-" + count++, platform);
      }
      for (String bundle : pemBundles) {
        var certificates =
            CertificateFactory.getInstance("X.509")
                .generateCertificates(
                    new ByteArrayInputStream(bundle.getBytes(StandardCharsets.US_ASCII)));
        if (certificates.isEmpty()) {
          throw new IllegalArgumentException("the CA bundle holds no certificate");
        }
        for (Certificate further : certificates) {
          authorities.setCertificateEntry("further-" + count++, further);
        }
      }
      pkix = trustManager(authorities);
    } catch (CertificateException e) {
      throw new IllegalArgumentException("the CA bundle is no PEM", e);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("the JDK has no PKIX trust manager", e);
    }
  }

  private static X509ExtendedTrustManager trustManager(@Nullable KeyStore authorities)
      throws GeneralSecurityException {
    var factory = TrustManagerFactory.getInstance("PKIX");
    factory.init(authorities);
    for (TrustManager manager : factory.getTrustManagers()) {
      if (manager instanceof X509ExtendedTrustManager extended) {
        return extended;
      }
    }
    throw new GeneralSecurityException("no X.509 trust manager");
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    try {
      requireValid(chain);
      pkix.checkServerTrusted(chain, authType, engine);
    } catch (CertificateException e) {
      throw new ChainRefused(List.of(chain), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    try {
      requireValid(chain);
      pkix.checkServerTrusted(chain, authType, socket);
    } catch (CertificateException e) {
      throw new ChainRefused(List.of(chain), e);
    }
  }

  @Override
  public void checkServerTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    try {
      requireValid(chain);
      pkix.checkServerTrusted(chain, authType);
    } catch (CertificateException e) {
      throw new ChainRefused(List.of(chain), e);
    }
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType)
      throws CertificateException {
    throw new CertificateException("nobody is a client of this");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
      throws CertificateException {
    throw new CertificateException("nobody is a client of this");
  }

  @Override
  public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
      throws CertificateException {
    throw new CertificateException("nobody is a client of this");
  }

  /** The platform does not look at the dates of a certificate that is itself trusted. */
  private static void requireValid(X509Certificate[] chain) throws CertificateException {
    if (chain.length > 0) {
      chain[0].checkValidity();
    }
  }

  @Override
  public X509Certificate[] getAcceptedIssuers() {
    return pkix.getAcceptedIssuers();
  }
}
