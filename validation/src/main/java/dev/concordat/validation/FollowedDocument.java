package dev.concordat.validation;

import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.TrustedIssuer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One document, its last good state, and when it is to be read again. */
final class FollowedDocument {

  /** How long nothing is asked again, whatever a token names or a server says. */
  static final Duration PAUSE = Duration.ofSeconds(30);

  private static final System.Logger LOG = System.getLogger(FollowedDocument.class.getName());
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration SHORTEST_AGE = Duration.ofMinutes(1);
  private static final Duration USUAL_AGE = Duration.ofMinutes(5);
  private static final Duration LONGEST_AGE = Duration.ofDays(1);
  private static final Pattern MAX_AGE = Pattern.compile("max-age=([0-9]{1,9})");

  private final TrustedDocument trusted;
  private final HttpClient http;
  private final InstantSource clock;
  private final ReentrantLock reading = new ReentrantLock();
  private volatile @Nullable TrustedIssuer issuer;
  private volatile @Nullable Instant tried;
  private volatile Instant due = Instant.EPOCH;
  private volatile boolean wanted;

  FollowedDocument(TrustedDocument trusted, HttpClient http, InstantSource clock) {
    this.trusted = trusted;
    this.http = http;
    this.clock = clock;
  }

  /** The issuer as the last good reading has it. */
  Optional<TrustedIssuer> issuer() {
    return Optional.ofNullable(issuer);
  }

  /** A token names a key of this issuer that isn't known: read soon. */
  void want() {
    wanted = true;
  }

  /** Reads the document where it is time to. */
  void readWhereDue() {
    Instant now = clock.instant();
    Instant last = tried;
    boolean paused = last != null && now.isBefore(last.plus(PAUSE));
    if ((wanted || !now.isBefore(due)) && !paused && reading.tryLock()) {
      try {
        wanted = false;
        tried = now;
        read(now);
      } finally {
        reading.unlock();
      }
    }
  }

  private void read(Instant now) {
    try {
      HttpResponse<InputStream> answer =
          http.send(
              HttpRequest.newBuilder(trusted.url()).timeout(PATIENCE).GET().build(),
              HttpResponse.BodyHandlers.ofInputStream());
      byte[] body;
      try (InputStream in = answer.body()) {
        body = in.readNBytes(AuthMetadataReader.MAX_LENGTH + 1);
      }
      if (answer.statusCode() != 200) {
        failed("it is answered with status " + answer.statusCode());
        return;
      }
      switch (AuthMetadataReader.read(body)) {
        case Reading.Accepted(AuthMetadataDocument document, var _) -> take(document);
        case Reading.Refused refused -> failed(refused.detail());
      }
      due = now.plus(age(answer));
    } catch (IOException e) {
      failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(AuthMetadataDocument document) {
    PrincipalName name = document.issuerName();
    PrincipalName expected = trusted.expected();
    if (expected != null && !expected.matches(name)) {
      failed("it is the document of %s, not of %s".formatted(name, expected));
      return;
    }
    TrustedIssuer before = issuer;
    if (before != null && !before.name().matches(name)) {
      failed("its issuer changed from %s to %s".formatted(before.name(), name));
      return;
    }
    List<SigningCertificate> keys =
        document.keys().stream().map(AuthMetadataDocument.Key::signingCertificate).toList();
    issuer = new TrustedIssuer(name, trusted.kind(), keys, trusted.applications());
  }

  private void failed(String why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "The metadata document {0} is not taken, {1}; the last good one stays in use",
        trusted.url(),
        why);
  }

  private static Duration age(HttpResponse<?> answer) {
    Duration told =
        answer
            .headers()
            .firstValue("Cache-Control")
            .map(MAX_AGE::matcher)
            .filter(Matcher::find)
            .map(found -> Duration.ofSeconds(Long.parseLong(found.group(1))))
            .orElse(USUAL_AGE);
    if (told.compareTo(SHORTEST_AGE) < 0) {
      return SHORTEST_AGE;
    }
    return told.compareTo(LONGEST_AGE) > 0 ? LONGEST_AGE : told;
  }
}
