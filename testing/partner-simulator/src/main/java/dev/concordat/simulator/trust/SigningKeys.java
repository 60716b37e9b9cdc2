package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.simulator.tls.Certificates.KeyAndCertificate;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The keys that a simulated server signs with: current, next and previous, as {@code
 * Get-AuthConfig} has them. The first is made when it is first needed.
 */
public final class SigningKeys {

  private record Held(PrivateKey key, SigningCertificate certificate) {
    static Held of(KeyAndCertificate pair) {
      return new Held(pair.key(), SigningCertificate.of(pair.certificate()));
    }

    @Override
    public String toString() {
      return certificate.toString();
    }
  }

  private final Supplier<KeyAndCertificate> first;
  private final Supplier<KeyAndCertificate> make;
  private @Nullable Held current;
  private @Nullable Held next;
  private @Nullable Held previous;

  private SigningKeys(Supplier<KeyAndCertificate> first, Supplier<KeyAndCertificate> make) {
    this.make = make;
    this.first = first;
  }

  /**
   * @param first makes, or finds, the first key
   * @param further makes each further one
   */
  public static SigningKeys of(
      Supplier<KeyAndCertificate> first, Supplier<KeyAndCertificate> further) {
    return new SigningKeys(first, further);
  }

  private synchronized Held signing() {
    Held now = current;
    if (now == null) {
      now = Held.of(first.get());
      current = now;
    }
    return now;
  }

  /** The certificate of the key that signs. */
  public SigningCertificate current() {
    return signing().certificate();
  }

  /** The certificate of the key that is published ahead. */
  public synchronized Optional<SigningCertificate> next() {
    return Optional.ofNullable(next).map(Held::certificate);
  }

  /** What the metadata document shows: the current certificate first. */
  public synchronized List<SigningCertificate> published() {
    var published = new ArrayList<SigningCertificate>();
    published.add(current());
    next().ifPresent(published::add);
    Optional.ofNullable(previous).map(Held::certificate).ifPresent(published::add);
    return List.copyOf(published);
  }

  /** What the metadata document showed before the last rollover. */
  public synchronized List<SigningCertificate> stale() {
    Held before = previous;
    return List.of(before == null ? current() : before.certificate());
  }

  /** Makes a key and publishes it ahead. */
  public synchronized SigningCertificate publishNext() {
    Held made = Held.of(make.get());
    next = made;
    return made.certificate();
  }

  /** Signs with the next key from now on; makes one where none was published ahead. */
  public synchronized SigningCertificate roll() {
    Held then = next;
    previous = signing();
    current = then == null ? Held.of(make.get()) : then;
    next = null;
    return current();
  }

  /** Publishes the previous key no more. */
  public synchronized void forgetPrevious() {
    previous = null;
  }

  /** Signs, RS256. */
  String sign(String input) {
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(signing().key());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK signs with RSA", e);
    }
  }
}
