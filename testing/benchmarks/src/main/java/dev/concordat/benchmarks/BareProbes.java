package dev.concordat.benchmarks;

import static java.util.Objects.requireNonNull;

import dev.concordat.suite.FormFields;
import dev.concordat.suite.ProbeGround;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The reference: a bare Vert.x Web Client that sends the requests that a probe sends, in its order,
 * to the same servers, and does nothing else: no check of addresses, no diagnosis, no event.
 */
final class BareProbes implements AutoCloseable {

  private static final Pattern FOLDER_ID = Pattern.compile("FolderId Id=\"([^\"]+)\"");
  private static final Pattern ITEM_ID = Pattern.compile("ItemId Id=\"([^\"]+)\"");
  private static final String ENVELOPE =
      """
      <?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types" xmlns:m="http://schemas.microsoft.com/exchange/services/2006/messages"><s:Header><t:RequestServerVersion Version="Exchange2013"/></s:Header><s:Body>%s</s:Body></s:Envelope>\
      """;
  private static final String MARKER =
      "<t:ExtendedFieldURI DistinguishedPropertySetId=\"PublicStrings\" PropertyName=\"ConcordatProbeId\" PropertyType=\"String\"/>";
  private static final String SHAPE =
      "<m:ItemShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=\"item:Subject\"/><t:FieldURI FieldURI=\"item:ItemClass\"/><t:FieldURI FieldURI=\"item:DateTimeCreated\"/>"
          + MARKER
          + "</t:AdditionalProperties></m:ItemShape>";

  private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(2));
  private final WebClient client;
  private final URI tokens;
  private final String assertion;
  private final int exchangePort;
  private final int mailboxes;
  private final AtomicInteger next = new AtomicInteger();
  private final AtomicLong answeredNanos = new AtomicLong();

  BareProbes(Path authority, URI tokens, String assertion, int exchangePort, int mailboxes) {
    client =
        WebClient.create(
            vertx,
            new WebClientOptions()
                .setMaxPoolSize(64)
                .setTrustOptions(new PemTrustOptions().addCertPath(authority.toString())));
    this.tokens = tokens;
    this.assertion = assertion;
    this.exchangePort = exchangePort;
    this.mailboxes = mailboxes;
  }

  /** What a while of it came to: how many, and the mean time of a probe's answers, in ms. */
  record Run(int probes, double perSecond, double answerMillis) {}

  /** Sends probes, so many at once, for about this long. */
  Run run(int atOnce, Duration time) throws InterruptedException {
    long end = System.nanoTime() + time.toNanos();
    var count = new AtomicInteger();
    answeredNanos.set(0);
    long begin = System.nanoTime();
    var loops = new java.util.ArrayList<Future<?>>();
    for (int i = 0; i < atOnce; i++) {
      var ended = Promise.<Void>promise();
      again(end, count, ended);
      loops.add(ended.future());
    }
    try {
      Future.all(loops).toCompletionStage().toCompletableFuture().get(5, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("the reference failed", e);
    }
    double seconds = (System.nanoTime() - begin) / 1e9;
    return new Run(
        count.get(), count.get() / seconds, answeredNanos.get() / 1e6 / Math.max(1, count.get()));
  }

  private void again(long end, AtomicInteger count, Promise<Void> ended) {
    if (System.nanoTime() >= end) {
      ended.complete();
      return;
    }
    probe(ProbeGround.mailbox(Math.floorMod(next.getAndIncrement(), mailboxes)))
        .onSuccess(
            _ -> {
              count.incrementAndGet();
              again(end, count, ended);
            })
        .onFailure(ended::fail);
  }

  private Future<?> probe(String mailbox) {
    String marker = UUID.randomUUID().toString();
    return challenge(mailbox)
        .compose(_ -> token(mailbox))
        .compose(
            token ->
                folder(token, mailbox)
                    .compose(
                        folder ->
                            leftovers(token, mailbox, folder)
                                .compose(_ -> create(token, mailbox, folder, marker)))
                    .compose(
                        item ->
                            ews(
                                    token,
                                    mailbox,
                                    "<m:GetItem>"
                                        + SHAPE
                                        + "<m:ItemIds><t:ItemId Id=\""
                                        + item
                                        + "\"/></m:ItemIds></m:GetItem>")
                                .compose(
                                    _ ->
                                        ews(
                                            token,
                                            mailbox,
                                            "<m:DeleteItem DeleteType=\"HardDelete\"><m:ItemIds><t:ItemId Id=\""
                                                + item
                                                + "\"/></m:ItemIds></m:DeleteItem>"))));
  }

  private Future<String> token(String mailbox) {
    String form =
        FormFields.encoded(
            Map.of(
                "grant_type",
                "urn:ietf:params:oauth:grant-type:token-exchange",
                "subject_token",
                "sip:" + mailbox,
                "subject_token_type",
                "urn:concordat:params:oauth:token-type:sip-address",
                "user_smtp",
                mailbox,
                "audience",
                ProbeGround.partner(0),
                "resource",
                "https://" + ewsAuthority() + "/EWS/Exchange.asmx",
                "client_assertion_type",
                "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
                "client_assertion",
                assertion));
    return timed(
            client
                .request(
                    HttpMethod.POST,
                    new RequestOptions()
                        .setHost(tokens.getHost())
                        .setPort(tokens.getPort())
                        .setURI("/oauth2/token")
                        .putHeader("Cache-Control", "no-cache")
                        .putHeader("Content-Type", "application/x-www-form-urlencoded"))
                .sendBuffer(Buffer.buffer(form)))
        .map(answer -> requireNonNull(answer.bodyAsJsonObject()).getString("access_token"));
  }

  private String ewsAuthority() {
    return "atl-exchange-001.litwareinc.com:" + exchangePort;
  }

  private Future<?> challenge(String mailbox) {
    return post(
        "autodiscover.litwareinc.com",
        "/autodiscover/autodiscover.svc",
        "",
        mailbox,
        ENVELOPE.formatted(""),
        401);
  }

  private Future<String> folder(String token, String mailbox) {
    return ews(
            token,
            mailbox,
            "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI=\"folder:DisplayName\"/><t:FieldURI FieldURI=\"folder:FolderClass\"/></t:AdditionalProperties></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id=\"conversationhistory\"><t:Mailbox><t:EmailAddress>"
                + mailbox
                + "</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId></m:FolderIds></m:GetFolder>")
        .map(answer -> found(FOLDER_ID, answer));
  }

  private Future<?> leftovers(String token, String mailbox, String folder) {
    return ews(
        token,
        mailbox,
        "<m:FindItem Traversal=\"Shallow\">"
            + SHAPE
            + "<m:IndexedPageItemView MaxEntriesReturned=\"50\" Offset=\"0\" BasePoint=\"Beginning\"/><m:Restriction><t:Exists>"
            + MARKER
            + "</t:Exists></m:Restriction><m:SortOrder><t:FieldOrder Order=\"Ascending\"><t:FieldURI FieldURI=\"item:DateTimeCreated\"/></t:FieldOrder></m:SortOrder><m:ParentFolderIds><t:FolderId Id=\""
            + folder
            + "\"/></m:ParentFolderIds></m:FindItem>");
  }

  private Future<String> create(String token, String mailbox, String folder, String marker) {
    return ews(
            token,
            mailbox,
            "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:SavedItemFolderId><t:FolderId Id=\""
                + folder
                + "\"/></m:SavedItemFolderId><m:Items><t:Message><t:ItemClass>IPM.Note.Microsoft.Conversation</t:ItemClass><t:Subject>Concordat probe</t:Subject><t:Body BodyType=\"Text\">Server-to-server test item; safe to delete.</t:Body><t:ExtendedProperty>"
                + MARKER
                + "<t:Value>"
                + marker
                + "</t:Value></t:ExtendedProperty><t:IsRead>true</t:IsRead></t:Message></m:Items></m:CreateItem>")
        .map(answer -> found(ITEM_ID, answer));
  }

  private Future<String> ews(String token, String mailbox, String operation) {
    return post(
            "atl-exchange-001.litwareinc.com",
            "/EWS/Exchange.asmx",
            " " + token,
            mailbox,
            ENVELOPE.formatted(operation),
            200)
        .map(HttpResponse::bodyAsString);
  }

  private Future<HttpResponse<Buffer>> post(
      String host, String path, String token, String mailbox, String body, int expected) {
    return timed(
            client
                .request(
                    HttpMethod.POST,
                    SocketAddress.inetSocketAddress(exchangePort, "127.0.0.1"),
                    new RequestOptions()
                        .setHost(host)
                        .setPort(exchangePort)
                        .setSsl(true)
                        .setURI(path)
                        .putHeader("Content-Type", "text/xml; charset=utf-8")
                        .putHeader("X-AnchorMailbox", mailbox)
                        .putHeader("Authorization", "Bearer" + token))
                .sendBuffer(Buffer.buffer(body)))
        .compose(
            answer ->
                answer.statusCode() == expected
                    ? Future.succeededFuture(answer)
                    : Future.failedFuture(
                        path + " answers " + answer.statusCode() + ": " + answer.bodyAsString()));
  }

  private <T> Future<T> timed(Future<T> answer) {
    long begin = System.nanoTime();
    return answer.onComplete(_ -> answeredNanos.addAndGet(System.nanoTime() - begin));
  }

  private static String found(Pattern pattern, String answer) {
    Matcher matcher = pattern.matcher(answer);
    if (!matcher.find()) {
      throw new IllegalStateException("no id in " + answer);
    }
    return matcher.group(1);
  }

  @Override
  public void close() {
    client.close();
    vertx.close().toCompletionStage().toCompletableFuture().join();
  }
}
