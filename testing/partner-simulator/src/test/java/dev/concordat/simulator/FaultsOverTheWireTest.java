package dev.concordat.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.simulator.trust.PartnerApplication;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a client gets from a simulated Exchange that was told to be faulty. */
class FaultsOverTheWireTest {

  private static final String OURS = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com";
  private static final String KEN = "kenmyer@litwareinc.com";
  private static final String EXCHANGE = "atl-exchange-001.litwareinc.com";
  private static final String AUTODISCOVER = "autodiscover.litwareinc.com";

  private static Simulator simulator;
  private static TestClient client;
  private static final TestPartner US = new TestPartner(OURS);

  @BeforeAll
  static void start() throws Exception {
    simulator = Simulator.start(SimulatorSettings.forTests());
    client = new TestClient(simulator);
    simulator
        .applications()
        .configure(PartnerApplication.Type.LYNC, "https://us/metadata/json/1", US.document());
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  @AfterEach
  void clear() throws Exception {
    client.admin("DELETE", "/simulator/faults", Map.of());
  }

  @ParameterizedTest
  @CsvSource({
    "expired,         atl-exchange-001.litwareinc.com, true",
    "not-yet-valid,   atl-exchange-001.litwareinc.com, true",
    "wrong-name,      www.elsewhere.example,           true",
    "untrusted-root,  atl-exchange-001.litwareinc.com, false",
  })
  void the_certificate_of_a_host_is_wrong_in_the_way_asked_for(
      String kind, String name, boolean bySameAuthority) throws Exception {
    fault(Map.of("tls", kind, "host", EXCHANGE, "times", 1));

    X509Certificate shown = shownBy(EXCHANGE);

    assertThat(shown.getSubjectAlternativeNames()).anyMatch(it -> it.contains(name));
    var authority =
        dev.concordat.simulator.tls.Certificates.certificates(simulator.caPem()).getFirst();
    if (bySameAuthority) {
      shown.verify(authority.getPublicKey());
    } else {
      assertThatThrownBy(() -> shown.verify(authority.getPublicKey()))
          .isInstanceOf(java.security.SignatureException.class);
    }
    switch (kind) {
      case "expired" ->
          assertThatThrownBy(shown::checkValidity).isInstanceOf(CertificateExpiredException.class);
      case "not-yet-valid" ->
          assertThatThrownBy(shown::checkValidity)
              .isInstanceOf(CertificateNotYetValidException.class);
      default -> shown.checkValidity();
    }
    assertThat(shownBy(EXCHANGE).getSubjectX500Principal().getName()).contains("litwareinc.com");
    shownBy(EXCHANGE).checkValidity();
  }

  @Test
  void a_handshake_can_fail_and_does_so_for_clients_that_were_connected_already() throws Exception {
    assertThat(document().statusCode()).isEqualTo(200);
    fault(Map.of("cause", "tls-handshake"));

    assertThatThrownBy(FaultsOverTheWireTest::document).isInstanceOf(SSLException.class);
    clear();
    assertThat(document().statusCode()).isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(strings = {"reset", "truncate"})
  void the_connection_breaks(String how) throws Exception {
    fault(Map.of(how, true, "path", "/EWS", "times", 1));

    assertThatThrownBy(FaultsOverTheWireTest::getFolder).isInstanceOf(IOException.class);
    assertThat(getFolder().statusCode()).isEqualTo(200);
  }

  @Test
  void an_answer_drips_or_is_far_too_large_but_comes() throws Exception {
    fault(Map.of("dripBytesPerSecond", 100_000, "path", "/EWS", "times", 1));
    assertThat(getFolder().body()).contains("GetFolderResponse").endsWith("</s:Envelope>");

    fault(Map.of("oversizeBytes", 3_000_000, "path", "/EWS", "times", 1));
    assertThat(getFolder().body()).hasSizeGreaterThan(3_000_000);
  }

  @Test
  void a_clock_that_is_wrong_shows_and_refuses_tokens() throws Exception {
    fault(Map.of("cause", "clock-skew", "path", "/EWS"));

    var answer = getFolder();

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(diagnostics(answer)).contains("2000001");
    assertThat(date(answer)).isAfter(Instant.now().plus(Duration.ofHours(40)));

    clear();
    fault(Map.of("dateShiftSeconds", 36_000));
    assertThat(getFolder().statusCode()).isEqualTo(200);
    assertThat(date(getFolder())).isAfter(Instant.now().plus(Duration.ofHours(9)));
  }

  @ParameterizedTest
  @CsvSource({
    "issuer-unknown, ''",
    "issuer-realm,   5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@elsewhere.example",
    "issuer-case,    5D2A1B7E-3C4F-4E8A-9B6D-C0C0DA700001@LITWAREINC.COM",
  })
  void it_knows_us_by_another_name(String cause, String shown) throws Exception {
    fault(Map.of("cause", cause));

    var answer = getFolder();

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(diagnostics(answer)).startsWith("2000009").contains(OURS);
    String bearer = answer.headers().allValues("WWW-Authenticate").getFirst();
    assertThat(bearer).startsWith("Bearer").doesNotContain("\"" + OURS + "\"");
    assertThat(bearer.contains("trusted_issuers")).isEqualTo(!shown.isEmpty());
    assertThat(bearer).contains(shown);
  }

  @Test
  void oauth_can_be_off_and_a_token_refused_without_a_word() throws Exception {
    fault(Map.of("cause", "oauth-not-offered", "times", 1));
    var off = getFolder();
    assertThat(off.statusCode()).isEqualTo(401);
    assertThat(off.headers().allValues("WWW-Authenticate"))
        .noneMatch(it -> it.startsWith("Bearer"));
    assertThat(off.headers().firstValue("X-FEServer")).isPresent();

    fault(Map.of("cause", "token-refused-by-partner", "times", 1));
    var silent = getFolder();
    assertThat(silent.statusCode()).isEqualTo(401);
    assertThat(silent.headers().firstValue("x-ms-diagnostics")).isEmpty();
    assertThat(silent.headers().allValues("WWW-Authenticate").getFirst()).contains(OURS);
  }

  @Test
  void an_operation_fails_for_one_mailbox_only() throws Exception {
    simulator.mailboxes().make("pilar@litwareinc.com");
    fault(Map.of("cause", "mailbox-moving", "mailbox", KEN));

    assertThat(getFolder().body())
        .contains("<m:ResponseCode>ErrorMailboxMoveInProgress</m:ResponseCode>");
    assertThat(ews(getFolderRequest("Exchange2013"), "pilar@litwareinc.com").body())
        .contains("NoError");
  }

  @Test
  void a_legacy_mailbox_refuses_new_schemas_and_serves_old_ones() throws Exception {
    fault(Map.of("cause", "legacy-server"));

    assertThat(getFolder().body()).contains("ErrorInvalidServerVersion");
    assertThat(ews(getFolderRequest("Exchange2010_SP2"), KEN).body())
        .contains("MajorVersion=\"14\"")
        .contains("NoError");
  }

  @Test
  void autodiscover_leads_in_circles_elsewhere_and_nowhere() throws Exception {
    fault(Map.of("cause", "autodiscover-loop", "times", 1));
    assertThat(userSettings())
        .contains("<ErrorCode>RedirectUrl</ErrorCode>")
        .contains(":" + simulator.httpsPort() + "/autodiscover/autodiscover.svc");

    fault(Map.of("cause", "domain-unknown", "times", 1));
    assertThat(userSettings()).contains("<ErrorCode>InvalidDomain</ErrorCode>");

    fault(Map.of("cause", "host-unknown", "times", 1));
    assertThat(userSettings()).contains("https://nowhere.invalid/EWS/Exchange.asmx");

    fault(Map.of("cause", "ews-url-missing", "times", 1));
    assertThat(userSettings()).doesNotContain("Exchange.asmx");
  }

  @Test
  void the_document_is_in_another_realm() throws Exception {
    fault(Map.of("cause", "partner-metadata-conflict", "times", 1));

    assertThat(document().body()).contains("@elsewhere.example");
    assertThat(document().body()).contains("@litwareinc.com").doesNotContain("elsewhere");
  }

  @Test
  void what_is_no_fault_is_refused_with_a_reason_and_what_is_set_is_shown() throws Exception {
    var refused = client.admin("POST", "/simulator/faults", Map.of("cause", "cancelled"));
    assertThat(refused.statusCode()).isEqualTo(400);
    assertThat(refused.body()).contains("stop the probe-service");

    fault(Map.of("cause", "throttled", "path", "/EWS"));
    assertThat(getFolder().headers().firstValue("Retry-After")).hasValue("30");
    assertThat(client.admin("GET", "/simulator/faults", "").body())
        .contains("\"cause\":\"throttled\"")
        .contains("\"met\":1");
  }

  private static void fault(Map<String, ?> fault) throws Exception {
    var answer = client.admin("POST", "/simulator/faults", fault);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
  }

  private static HttpResponse<String> document() throws Exception {
    return client.get(AUTODISCOVER, "/autodiscover/metadata/json/1", null);
  }

  private static HttpResponse<String> getFolder() throws Exception {
    return ews(getFolderRequest("Exchange2013"), KEN);
  }

  private static HttpResponse<String> ews(String request, String user) throws Exception {
    return client.post(EXCHANGE, "/EWS/Exchange.asmx", bearer(EXCHANGE, user), request);
  }

  private static String userSettings() throws Exception {
    return client
        .post(
            AUTODISCOVER,
            "/autodiscover/autodiscover.svc",
            bearer(AUTODISCOVER, KEN),
            """
            <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
            xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover"><s:Header>\
            <a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion></s:Header><s:Body>\
            <a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>%s</a:Mailbox>\
            </a:User></a:Users><a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting>\
            </a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></s:Body>\
            </s:Envelope>\
            """
                .formatted(KEN))
        .body();
  }

  private static String bearer(String host, String user) {
    String audience =
        "00000002-0000-0ff1-ce00-000000000000/%s:%d@litwareinc.com"
            .formatted(host, simulator.httpsPort());
    return "Bearer " + US.forUser(audience, Map.of("smtp", user));
  }

  private static String getFolderRequest(String version) {
    return """
    <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
    xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
    xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>\
    <t:RequestServerVersion Version="%s"/></s:Header><s:Body><m:GetFolder><m:FolderShape>\
    <t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds>\
    <t:DistinguishedFolderId Id="inbox"/></m:FolderIds></m:GetFolder></s:Body></s:Envelope>\
    """
        .formatted(version);
  }

  private static String diagnostics(HttpResponse<String> answer) {
    return answer.headers().firstValue("x-ms-diagnostics").orElse("");
  }

  private static Instant date(HttpResponse<String> answer) {
    return DateTimeFormatter.RFC_1123_DATE_TIME.parse(
        answer.headers().firstValue("Date").orElseThrow(), Instant::from);
  }

  /** The certificate that a client is shown who asks for this host and trusts everybody. */
  private static X509Certificate shownBy(String host) throws Exception {
    var context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Trusting()}, null);
    try (var socket =
        (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", simulator.httpsPort())) {
      var parameters = socket.getSSLParameters();
      parameters.setServerNames(java.util.List.of(new SNIHostName(host)));
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static final class Trusting implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
