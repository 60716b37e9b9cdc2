package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Duration;
import java.time.Instant;

/**
 * When what is due in the life of a key.
 *
 * <p>The lead times before a certificate ends are SPIRE's: the next key is wanted at the later of
 * half its life and 30 days before, and takes over at the later of a sixth and 7 days before. A
 * partner that has not proved that it knows a key is given 48 hours: Exchange reads documents again
 * every 8 to 24 hours, and its own certificates take effect 48 hours ahead. A key that signs no
 * more stays published for a day and the longest life of a token: whoever read our document last
 * before the change still has it in time.
 *
 * @param tokenLifetime how long our tokens live
 */
public record KeySchedule(Duration tokenLifetime) {

  /** How long before its use a key is published for partners that prove nothing. */
  public static final Duration LEAD = Duration.ofDays(2);

  private static final Duration PREPARED_BEFORE_END = Duration.ofDays(30);
  private static final Duration ACTIVATED_BEFORE_END = Duration.ofDays(7);
  private static final int PREPARED_SHARE = 2;
  private static final int ACTIVATED_SHARE = 6;
  private static final Duration READ_AGAIN_WITHIN = Duration.ofDays(1);

  /** From when on the successor of a key should be there. */
  public Instant prepareBy(SigningCertificate certificate) {
    return before(certificate, PREPARED_SHARE, PREPARED_BEFORE_END);
  }

  /** From when on the successor of a key should sign. */
  public Instant activateBy(SigningCertificate certificate) {
    return before(certificate, ACTIVATED_SHARE, ACTIVATED_BEFORE_END);
  }

  /** From when on the rollover has to run, so that even silent partners get their time. */
  public Instant beginBy(SigningCertificate certificate) {
    Instant begin = activateBy(certificate).minus(LEAD);
    return begin.isBefore(certificate.notBefore()) ? certificate.notBefore() : begin;
  }

  /** From when on a key that signs no more need not be published. */
  public Instant pruneAt(Instant retiredAt) {
    return retiredAt.plus(READ_AGAIN_WITHIN).plus(tokenLifetime);
  }

  private static Instant before(SigningCertificate certificate, int share, Duration most) {
    Duration part =
        Duration.between(certificate.notBefore(), certificate.notAfter()).dividedBy(share);
    return certificate.notAfter().minus(part.compareTo(most) < 0 ? part : most);
  }
}
