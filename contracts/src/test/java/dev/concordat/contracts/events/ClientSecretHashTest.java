package dev.concordat.contracts.events;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientSecretHashTest {
  private static final byte[] SALT = {1, 2, 3, 4, 5, 6, 7, -8};
  private static final String HASH = "A".repeat(43);

  @Test
  void isReadInEitherAlphabetAndPrintsNothingOfItself() {
    byte[] hash = new byte[32];
    hash[0] = -1;
    for (var encoder :
        new Base64.Encoder[] {
          Base64.getEncoder(), Base64.getUrlEncoder(), Base64.getUrlEncoder().withoutPadding()
        }) {
      var read =
          ClientSecretHash.parse(
                  "pbkdf2-sha256:10000:%s:%s"
                      .formatted(encoder.encodeToString(SALT), encoder.encodeToString(hash)))
              .orElseThrow();
      assertThat(read.iterations()).isEqualTo(10_000);
      assertThat(read.salt()).isEqualTo(SALT);
      assertThat(read.hash()).isEqualTo(hash);
      assertThat(read).hasToString("ClientSecretHash");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "s3cret",
        "{SHA-256}q1w2e3",
        "pbkdf2-sha1:210000:AQIDBAUGBwg:HASH",
        "pbkdf2-sha256:9999:AQIDBAUGBwg:HASH",
        "pbkdf2-sha256:2000001:AQIDBAUGBwg:HASH",
        "pbkdf2-sha256:-10000:AQIDBAUGBwg:HASH",
        "pbkdf2-sha256:210000:AQIDBAUG:HASH",
        "pbkdf2-sha256:210000:AQIDBAUGBwgA*:HASH",
        "pbkdf2-sha256:210000:AQIDBAUGBwgAA:HASH",
        "pbkdf2-sha256:210000:AQIDBAUGBwg:HASHA",
        "pbkdf2-sha256:210000:AQIDBAUGBwg:",
        "pbkdf2-sha256:210000:AQIDBAUGBwg:HASH\n"
      })
  void anythingElseIsNone(String text) {
    assertThat(ClientSecretHash.parse(text.replace("HASH", HASH))).isEmpty();
  }
}
