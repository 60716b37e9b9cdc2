package dev.concordat.token.keys;

import com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.Security;
import org.jboss.logging.Logger;

/**
 * Which implementation of RS256 signs, chosen once at start: native code where it loads (close to
 * three times the signatures a second), the JDK's own elsewhere, with a word about it in the log.
 */
public final class Rs256 {

  private static final Logger LOG = Logger.getLogger(Rs256.class);

  private final Provider provider;

  private Rs256(Provider provider) {
    this.provider = provider;
  }

  /** The implementation that the configuration allows and this machine has. */
  public static Rs256 choose(SigningConfig.Implementation wanted) {
    if (wanted == SigningConfig.Implementation.JDK) {
      return new Rs256(jdk());
    }
    try {
      var corretto = AmazonCorrettoCryptoProvider.INSTANCE;
      Throwable failure = corretto.getLoadingError();
      if (failure == null) {
        corretto.assertHealthy();
        return new Rs256(corretto);
      }
      return withoutNativeCode(failure);
    } catch (LinkageError | RuntimeException failure) {
      return withoutNativeCode(failure);
    }
  }

  private static Rs256 withoutNativeCode(Throwable failure) {
    LOG.warnf(
        "The native signer does not run here (%s); the JDK's own signs instead, at about a third of the speed.",
        failure.getMessage());
    return new Rs256(jdk());
  }

  private static Provider jdk() {
    Provider provider = Security.getProvider("SunRsaSign");
    if (provider == null) {
      throw new IllegalStateException("This JDK has no SunRsaSign provider");
    }
    return provider;
  }

  /**
   * The key as an object of this implementation's own. Given a foreign object, the native one would
   * import it anew for every signature, which costs more than it gains.
   */
  PrivateKey own(PrivateKey key) throws InvalidKeyException {
    try {
      return (PrivateKey) KeyFactory.getInstance("RSA", provider).translateKey(key);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  Provider provider() {
    return provider;
  }
}
