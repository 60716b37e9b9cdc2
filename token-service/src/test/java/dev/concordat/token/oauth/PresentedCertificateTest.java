package dev.concordat.token.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.TestKeys;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How each ingress writes the certificate that it has verified, and what only looks like that. */
class PresentedCertificateTest {
  private static final SigningCertificate CLIENT = TestKeys.rsa().certificate();
  private static final SigningCertificate AUTHORITY = TestKeys.rsa().certificate();
  private static final String BASE64 = CLIENT.base64();
  private static final String ENCODED = percent(CLIENT.pem());

  static Stream<String> asWritten() {
    return Stream.of(
        // RFC 9440 section 2.1
        ":" + BASE64 + ":",
        // nginx: $ssl_client_escaped_cert
        ENCODED,
        // Traefik: passTLSClientCert.pem, alone and with what it chains to
        BASE64,
        BASE64 + "," + AUTHORITY.base64(),
        // Envoy: forward_client_cert_details with cert
        "Cert=\"" + ENCODED + "\"",
        "By=spiffe://litwareinc.com/token;Hash=468ed33be74eee6556d90c0149c1309e9ba61d6425303443c0748a02dd8de688;Cert=\""
            + ENCODED
            + "\";Chain=\""
            + ENCODED
            + percent(AUTHORITY.pem())
            + "\";Subject=\"CN=crm, O=\\\"Litware; Inc\\\"\";URI=spiffe://litwareinc.com/crm");
  }

  static Stream<String> onlyAlike() {
    String other = percent(AUTHORITY.pem());
    return Stream.of(
        "",
        "garbage",
        ":garbage:",
        "By=spiffe://litwareinc.com/token;Hash=468ed33b",
        // A client that speaks to Envoy itself, and an element of its own before Envoy's
        "Cert=\"" + ENCODED + "\",By=spiffe://litwareinc.com/token;Cert=\"" + other + "\"",
        "Hash=468ed33b;Cert=\"" + other + "\";Cert=\"" + ENCODED + "\"",
        // A subject is the client's own choice
        "Hash=468ed33b;Subject=\"CN=x;Cert=" + ENCODED + "\"",
        "Hash=468ed33b;Subject=\"CN=x\\\";Cert=" + ENCODED + ";\"",
        "X=\"" + "A".repeat(70_000) + "\"",
        "%",
        "%zz" + ENCODED);
  }

  @ParameterizedTest
  @MethodSource("asWritten")
  void is_read_as_each_ingress_writes_it(String value) {
    assertThat(PresentedCertificate.read(value)).contains(CLIENT.x509());
  }

  @ParameterizedTest
  @MethodSource("onlyAlike")
  void is_none_where_it_only_looks_like_one(String value) {
    assertThat(PresentedCertificate.read(value)).isEmpty();
  }

  private static String percent(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
