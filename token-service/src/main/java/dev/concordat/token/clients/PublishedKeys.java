package dev.concordat.token.clients;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.AsymmetricJWK;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.outbound.Limits;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.outbound.OutboundFailure;
import dev.concordat.outbound.OutboundRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The JWK sets that workloads publish under {@code clientAuth.jwksUrl}, read through the guard for
 * outbound requests.
 *
 * <p>A set is read when it is first needed, and anew in the background once it is an hour old. A
 * key id that isn't in it has it read at once, but once in half a minute at most: whoever asks
 * chooses the id. A set that can't be read leaves the last good one in use, for a day.
 */
@Singleton
public class PublishedKeys {

  private static final Logger LOG = Logger.getLogger(PublishedKeys.class);
  private static final Duration OLD = Duration.ofHours(1);
  private static final Duration PAUSE = Duration.ofSeconds(30);
  private static final Duration LONGEST_USE = Duration.ofDays(1);
  private static final Limits LIMITS = new Limits(Duration.ofSeconds(5), 256 * 1024);
  private static final int MOST_KEYS = 64;

  private final GuardedHttp http;
  private final InstantSource clock;
  private final ConcurrentMap<String, KeySet> sets = new ConcurrentHashMap<>();

  @Inject
  PublishedKeys(GuardedHttp http, InstantSource clock) {
    this.http = http;
    this.clock = clock;
  }

  /**
   * The keys at this URL that an assertion with this {@code kid} may have been signed with. May
   * wait for the other server where nothing is known yet.
   *
   * @throws UnverifiableClient if there never was a set that could be read
   */
  List<ClientKey> at(String url, @Nullable String keyId) throws UnverifiableClient {
    return sets.computeIfAbsent(url, KeySet::new).keys(keyId);
  }

  /** The set at one URL. */
  private final class KeySet {
    private final String url;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile List<ClientKey> keys = List.of();
    private volatile @Nullable Instant read;
    private volatile @Nullable Instant tried;

    KeySet(String url) {
      this.url = url;
    }

    List<ClientKey> keys(@Nullable String keyId) throws UnverifiableClient {
      Instant now = clock.instant();
      Instant lastRead = read;
      Instant lastTried = tried;
      boolean mayTry = lastTried == null || !now.isBefore(lastTried.plus(PAUSE));
      if (lastRead == null || !now.isBefore(lastRead.plus(LONGEST_USE)) || unknown(keyId)) {
        if (mayTry) {
          readOnce(now);
        }
        if (read == null) {
          throw new UnverifiableClient("the JWK set of the client can't be read");
        }
      } else if (mayTry && now.isAfter(lastRead.plus(OLD))) {
        Thread.ofVirtual().name("jwks").start(() -> readOnce(now));
      }
      return keys.stream()
          .filter(key -> keyId == null || key.id() == null || keyId.equals(key.id()))
          .toList();
    }

    private boolean unknown(@Nullable String keyId) {
      return keyId != null && keys.stream().noneMatch(key -> keyId.equals(key.id()));
    }

    private void readOnce(Instant now) {
      if (!reading.compareAndSet(false, true)) {
        return;
      }
      try {
        tried = now;
        OutboundAnswer answer =
            http.send(
                OutboundRequest.get(URI.create(url))
                    .header("Accept", "application/jwk-set+json, application/json")
                    .within(LIMITS));
        if (answer.status() != 200) {
          LOG.warnf("The JWK set at %s is answered with status %d", url, answer.status());
          return;
        }
        keys = parsed(new String(answer.body(), StandardCharsets.UTF_8));
        read = now;
      } catch (OutboundFailure e) {
        LOG.warnf("The JWK set at %s can't be read: %s", url, e.sentence());
      } catch (ParseException | IllegalArgumentException e) {
        LOG.warnf("What is at %s is no JWK set", url);
      } finally {
        reading.set(false);
      }
    }
  }

  private static List<ClientKey> parsed(String json) throws ParseException {
    var keys = new ArrayList<ClientKey>();
    for (JWK jwk : JWKSet.parse(json).getKeys()) {
      boolean signs = jwk.getKeyUse() == null || jwk.getKeyUse().equals(KeyUse.SIGNATURE);
      if (signs && jwk instanceof AsymmetricJWK asymmetric && keys.size() < MOST_KEYS) {
        try {
          keys.add(new ClientKey(jwk.getKeyID(), asymmetric.toPublicKey()));
        } catch (JOSEException e) {
          LOG.debugf("A key of a JWK set is skipped: %s", e.getMessage());
        }
      }
    }
    return List.copyOf(keys);
  }
}
