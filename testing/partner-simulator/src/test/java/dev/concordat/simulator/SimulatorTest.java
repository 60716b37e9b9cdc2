package dev.concordat.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.simulator.trust.PartnerApplication;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.xml.XMLConstants;
import javax.xml.transform.TransformerFactory;
import javax.xml.transform.dom.DOMSource;
import javax.xml.transform.stream.StreamResult;
import javax.xml.transform.stream.StreamSource;
import javax.xml.validation.Schema;
import javax.xml.validation.SchemaFactory;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** The simulated Exchange over real TLS, called with really signed tokens. */
class SimulatorTest {

  private static final String OURS = "5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com";
  private static final String KEN = "kenmyer@litwareinc.com";

  private static Simulator simulator;
  private static HttpClient http;
  private static KeyPair keys;
  private static SigningCertificate certificate;

  @BeforeAll
  static void start() throws Exception {
    simulator = Simulator.start(SimulatorSettings.forTests());
    simulator.mailboxes().make("pilar@litwareinc.com");
    keys = rsa();
    var name = new X500Name("CN=our signing key");
    certificate =
        SigningCertificate.of(
            new JcaX509CertificateConverter()
                .getCertificate(
                    new JcaX509v3CertificateBuilder(
                            name,
                            BigInteger.ONE,
                            Date.from(Instant.now().minusSeconds(3600)),
                            Date.from(Instant.now().plusSeconds(86400)),
                            name,
                            keys.getPublic())
                        .build(
                            new JcaContentSignerBuilder("SHA256withRSA")
                                .build(keys.getPrivate()))));
    simulator
        .applications()
        .configure(PartnerApplication.Type.LYNC, "https://us/metadata/json/1", ourDocument());
    http = HttpClient.newBuilder().sslContext(trusting(simulator.caPem())).build();
  }

  @AfterAll
  static void stop() {
    simulator.close();
  }

  @AfterEach
  void clearFaults() throws Exception {
    admin("DELETE", "/simulator/faults", null);
  }

  @Test
  void it_publishes_its_metadata_document_for_anyone() throws Exception {
    var answer = get("/autodiscover/metadata/json/1");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(AuthMetadataReader.read(answer.body().getBytes(StandardCharsets.UTF_8)))
        .isInstanceOfSatisfying(
            Reading.Accepted.class,
            it ->
                assertThat(it.document().issuer())
                    .isEqualTo("00000002-0000-0ff1-ce00-000000000000@litwareinc.com"));
  }

  @Test
  void an_empty_bearer_is_answered_with_the_challenge_that_names_whom_it_trusts() throws Exception {
    var answer = ews("Bearer", "<x/>");

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).isEmpty();
    List<String> challenges = answer.headers().allValues("WWW-Authenticate");
    assertThat(challenges.getFirst())
        .startsWith("Bearer client_id=\"00000002-0000-0ff1-ce00-000000000000\"")
        .contains("trusted_issuers=\"" + OURS + "\"")
        .doesNotContain("error=");
    assertThat(challenges).contains("Negotiate", "NTLM");
    assertThat(answer.headers().firstValue("x-ms-diagnostics")).isEmpty();
  }

  @Test
  void a_foreign_token_is_refused_with_diagnostics() throws Exception {
    String token = "Bearer " + userToken(KEN, rsa());

    var answer = ews(token, getFolder());

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("x-ms-diagnostics"))
        .hasValueSatisfying(
            it -> assertThat(it).startsWith("2000000;").contains("invalid_signature"));
    assertThat(answer.headers().firstValue("WWW-Authenticate"))
        .hasValueSatisfying(it -> assertThat(it).contains("error=\"invalid_token\""));
  }

  @Test
  void a_user_without_a_mailbox_is_refused_as_unknown() throws Exception {
    var answer = ews("Bearer " + userToken("nobody@litwareinc.com", keys), getFolder());

    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.headers().firstValue("x-ms-diagnostics"))
        .hasValueSatisfying(it -> assertThat(it).startsWith("2000005;"));
  }

  @Test
  void autodiscover_tells_only_what_was_asked_for() throws Exception {
    String request =
        """
        <soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/" \
        xmlns:a="http://schemas.microsoft.com/exchange/2010/Autodiscover"><soap:Header>\
        <a:RequestedServerVersion>Exchange2013</a:RequestedServerVersion></soap:Header><soap:Body>\
        <a:GetUserSettingsRequestMessage><a:Request><a:Users><a:User><a:Mailbox>%s</a:Mailbox>\
        </a:User></a:Users><a:RequestedSettings><a:Setting>ExternalEwsUrl</a:Setting>\
        </a:RequestedSettings></a:Request></a:GetUserSettingsRequestMessage></soap:Body>\
        </soap:Envelope>\
        """;
    var answer =
        post(
            "/autodiscover/autodiscover.svc",
            "Bearer " + userToken(KEN, keys, autodiscover()),
            request.formatted(KEN));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml; charset=utf-8");
    assertThat(answer.body())
        .startsWith("<?xml version=\"1.0\" encoding=\"utf-8\"?>")
        .contains("<Name>ExternalEwsUrl</Name>")
        .contains("/EWS/Exchange.asmx")
        .doesNotContain("InternalEwsUrl");
    assertThat(
            post(
                    "/autodiscover/autodiscover.svc",
                    "Bearer " + userToken(KEN, keys, autodiscover()),
                    request.formatted("nobody@litwareinc.com"))
                .body())
        .contains("<ErrorCode>InvalidUser</ErrorCode>");
  }

  @Test
  void an_item_is_written_found_read_and_deleted_and_is_gone_then() throws Exception {
    String token = "Bearer " + userToken(KEN, keys);
    Element folder = payload(ews(token, getFolder()));
    String folderId = id(folder, "FolderId");
    assertThat(folder.getTextContent()).contains("Conversation History");

    String create =
        """
        <m:CreateItem MessageDisposition="SaveOnly"><m:SavedItemFolderId><t:FolderId Id="%s"/>\
        </m:SavedItemFolderId><m:Items><t:Message><t:ItemClass>IPM.Note.Microsoft.Conversation\
        </t:ItemClass><t:Subject>Über &lt;all&gt;</t:Subject><t:Body BodyType="Text">x &amp; y\
        </t:Body><t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" \
        PropertyName="Marker" PropertyType="String"/><t:Value>m-1</t:Value></t:ExtendedProperty>\
        <t:IsRead>true</t:IsRead></t:Message></m:Items></m:CreateItem>\
        """
            .formatted(folderId);
    String itemId = id(payload(ews(token, create)), "ItemId");
    assertThat(itemId).hasSize(152).startsWith("AAMk");

    String find =
        """
        <m:FindItem Traversal="Shallow"><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape>\
        <m:IndexedPageItemView MaxEntriesReturned="50" Offset="0" BasePoint="Beginning"/>\
        <m:Restriction><t:Exists><t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" \
        PropertyName="Marker" PropertyType="String"/></t:Exists></m:Restriction>\
        <m:ParentFolderIds><t:FolderId Id="%s"/></m:ParentFolderIds></m:FindItem>\
        """
            .formatted(folderId);
    assertThat(ews(token, find).body()).contains("TotalItemsInView=\"1\"").contains(itemId);

    String get =
        "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id=\"%s\"/></m:ItemIds></m:GetItem>"
            .formatted(itemId);
    assertThat(ews(token, get).body()).contains("Über &lt;all&gt;").contains("x &amp; y");

    String delete =
        "<m:DeleteItem DeleteType=\"HardDelete\"><m:ItemIds><t:ItemId Id=\"%s\"/></m:ItemIds></m:DeleteItem>"
            .formatted(itemId);
    assertThat(ews(token, delete).body()).contains("ResponseClass=\"Success\"");
    assertThat(ews(token, get).body()).contains("ErrorItemNotFound");
  }

  @Test
  void whoever_acts_for_one_user_reads_nothing_of_another() throws Exception {
    String ken = "Bearer " + userToken(KEN, keys);
    String pilar = "Bearer " + userToken("pilar@litwareinc.com", keys);
    String folderId = id(payload(ews(pilar, getFolder("pilar@litwareinc.com"))), "FolderId");

    assertThat(ews(ken, getFolder("pilar@litwareinc.com")).body()).contains("ErrorAccessDenied");
    String byId =
        "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape></m:FolderShape><m:FolderIds><t:FolderId Id=\"%s\"/></m:FolderIds></m:GetFolder>"
            .formatted(folderId);
    assertThat(ews(ken, byId).body()).contains("ErrorFolderNotFound");
  }

  @Test
  void document_types_and_foreign_operations_get_the_products_faults() throws Exception {
    String token = "Bearer " + userToken(KEN, keys);
    var bomb =
        post(
            "/EWS/Exchange.asmx",
            token,
            "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><x>&b;</x>");
    assertThat(bomb.statusCode()).isEqualTo(500);
    assertThat(bomb.body()).contains("ErrorSchemaValidation").doesNotContain("Exception");

    assertThat(ews(token, "<m:FlyToTheMoon/>").body()).contains("ErrorInvalidOperation");
    assertThat(ews(token, "<m:GetFolder/>").body()).contains("ErrorSchemaValidation");
  }

  @Test
  void a_fault_is_met_as_often_as_it_was_set_and_no_more() throws Exception {
    admin(
        "POST",
        "/simulator/faults",
        "{\"path\":\"/EWS\",\"times\":1,\"soapResponseCode\":\"ErrorServerBusy\",\"backOffMilliseconds\":100}");
    String token = "Bearer " + userToken(KEN, keys);

    assertThat(ews(token, getFolder()).body())
        .contains("ErrorServerBusy")
        .contains("BackOffMilliseconds");
    assertThat(ews(token, getFolder()).statusCode()).isEqualTo(200);
  }

  @Test
  void the_request_log_shows_claims_but_no_token() throws Exception {
    String token = userToken(KEN, keys);
    ews("Bearer " + token, getFolder());

    String log = admin("GET", "/simulator/requests", null).body();
    assertThat(log).contains(KEN).contains("\"operation\":\"GetFolder\"");
    for (String part : token.split("\\.")) {
      assertThat(log).doesNotContain(part);
    }
  }

  @Test
  void every_answer_is_valid_by_the_published_schemas() throws Exception {
    Schema schema = schema();
    String token = "Bearer " + userToken(KEN, keys);
    String folderId = id(payload(ews(token, getFolder())), "FolderId");
    String create =
        "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:SavedItemFolderId><t:FolderId Id=\"%s\"/></m:SavedItemFolderId><m:Items><t:Message><t:Subject>s</t:Subject></t:Message></m:Items></m:CreateItem>"
            .formatted(folderId);
    String itemId = id(payload(ews(token, create)), "ItemId");
    String missing = itemId.substring(0, 150) + "AA";
    List<String> requests =
        List.of(
            getFolder(),
            "<m:GetFolder><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape><m:FolderIds><t:DistinguishedFolderId"
                + " Id=\"inbox\"/><t:DistinguishedFolderId"
                + " Id=\"voicemail\"/></m:FolderIds></m:GetFolder>",
            "<m:FindFolder"
                + " Traversal=\"Deep\"><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId"
                + " Id=\"root\"/></m:ParentFolderIds></m:FindFolder>",
            create,
            "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds><t:ItemId Id=\"%s\"/><t:ItemId Id=\"%s\"/></m:ItemIds></m:GetItem>"
                .formatted(itemId, missing),
            "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:FolderId Id=\"%s\"/></m:ParentFolderIds></m:FindItem>"
                .formatted(folderId),
            "<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId"
                + " Id=\"inbox\"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>new</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>",
            "<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId"
                + " Id=\"inbox\"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>new</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>",
            "<m:DeleteItem DeleteType=\"HardDelete\"><m:ItemIds><t:ItemId Id=\"%s\"/><t:ItemId Id=\"%s\"/></m:ItemIds></m:DeleteItem>"
                .formatted(itemId, missing));
    for (String request : requests) {
      var answer = ews(token, request);
      assertThat(answer.statusCode()).as(request).isEqualTo(200);
      Element body =
          Xml.at(
                  Xml.read(answer.body().getBytes(StandardCharsets.UTF_8)).getDocumentElement(),
                  "Body")
              .orElseThrow();
      Element payload = Xml.children(body).getFirst();
      var text = new StringWriter();
      TransformerFactory.newInstance()
          .newTransformer()
          .transform(new DOMSource(payload), new StreamResult(text));
      schema.newValidator().validate(new StreamSource(new StringReader(text.toString())));
    }
  }

  @Test
  void partner_applications_and_the_certificate_outlive_a_restart(@TempDir Path state)
      throws Exception {
    var settings = SimulatorSettings.forTests().keptIn(state);
    String thumbprint;
    try (var first = Simulator.start(settings)) {
      thumbprint = first.identity().certificate().thumbprint();
      first
          .applications()
          .configure(PartnerApplication.Type.GENERIC, "https://us/metadata/json/1", ourDocument());
    }
    try (var second = Simulator.start(settings)) {
      assertThat(second.identity().certificate().thumbprint()).isEqualTo(thumbprint);
      assertThat(second.applications().all())
          .singleElement()
          .satisfies(it -> assertThat(it.issuer().toString()).isEqualTo(OURS));
    }
  }

  @Test
  void a_taken_port_is_named() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var settings = SimulatorSettings.forTests().onPorts(taken.getLocalPort(), 0);
      assertThatThrownBy(() -> Simulator.start(settings))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("port " + taken.getLocalPort());
    }
  }

  private static Schema schema() throws Exception {
    String named = System.getenv("EWS_SCHEMA_DIR");
    Path folder = Path.of(named == null ? "../../../shared/ews-schema" : named).toAbsolutePath();
    assumeTrue(
        Files.exists(folder.resolve("messages.xsd")),
        "skipped: the EWS schemas are not at " + folder + " (EWS_SCHEMA_DIR)");
    return SchemaFactory.newInstance(XMLConstants.W3C_XML_SCHEMA_NS_URI)
        .newSchema(folder.resolve("messages.xsd").toFile());
  }

  private static String getFolder() {
    return getFolder(KEN);
  }

  private static String getFolder(String mailbox) {
    return """
    <m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties>\
    <t:FieldURI FieldURI="folder:DisplayName"/><t:FieldURI FieldURI="folder:FolderClass"/>\
    </t:AdditionalProperties></m:FolderShape><m:FolderIds>\
    <t:DistinguishedFolderId Id="conversationhistory"><t:Mailbox><t:EmailAddress>%s\
    </t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds></m:GetFolder>\
    """
        .formatted(mailbox);
  }

  private static Element payload(HttpResponse<String> answer) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    return Xml.read(answer.body().getBytes(StandardCharsets.UTF_8)).getDocumentElement();
  }

  private static String id(Element answer, String name) {
    var found = answer.getElementsByTagNameNS("*", name);
    assertThat(found.getLength()).isPositive();
    return ((Element) found.item(0)).getAttribute("Id");
  }

  private static HttpResponse<String> ews(String authorization, String operation) throws Exception {
    return post(
        "/EWS/Exchange.asmx",
        authorization,
        """
        <s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" \
        xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" \
        xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header>\
        <t:RequestServerVersion Version="Exchange2013"/></s:Header><s:Body>%s</s:Body>\
        </s:Envelope>\
        """
            .formatted(operation));
  }

  private static HttpResponse<String> post(String path, String authorization, String body)
      throws IOException, InterruptedException {
    String host = path.startsWith("/auto") ? autodiscover() : exchange();
    return http.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + simulator.httpsPort() + path))
            .header("Host", host)
            .header("Authorization", authorization)
            .header("Content-Type", "text/xml; charset=utf-8")
            .timeout(Duration.ofSeconds(10))
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("https://localhost:" + simulator.httpsPort() + path))
            .header("Host", autodiscover())
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> admin(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + simulator.adminPort() + path))
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String exchange() {
    return "atl-exchange-001.litwareinc.com:" + simulator.httpsPort();
  }

  private static String autodiscover() {
    return "autodiscover.litwareinc.com:" + simulator.httpsPort();
  }

  private static String userToken(String user, KeyPair signedWith) throws Exception {
    return userToken(user, signedWith, exchange());
  }

  /** A user token as trust.md 4 has it, made by hand, so that no code of ours is asked twice. */
  private static String userToken(String user, KeyPair signedWith, String host) throws Exception {
    long now = Instant.now().getEpochSecond();
    String audience = "00000002-0000-0ff1-ce00-000000000000/" + host + "@litwareinc.com";
    Map<String, String> times =
        Map.of("nbf", Long.toString(now - 60), "exp", Long.toString(now + 3600));
    String actorInput =
        part(Map.of("typ", "JWT", "alg", "RS256", "x5t", certificate.x5t()))
            + "."
            + part(
                Map.of(
                    "aud",
                    audience,
                    "iss",
                    OURS,
                    "nbf",
                    times.get("nbf"),
                    "exp",
                    times.get("exp"),
                    "nameid",
                    OURS,
                    "trustedfordelegation",
                    "true"));
    Signature signature = Signature.getInstance("SHA256withRSA");
    signature.initSign(signedWith.getPrivate());
    signature.update(actorInput.getBytes(StandardCharsets.US_ASCII));
    String actor =
        actorInput + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
    return part(Map.of("typ", "JWT", "alg", "none"))
        + "."
        + part(
            Map.of(
                "aud", audience,
                "iss", OURS,
                "nbf", times.get("nbf"),
                "exp", times.get("exp"),
                "smtp", user,
                "actortoken", actor))
        + ".";
  }

  private static String part(Map<String, String> content) throws Exception {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Json.mapper().writeValueAsBytes(content));
  }

  private static byte[] ourDocument() {
    return AuthMetadataWriter.write(
        new AuthMetadataDocument(
            null,
            null,
            "Concordat",
            "litwareinc.com",
            OURS.substring(0, OURS.indexOf('@')),
            OURS,
            List.of(),
            List.of(new AuthMetadataDocument.Key(certificate.x5t(), certificate.base64())),
            List.of()));
  }

  private static KeyPair rsa() throws Exception {
    var generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static SSLContext trusting(String pem) throws Exception {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry(
        "ca",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))));
    var managers = TrustManagerFactory.getInstance("PKIX");
    managers.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, managers.getTrustManagers(), null);
    return context;
  }
}
