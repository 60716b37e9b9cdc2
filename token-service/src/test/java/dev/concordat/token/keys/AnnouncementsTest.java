package dev.concordat.token.keys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.events.SigningKeyPublished.Phase;
import dev.concordat.token.TestKeys;
import dev.concordat.token.keys.SigningConfig.Implementation;
import java.security.InvalidKeyException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AnnouncementsTest {

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static KeyRing ring;

  @BeforeAll
  static void ring() throws InvalidKeyException {
    var pair = TestKeys.rsa();
    ring =
        new KeyRing(
            new SigningKey(pair.certificate(), pair.privateKey(), Rs256.choose(Implementation.JDK)),
            null,
            null);
  }

  @Test
  void a_key_that_the_topic_does_not_know_is_announced() {
    assertThat(Announcements.due(ring, Map.of(), NOW))
        .containsExactly(
            new SigningKeyPublished(
                ring.current().id(),
                ring.current().certificate().base64(),
                Phase.CURRENT,
                NOW,
                NOW));
  }

  @Test
  void what_the_topic_says_already_is_not_said_again() {
    assertThat(Announcements.due(ring, announced(ring.current().id(), Phase.CURRENT), NOW))
        .isEmpty();
  }

  @Test
  void a_key_that_was_next_becomes_current() {
    assertThat(Announcements.due(ring, announced(ring.current().id(), Phase.NEXT), NOW))
        .extracting(SigningKeyPublished::phase)
        .containsExactly(Phase.CURRENT);
  }

  @Test
  void a_current_key_that_is_no_longer_ours_becomes_previous_after_ours_is_current() {
    List<SigningKeyPublished> due =
        Announcements.due(ring, announced("another", Phase.CURRENT), NOW);

    assertThat(due)
        .extracting(key -> key.keyId() + " " + key.phase())
        .containsExactly(ring.current().id() + " CURRENT", "another PREVIOUS");
  }

  @Test
  void a_revoked_key_is_left_revoked() {
    assertThat(Announcements.due(ring, announced(ring.current().id(), Phase.REVOKED), NOW))
        .isEmpty();
  }

  private static Map<String, SigningKeyPublished> announced(String keyId, Phase phase) {
    return Map.of(keyId, new SigningKeyPublished(keyId, "MII", phase, NOW, null));
  }
}
