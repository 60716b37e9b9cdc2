package dev.concordat.token.clients;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.ClientSecretHash;
import dev.concordat.contracts.events.PartnerRegistered;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Compares client secrets with their registered hashes.
 *
 * <p>A hash is slow on purpose. So a secret that held is known again by a keyed digest whose key is
 * made at each start and never leaves this object: the same secret for the same hash is then
 * compared at once. A wrong one, and one of a client that doesn't exist, always takes the slow way,
 * and only as many at a time as half the processors can bear.
 */
@Singleton
public class ClientSecrets {

  private static final int REMEMBERED = 10_000;

  /** Stands in where there is no hash, so that an unknown client takes as long as a known one. */
  private static final ClientSecretHash NOBODY =
      new ClientSecretHash(210_000, new byte[16], new byte[32]);

  private final KeyedDigest keyed = new KeyedDigest();
  private final Cache<String, byte[]> held = Caffeine.newBuilder().maximumSize(REMEMBERED).build();
  private final Semaphore slowOnes =
      new Semaphore(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));

  /**
   * Whether this is the client's secret.
   *
   * @param client its registration; absent where there is none, which takes as long
   * @throws TooManySecrets if as many slow comparisons as may be are under way
   */
  boolean holds(@Nullable PartnerRegistered client, String secret) throws TooManySecrets {
    String registered = client == null ? null : hashOf(client);
    if (registered != null && known(registered, secret)) {
      return true;
    }
    Optional<ClientSecretHash> hash =
        registered == null ? Optional.empty() : ClientSecretHash.parse(registered);
    if (!slowOnes.tryAcquire()) {
      throw new TooManySecrets();
    }
    try {
      boolean same = isOf(secret, hash.orElse(NOBODY)) && hash.isPresent();
      if (same && registered != null) {
        held.put(registered, digest(registered, secret));
      }
      return same;
    } finally {
      slowOnes.release();
    }
  }

  /** Whether this held before and still does: told at once, and no proof of the contrary. */
  boolean known(PartnerRegistered client, String secret) {
    String registered = hashOf(client);
    return registered != null && known(registered, secret);
  }

  private boolean known(String registered, String secret) {
    byte[] digest = held.getIfPresent(registered);
    return digest != null && MessageDigest.isEqual(digest, digest(registered, secret));
  }

  private static @Nullable String hashOf(PartnerRegistered client) {
    ClientAuth auth = client.clientAuth();
    return auth == null ? null : auth.secretHash();
  }

  /** Whether the hash is this secret's, found out in a time that depends on no secret. */
  private static boolean isOf(String secret, ClientSecretHash hash) {
    var spec =
        new PBEKeySpec(
            secret.toCharArray(), hash.salt(), hash.iterations(), hash.hash().length * Byte.SIZE);
    try {
      byte[] derived =
          SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
      return MessageDigest.isEqual(derived, hash.hash());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has PBKDF2WithHmacSHA256", e);
    } finally {
      spec.clearPassword();
    }
  }

  private byte[] digest(String registered, String secret) {
    return keyed.of(
        registered.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
  }

  /** Too many secrets are compared just now. */
  static final class TooManySecrets extends Exception {
    TooManySecrets() {
      super("too many client secrets are compared at once", null, false, false);
    }
  }
}
