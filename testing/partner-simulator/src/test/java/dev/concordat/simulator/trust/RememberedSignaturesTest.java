package dev.concordat.simulator.trust;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.simulator.TestPartner;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RememberedSignaturesTest {

  private static final byte[] SIGNED = {1, 2, 3};
  private static final byte[] SIGNATURE = {4, 5};
  private static final SigningCertificate KEY = certificate();
  private static final SigningCertificate OTHER_KEY = certificate();

  private final AtomicInteger checks = new AtomicInteger();
  private final SignatureCheck remembered =
      new RememberedSignatures(
          (key, signed, signature) -> {
            checks.incrementAndGet();
            return key.equals(KEY) && signed[0] == 1 && signature[0] == 4;
          });

  private static SigningCertificate certificate() {
    return new TestPartner("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com").certificate();
  }

  @Test
  void what_held_is_not_checked_again() {
    assertThat(remembered.holds(KEY, SIGNED, SIGNATURE)).isTrue();
    assertThat(remembered.holds(KEY, SIGNED.clone(), SIGNATURE.clone())).isTrue();

    assertThat(checks).hasValue(1);
  }

  @Test
  void another_key_text_or_signature_is_and_so_is_what_did_not_hold() {
    byte[] changing = SIGNED.clone();
    assertThat(remembered.holds(KEY, changing, SIGNATURE)).isTrue();
    changing[0] = 9;
    assertThat(remembered.holds(KEY, changing, SIGNATURE)).isFalse();
    assertThat(remembered.holds(KEY, changing, SIGNATURE)).isFalse();
    assertThat(remembered.holds(OTHER_KEY, SIGNED, SIGNATURE)).isFalse();
    assertThat(remembered.holds(KEY, SIGNED, new byte[] {5})).isFalse();

    assertThat(checks).hasValue(5);
  }

  @Test
  void it_forgets_the_oldest_of_many() {
    for (int i = 0; i < 300; i++) {
      assertThat(remembered.holds(KEY, new byte[] {1, (byte) i, (byte) (i >> 8)}, SIGNATURE))
          .isTrue();
    }
    assertThat(remembered.holds(KEY, new byte[] {1, 43, 1}, SIGNATURE)).isTrue();
    assertThat(checks).hasValue(300);
    assertThat(remembered.holds(KEY, new byte[] {1, 0, 0}, SIGNATURE)).isTrue();
    assertThat(checks).hasValue(301);
  }
}
