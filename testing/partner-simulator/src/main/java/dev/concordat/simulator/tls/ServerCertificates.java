package dev.concordat.simulator.tls;

import dev.concordat.simulator.faults.Effect;
import dev.concordat.simulator.tls.Certificates.Content;
import dev.concordat.simulator.tls.Certificates.KeyAndCertificate;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The TLS certificates of the simulated servers: the right one, and on demand the wrong ones. Where
 * the authority's key isn't at hand, the wrong ones come from an authority that nobody knows.
 */
public final class ServerCertificates {

  private static final Duration LIFE = Duration.ofDays(365);
  private static final Duration HOUR = Duration.ofHours(1);

  private final PrivateKey key;
  private final List<X509Certificate> chain;
  private final List<String> hosts;
  private final @Nullable KeyAndCertificate authority;
  private final Map<Effect.Tls.Kind, List<X509Certificate>> wrong =
      new EnumMap<>(Effect.Tls.Kind.class);

  private ServerCertificates(
      PrivateKey key,
      List<X509Certificate> chain,
      List<String> hosts,
      @Nullable KeyAndCertificate authority) {
    this.key = key;
    this.chain = chain;
    this.hosts = hosts;
    this.authority = authority;
  }

  /** Those that an authority signs for these hosts. */
  public static ServerCertificates signedBy(KeyAndCertificate authority, List<String> hosts) {
    var keys = Certificates.keys();
    Instant now = Instant.now();
    X509Certificate leaf =
        Certificates.sign(
            new Content("CN=" + hosts.getFirst(), now.minus(HOUR), now.plus(LIFE), hosts, false),
            keys.getPublic(),
            authority.certificate(),
            authority.key());
    return new ServerCertificates(
        keys.getPrivate(), List.of(leaf, authority.certificate()), hosts, authority);
  }

  /** The one that somebody else made. */
  public static ServerCertificates of(
      PrivateKey key,
      List<X509Certificate> chain,
      List<String> hosts,
      Optional<KeyAndCertificate> authority) {
    return new ServerCertificates(key, List.copyOf(chain), hosts, authority.orElse(null));
  }

  /** A new authority of the laboratory. */
  public static KeyAndCertificate newAuthority() {
    Instant now = Instant.now();
    return Certificates.selfSigned(
        new Content(
            "CN=Partner simulator authority",
            now.minus(HOUR),
            now.plus(LIFE.multipliedBy(5)),
            List.of(),
            true));
  }

  PrivateKey key() {
    return key;
  }

  List<X509Certificate> chain() {
    return chain;
  }

  /** The chain that is wrong in this way. */
  synchronized List<X509Certificate> wrong(Effect.Tls.Kind kind) {
    return wrong.computeIfAbsent(kind, this::makeWrong);
  }

  private List<X509Certificate> makeWrong(Effect.Tls.Kind kind) {
    Instant now = Instant.now();
    PublicKey publicKey = chain.getFirst().getPublicKey();
    Content right =
        new Content("CN=" + hosts.getFirst(), now.minus(HOUR), now.plus(LIFE), hosts, false);
    Content content =
        switch (kind) {
          case EXPIRED ->
              new Content(right.subject(), now.minus(LIFE), now.minus(HOUR), hosts, false);
          case NOT_YET_VALID ->
              new Content(right.subject(), now.plus(LIFE), now.plus(LIFE).plus(LIFE), hosts, false);
          case WRONG_NAME ->
              new Content(
                  "CN=www.elsewhere.example",
                  right.notBefore(),
                  right.notAfter(),
                  List.of("www.elsewhere.example"),
                  false);
          case UNTRUSTED_ROOT, HANDSHAKE -> right;
        };
    KeyAndCertificate signer =
        authority == null || kind == Effect.Tls.Kind.UNTRUSTED_ROOT ? newAuthority() : authority;
    return List.of(
        Certificates.sign(content, publicKey, signer.certificate(), signer.key()),
        signer.certificate());
  }
}
