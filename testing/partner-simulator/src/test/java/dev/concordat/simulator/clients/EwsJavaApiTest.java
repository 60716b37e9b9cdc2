package dev.concordat.simulator.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import dev.concordat.simulator.TestPartner;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import microsoft.exchange.webservices.data.core.ExchangeService;
import microsoft.exchange.webservices.data.core.PropertySet;
import microsoft.exchange.webservices.data.core.WebProxy;
import microsoft.exchange.webservices.data.core.enumeration.misc.ExchangeVersion;
import microsoft.exchange.webservices.data.core.enumeration.notification.EventType;
import microsoft.exchange.webservices.data.core.enumeration.property.BasePropertySet;
import microsoft.exchange.webservices.data.core.enumeration.property.BodyType;
import microsoft.exchange.webservices.data.core.enumeration.property.MapiPropertyType;
import microsoft.exchange.webservices.data.core.enumeration.property.WellKnownFolderName;
import microsoft.exchange.webservices.data.core.enumeration.search.SortDirection;
import microsoft.exchange.webservices.data.core.enumeration.service.ConflictResolutionMode;
import microsoft.exchange.webservices.data.core.enumeration.service.DeleteMode;
import microsoft.exchange.webservices.data.core.exception.service.remote.ServiceResponseException;
import microsoft.exchange.webservices.data.core.request.HttpWebRequest;
import microsoft.exchange.webservices.data.core.service.folder.Folder;
import microsoft.exchange.webservices.data.core.service.item.EmailMessage;
import microsoft.exchange.webservices.data.core.service.item.Item;
import microsoft.exchange.webservices.data.core.service.schema.FolderSchema;
import microsoft.exchange.webservices.data.core.service.schema.ItemSchema;
import microsoft.exchange.webservices.data.credential.ExchangeCredentials;
import microsoft.exchange.webservices.data.notification.ItemEvent;
import microsoft.exchange.webservices.data.notification.StreamingSubscriptionConnection;
import microsoft.exchange.webservices.data.property.complex.FolderId;
import microsoft.exchange.webservices.data.property.complex.MessageBody;
import microsoft.exchange.webservices.data.property.definition.ExtendedPropertyDefinition;
import microsoft.exchange.webservices.data.search.FolderView;
import microsoft.exchange.webservices.data.search.ItemView;
import microsoft.exchange.webservices.data.search.filter.SearchFilter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ews-java-api 2.0, as it is: finds the web services by Autodiscover, and works with folders and
 * items, with tokens that are really signed. All that is added is where its tokens come from, which
 * it leaves to its callers.
 */
class EwsJavaApiTest {

  private static final String KEN = "kenmyer@litwareinc.com";
  private static final String TRUST_STORE = "javax.net.ssl.trustStore";

  private static final String PASSWORD = "changeit";

  @TempDir static Path folder;

  private static Simulator exchange;
  private static Tunnel tunnel;
  private static final TestPartner US =
      new TestPartner("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");
  private ExchangeService service;

  @BeforeAll
  static void start() throws Exception {
    exchange = Simulator.start(SimulatorSettings.forTests());
    tunnel = new Tunnel(exchange.httpsPort());
    US.introduceTo(exchange);
    // It has no other way to be told whom to trust.
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    store.setCertificateEntry(
        "exchange",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new ByteArrayInputStream(exchange.caPem().getBytes(StandardCharsets.US_ASCII))));
    Path file = folder.resolve("trust.p12");
    try (var out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD.toCharArray());
    }
    System.setProperty(TRUST_STORE, file.toString());
    System.setProperty(TRUST_STORE + "Password", PASSWORD);
  }

  @AfterAll
  static void stop() throws Exception {
    System.clearProperty(TRUST_STORE);
    System.clearProperty(TRUST_STORE + "Password");
    tunnel.close();
    exchange.close();
  }

  @BeforeEach
  void connect() throws Exception {
    service = new ExchangeService(ExchangeVersion.Exchange2010_SP2);
    service.setCredentials(new BearerTokens());
    service.setWebProxy(new WebProxy("127.0.0.1", tunnel.port()));
    service.setUrl(URI.create("https://atl-exchange-001.litwareinc.com/EWS/Exchange.asmx"));
  }

  /** Sends a token for the host that is called, as its callers must make it do. */
  private static final class BearerTokens extends ExchangeCredentials {
    @Override
    public void prepareWebRequest(HttpWebRequest request) {
      int port = request.getUrl().getPort();
      String host = request.getUrl().getHost() + (port == -1 || port == 443 ? "" : ":" + port);
      Map<String, String> headers = new HashMap<>();
      if (request.getHeaders() != null) {
        headers.putAll(request.getHeaders());
      }
      headers.put("Authorization", "Bearer " + US.forUserOfExchange(KEN, host));
      request.setHeaders(headers);
    }
  }

  @Test
  void it_finds_the_web_services_by_autodiscover() throws Exception {
    service.setUrl(null);
    service.autodiscoverUrl(KEN, _ -> true);

    assertThat(service.getUrl().getHost()).isEqualTo("atl-exchange-001.litwareinc.com");
    assertThat(service.getUrl().getPath()).isEqualTo("/EWS/Exchange.asmx");
    Folder inbox = Folder.bind(service, WellKnownFolderName.Inbox);
    assertThat(inbox.getDisplayName()).isEqualTo("Inbox");
  }

  @Test
  void it_makes_finds_renames_and_deletes_folders() throws Exception {
    Folder folder = new Folder(service);
    folder.setDisplayName("Projects");
    folder.setFolderClass("IPF.Note");
    folder.save(WellKnownFolderName.Inbox);

    var byName = new SearchFilter.IsEqualTo(FolderSchema.DisplayName, "Projects");
    assertThat(service.findFolders(WellKnownFolderName.MsgFolderRoot, byName, deep()).getFolders())
        .singleElement()
        .satisfies(
            it -> assertThat(it.getId().getUniqueId()).isEqualTo(folder.getId().getUniqueId()));

    folder.setDisplayName("Archive of projects");
    folder.update();
    assertThat(Folder.bind(service, folder.getId()).getDisplayName())
        .isEqualTo("Archive of projects");

    folder.delete(DeleteMode.HardDelete);
    assertThatThrownBy(() -> Folder.bind(service, folder.getId()))
        .isInstanceOfSatisfying(
            ServiceResponseException.class,
            it -> assertThat(it.getErrorCode().name()).isEqualTo("ErrorFolderNotFound"));
  }

  private static FolderView deep() {
    var view = new FolderView(10);
    view.setTraversal(
        microsoft.exchange.webservices.data.core.enumeration.search.FolderTraversal.Deep);
    return view;
  }

  @Test
  void it_writes_reads_changes_finds_moves_and_deletes_an_item() throws Exception {
    var marker =
        new ExtendedPropertyDefinition(
            microsoft.exchange.webservices.data.core.enumeration.property.DefaultExtendedPropertySet
                .PublicStrings,
            "Marker",
            MapiPropertyType.String);
    EmailMessage message = new EmailMessage(service);
    message.setSubject("Über <alles>");
    message.setBody(new MessageBody(BodyType.HTML, "<p>Hello</p>"));
    message.getToRecipients().add("pilar@litwareinc.com");
    message.setExtendedProperty(marker, "m-1");
    message.save(new FolderId(WellKnownFolderName.Inbox));

    var wanted = new PropertySet(BasePropertySet.FirstClassProperties, marker);
    EmailMessage read = EmailMessage.bind(service, message.getId(), wanted);
    assertThat(read.getSubject()).isEqualTo("Über <alles>");
    assertThat(read.getBody().toString()).contains("<p>Hello</p>");
    assertThat(read.getToRecipients().getPropertyAtIndex(0).getAddress())
        .isEqualTo("pilar@litwareinc.com");
    assertThat(read.getExtendedProperties().getItems())
        .singleElement()
        .satisfies(it -> assertThat(it.getValue()).isEqualTo("m-1"));

    read.setSubject("Changed");
    read.setIsRead(true);
    read.update(ConflictResolutionMode.AutoResolve);
    var found =
        service.findItems(
            WellKnownFolderName.Inbox,
            new SearchFilter.ContainsSubstring(ItemSchema.Subject, "Changed"),
            new ItemView(5));
    assertThat(found.getTotalCount()).isEqualTo(1);
    assertThat(found.getItems().getFirst().getId().getUniqueId())
        .isEqualTo(message.getId().getUniqueId());

    Item moved = read.move(WellKnownFolderName.Drafts);
    assertThat(moved.getId().getUniqueId()).isNotEqualTo(message.getId().getUniqueId());
    moved.delete(DeleteMode.HardDelete);
    assertThatThrownBy(() -> EmailMessage.bind(service, moved.getId()))
        .isInstanceOfSatisfying(
            ServiceResponseException.class,
            it -> assertThat(it.getErrorCode().name()).isEqualTo("ErrorItemNotFound"));
  }

  @Test
  void it_pages_through_what_it_finds_in_order() throws Exception {
    Folder folder = new Folder(service);
    folder.setDisplayName("Pages");
    folder.save(WellKnownFolderName.MsgFolderRoot);
    for (int i = 0; i < 7; i++) {
      EmailMessage message = new EmailMessage(service);
      message.setSubject("Item " + i);
      message.save(folder.getId());
    }
    List<String> subjects = new ArrayList<>();
    var view = new ItemView(3);
    view.getOrderBy().add(ItemSchema.Subject, SortDirection.Descending);
    boolean more = true;
    while (more) {
      var page = service.findItems(folder.getId(), view);
      for (Item item : page.getItems()) {
        subjects.add(item.getSubject());
      }
      more = page.isMoreAvailable();
      if (more) {
        view.setOffset(page.getNextPageOffset());
      }
    }
    assertThat(subjects)
        .containsExactly("Item 6", "Item 5", "Item 4", "Item 3", "Item 2", "Item 1", "Item 0");
  }

  @Test
  void it_hears_at_once_of_what_happens() throws Exception {
    var subscription =
        service.subscribeToStreamingNotifications(
            List.of(new FolderId(WellKnownFolderName.Drafts)), EventType.Created);
    var heard = new LinkedBlockingQueue<ItemEvent>();
    var failed = new LinkedBlockingQueue<Exception>();
    var gone = new CountDownLatch(1);
    try (var connection = new StreamingSubscriptionConnection(service, 1)) {
      connection.addSubscription(subscription);
      connection.addOnNotificationEvent(
          (_, news) -> news.getEvents().forEach(it -> heard.add((ItemEvent) it)));
      connection.addOnSubscriptionError((_, error) -> failed.add(error.getException()));
      connection.addOnDisconnect((_, _) -> gone.countDown());
      connection.open();
      for (int i = 0; i < 3; i++) {
        EmailMessage message = new EmailMessage(service);
        message.setSubject("News " + i);
        message.save(WellKnownFolderName.Drafts);

        ItemEvent event = heard.poll(20, TimeUnit.SECONDS);
        assertThat(event).as("%s", failed).isNotNull();
        assertThat(event.getItemId().getUniqueId()).isEqualTo(message.getId().getUniqueId());
      }
      // It reads its stream to the end when it is closed, and from two threads, if it is not at
      // the end: so the end comes first.
      subscription.unsubscribe();
      assertThat(gone.await(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void it_resolves_names_and_synchronizes() throws Exception {
    assertThat(service.resolveName("kenmyer").getCount()).isEqualTo(1);
    var first =
        service.syncFolderItems(
            new FolderId(WellKnownFolderName.SentItems),
            PropertySet.IdOnly,
            null,
            10,
            microsoft.exchange.webservices.data.core.enumeration.service.SyncFolderItemsScope
                .NormalItems,
            null);
    EmailMessage message = new EmailMessage(service);
    message.setSubject("New");
    message.save(new FolderId(WellKnownFolderName.SentItems));
    var second =
        service.syncFolderItems(
            new FolderId(WellKnownFolderName.SentItems),
            PropertySet.IdOnly,
            null,
            10,
            microsoft.exchange.webservices.data.core.enumeration.service.SyncFolderItemsScope
                .NormalItems,
            first.getSyncState());
    assertThat(second.getCount()).isEqualTo(1);
  }
}
