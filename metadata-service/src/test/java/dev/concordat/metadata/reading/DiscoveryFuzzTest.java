package dev.concordat.metadata.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.Reading;
import java.net.URI;
import java.time.Instant;
import java.util.List;

/**
 * Whatever a token server sends as discovery document or key set is read to a verdict. The build
 * runs the kept corpus; {@code -Pfuzz} searches for more.
 */
class DiscoveryFuzzTest {

  private static final PartnerRegistered STS =
      new PartnerRegistered(
          "sts",
          PartnerKind.TOKEN_SERVER,
          "00000001-0000-0000-c000-000000000000",
          "litwareinc.com",
          TrustLevel.FULL,
          true,
          new Trust.ByMetadata("https://sts.litwareinc.com", null, null),
          List.of(),
          null,
          null,
          null,
          1,
          Instant.EPOCH,
          "admin");
  private static final DiscoveryDocument DOCUMENT =
      new DiscoveryDocument(
          "https://sts.litwareinc.com", URI.create("https://sts.litwareinc.com/jwks"), null);

  @FuzzTest(maxDuration = "10m")
  void whatever_is_read_comes_to_a_verdict(byte[] body) {
    DiscoveryDocument.read(PartnerKind.TOKEN_SERVER, body)
        .ifPresent(it -> assertThat(it.issuer()).isNotNull());

    switch (DOCUMENT.with(STS, body)) {
      case Reading.Refused refused -> assertThat(refused.detail()).hasSizeBetween(10, 2000);
      case Reading.Accepted accepted -> {
        assertThat(accepted.document().keys())
            .isNotEmpty()
            .allSatisfy(key -> assertThat(key.signingCertificate().x5t()).isEqualTo(key.x5t()));
        assertThat(DiscoveryDocument.issuerUrl(accepted.document())).isPresent();
      }
    }
  }
}
