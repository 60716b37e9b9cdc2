package dev.concordat.simulator.administration;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.simulator.Fault;
import dev.concordat.simulator.RequestLog;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.PartnerApplications.NotConfigured;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.client.HttpResponse;
import io.vertx.ext.web.client.WebClient;
import io.vertx.ext.web.client.WebClientOptions;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The simulator's administration over plain HTTP on loopback: a small call for what a cmdlet does
 * on the product, and what tests need to see and to break.
 */
public final class Administration {

  private static final long READ_TIMEOUT_MS = 10_000;

  private final Vertx vertx;
  private final PartnerApplications applications;
  private final Mailboxes mailboxes;
  private final Consumer<Fault> setFault;
  private final Runnable clearFaults;
  private final Supplier<List<Fault>> faults;
  private final RequestLog log;
  private final WebClient strict;
  private final WebClient trustingAll;

  public Administration(
      Vertx vertx,
      PartnerApplications applications,
      Mailboxes mailboxes,
      Consumer<Fault> setFault,
      Runnable clearFaults,
      Supplier<List<Fault>> faults,
      RequestLog log) {
    this.vertx = vertx;
    this.applications = applications;
    this.mailboxes = mailboxes;
    this.setFault = setFault;
    this.clearFaults = clearFaults;
    this.faults = faults;
    this.log = log;
    strict = WebClient.create(vertx, new WebClientOptions().setConnectTimeout(5000));
    trustingAll =
        WebClient.create(
            vertx,
            new WebClientOptions().setConnectTimeout(5000).setTrustAll(true).setVerifyHost(false));
  }

  /** The endpoints. */
  public Router router() {
    Router router = Router.router(vertx);
    router.route().handler(BodyHandler.create(false).setBodyLimit(1024 * 1024));
    router.get("/q/health/ready").handler(it -> json(it, 200, Map.of("status", "UP")));
    router
        .get("/simulator/partner-applications")
        .handler(it -> json(it, 200, applications.all().stream().map(this::shown).toList()));
    router.post("/simulator/partner-applications").handler(this::configure);
    router.post("/simulator/partner-applications/:name/refresh").handler(this::refresh);
    router.post("/simulator/partner-applications/:name/enable").handler(it -> enable(it, true));
    router.post("/simulator/partner-applications/:name/disable").handler(it -> enable(it, false));
    router.delete("/simulator/partner-applications/:name").handler(this::remove);
    router
        .get("/simulator/mailboxes")
        .handler(
            it -> json(it, 200, mailboxes.all().stream().map(Mailbox::address).sorted().toList()));
    router.post("/simulator/mailboxes").handler(this::makeMailbox);
    router.get("/simulator/mailboxes/:address/folders").handler(this::folders);
    router.get("/simulator/mailboxes/:address/items").handler(this::items);
    router.get("/simulator/faults").handler(it -> json(it, 200, faults.get()));
    router.post("/simulator/faults").handler(this::setFault);
    router
        .delete("/simulator/faults")
        .handler(
            it -> {
              clearFaults.run();
              it.response().setStatusCode(204).end();
            });
    router.get("/simulator/requests").handler(it -> json(it, 200, log.last()));
    return router;
  }

  private void configure(RoutingContext context) {
    Optional<JsonNode> body = body(context);
    if (body.isEmpty()) {
      return;
    }
    String url = body.get().path("authMetadataUrl").asText("");
    boolean trustAny = body.get().path("trustAnySslCertificate").asBoolean(false);
    PartnerApplication.Type type;
    try {
      type = PartnerApplication.Type.named(body.get().path("applicationType").asText(""));
    } catch (IllegalArgumentException e) {
      problem(context, 400, "application-type", String.valueOf(e.getMessage()));
      return;
    }
    if (!url.startsWith("http://") && !url.startsWith("https://")) {
      problem(context, 400, "auth-metadata-url", "AuthMetadataUrl must be a URL.");
      return;
    }
    read(url, trustAny)
        .onSuccess(
            answer -> {
              if (answer.statusCode() != 200) {
                unreadable(context, url, "the server answers " + answer.statusCode());
                return;
              }
              try {
                json(context, 201, shown(applications.configure(type, url, bytes(answer))));
              } catch (NotConfigured e) {
                problem(context, 422, "auth-metadata-invalid", String.valueOf(e.getMessage()));
              }
            })
        .onFailure(e -> unreadable(context, url, String.valueOf(e.getMessage())));
  }

  private void refresh(RoutingContext context) {
    Optional<PartnerApplication> application = applications.named(parameter(context, "name"));
    if (application.isEmpty()) {
      problem(context, 404, "partner-application-unknown", "There is no such partner application.");
      return;
    }
    String url = application.get().authMetadataUrl();
    read(url, true)
        .onSuccess(
            answer -> {
              try {
                json(context, 200, shown(applications.refresh(application.get(), bytes(answer))));
              } catch (NotConfigured e) {
                problem(context, 422, "auth-metadata-invalid", String.valueOf(e.getMessage()));
              }
            })
        .onFailure(e -> unreadable(context, url, String.valueOf(e.getMessage())));
  }

  private void enable(RoutingContext context, boolean enabled) {
    applications
        .named(parameter(context, "name"))
        .ifPresentOrElse(
            it -> json(context, 200, shown(applications.enable(it, enabled))),
            () ->
                problem(
                    context,
                    404,
                    "partner-application-unknown",
                    "There is no such partner application."));
  }

  private void remove(RoutingContext context) {
    applications.named(parameter(context, "name")).ifPresent(applications::remove);
    context.response().setStatusCode(204).end();
  }

  private void makeMailbox(RoutingContext context) {
    Optional<JsonNode> body = body(context);
    if (body.isEmpty()) {
      return;
    }
    try {
      json(context, 201, MailboxRequest.read(body.get()).fulfil(mailboxes));
    } catch (IllegalArgumentException e) {
      problem(context, 400, "address-malformed", String.valueOf(e.getMessage()));
    }
  }

  private void folders(RoutingContext context) {
    mailbox(context)
        .ifPresent(
            mailbox ->
                json(
                    context,
                    200,
                    mailbox.alone(
                        () ->
                            mailbox.allFolders().stream()
                                .map(
                                    folder ->
                                        Map.of(
                                            "displayName", folder.displayName(),
                                            "folderClass", folder.folderClass(),
                                            "items", folder.items().size()))
                                .toList())));
  }

  private void items(RoutingContext context) {
    mailbox(context)
        .ifPresent(
            mailbox ->
                json(
                    context,
                    200,
                    mailbox.alone(
                        () ->
                            mailbox.allFolders().stream()
                                .flatMap(
                                    folder ->
                                        folder.items().stream().map(item -> shown(folder, item)))
                                .toList())));
  }

  private static Map<String, Object> shown(Folder folder, Item item) {
    return Map.of(
        "folder", folder.displayName(),
        "itemClass", item.itemClass(),
        "subject", item.subject(),
        "created", item.created().toString());
  }

  private Optional<Mailbox> mailbox(RoutingContext context) {
    Optional<Mailbox> mailbox = mailboxes.find(parameter(context, "address"));
    if (mailbox.isEmpty()) {
      problem(context, 404, "mailbox-unknown", "There is no mailbox of this address.");
    }
    return mailbox;
  }

  private void setFault(RoutingContext context) {
    try {
      Buffer body = context.body().buffer();
      Fault fault =
          Json.mapper().readValue(body == null ? new byte[0] : body.getBytes(), Fault.class);
      setFault.accept(fault);
      context.response().setStatusCode(201).end();
    } catch (IOException e) {
      problem(context, 400, "fault-malformed", "The fault can't be read.");
    }
  }

  private Map<String, Object> shown(PartnerApplication it) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("name", it.name());
    shown.put("applicationType", it.type().name());
    shown.put("applicationIdentifier", it.issuer().applicationIdentifier());
    shown.put("realm", it.issuer().realm());
    shown.put("authMetadataUrl", it.authMetadataUrl());
    shown.put("enabled", it.enabled());
    shown.put("acceptSecurityIdentifierInformation", it.type().acceptsSids());
    shown.put("certificates", it.certificates().stream().map(one -> one.thumbprint()).toList());
    return shown;
  }

  private Future<HttpResponse<Buffer>> read(String url, boolean trustAny) {
    try {
      return (trustAny ? trustingAll : strict).getAbs(url).timeout(READ_TIMEOUT_MS).send();
    } catch (RuntimeException e) {
      return Future.failedFuture(e);
    }
  }

  private static byte[] bytes(HttpResponse<Buffer> answer) {
    Buffer body = answer.body();
    return body == null ? new byte[0] : body.getBytes();
  }

  private static String parameter(RoutingContext context, String name) {
    return Objects.requireNonNullElse(context.pathParam(name), "");
  }

  private static Optional<JsonNode> body(RoutingContext context) {
    Buffer body = context.body().buffer();
    try {
      JsonNode node = Json.mapper().readTree(body == null ? new byte[0] : body.getBytes());
      if (node != null && node.isObject()) {
        return Optional.of(node);
      }
    } catch (IOException e) {
      problem(context, 400, "body-malformed", "The body is no JSON object.");
      return Optional.empty();
    }
    problem(context, 400, "body-malformed", "The body is no JSON object.");
    return Optional.empty();
  }

  private static void unreadable(RoutingContext context, String url, String why) {
    problem(
        context,
        422,
        "auth-metadata-unreadable",
        "The auth metadata document could not be downloaded from %s: %s".formatted(url, why));
  }

  private static void problem(RoutingContext context, int status, String code, String detail) {
    json(context, status, Problem.of(code, "The simulator can't do this", status, detail));
  }

  private static void json(RoutingContext context, int status, Object body) {
    try {
      context
          .response()
          .setStatusCode(status)
          .putHeader("Content-Type", status < 400 ? "application/json" : "application/problem+json")
          .end(Buffer.buffer(Json.mapper().writeValueAsBytes(body)));
    } catch (JsonProcessingException e) {
      context.response().setStatusCode(500).end();
    }
  }
}
