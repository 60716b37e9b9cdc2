package dev.concordat.outbound;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** A chain that isn't trusted, together with the chain. */
final class ChainRefused extends CertificateException {
  private static final long serialVersionUID = 1L;

  private final transient List<X509Certificate> chain;

  ChainRefused(List<X509Certificate> chain, CertificateException why) {
    super(why.getMessage(), why);
    this.chain = chain;
  }

  List<X509Certificate> chain() {
    return chain;
  }
}
