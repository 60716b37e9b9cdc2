package dev.concordat.simulator.administration;

import static dev.concordat.simulator.administration.Answers.body;
import static dev.concordat.simulator.administration.Answers.json;
import static dev.concordat.simulator.administration.Answers.parameter;
import static dev.concordat.simulator.administration.Answers.problem;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.simulator.RequestLog;
import dev.concordat.simulator.cmdlets.Cmdlet;
import dev.concordat.simulator.cmdlets.CmdletFailed;
import dev.concordat.simulator.cmdlets.ExchangeShell;
import dev.concordat.simulator.cmdlets.Shell;
import dev.concordat.simulator.faults.Causes;
import dev.concordat.simulator.faults.FaultReader;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.outgoing.Caller;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.PartnerApplications;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The simulator's administration over plain HTTP on loopback: a small call for what a cmdlet does
 * on the product, and what tests need to see and to break.
 */
public final class Administration {

  private final Vertx vertx;
  private final Mailboxes mailboxes;
  private final FaultSwitch faults;
  private final RequestLog log;
  private final ExchangeShell exchange;
  private final PartnerApplications applications;
  private final Map<String, Shell> shells;
  private final Map<String, Caller> callers;

  /**
   * @param exchange the shell of Exchange
   * @param applications the partner applications of Exchange
   * @param shells each server's shell, by its code
   * @param callers each server as a caller, by its code
   */
  public Administration(
      Vertx vertx,
      Mailboxes mailboxes,
      FaultSwitch faults,
      RequestLog log,
      ExchangeShell exchange,
      PartnerApplications applications,
      Map<String, Shell> shells,
      Map<String, Caller> callers) {
    this.vertx = vertx;
    this.mailboxes = mailboxes;
    this.faults = faults;
    this.log = log;
    this.exchange = exchange;
    this.applications = applications;
    this.shells = shells;
    this.callers = callers;
  }

  /** The endpoints. */
  public Router router() {
    Router router = Router.router(vertx);
    router.route().handler(Administration::requireNoForeignPage);
    router.route().handler(BodyHandler.create(false).setBodyLimit(1024 * 1024));
    router.get("/q/health/ready").handler(it -> json(it, 200, Map.of("status", "UP")));
    router.get("/simulator/").handler(this::page);
    router.get("/simulator").handler(this::page);
    router
        .get("/simulator/partner-applications")
        .handler(
            it -> json(it, 200, applications.all().stream().map(Administration::shown).toList()));
    router.post("/simulator/partner-applications").handler(this::configure);
    router.post("/simulator/partner-applications/:name/refresh").handler(this::refresh);
    router.post("/simulator/partner-applications/:name/enable").handler(it -> enable(it, true));
    router.post("/simulator/partner-applications/:name/disable").handler(it -> enable(it, false));
    router
        .delete("/simulator/partner-applications/:name")
        .handler(
            it -> {
              applications.named(parameter(it, "name")).ifPresent(applications::remove);
              Answers.nothing(it);
            });
    router
        .get("/simulator/mailboxes")
        .handler(
            it -> json(it, 200, mailboxes.all().stream().map(Mailbox::address).sorted().toList()));
    router.post("/simulator/mailboxes").handler(this::makeMailbox);
    router.get("/simulator/mailboxes/:address/folders").handler(this::folders);
    router.get("/simulator/mailboxes/:address/items").handler(this::items);
    router.get("/simulator/faults").handler(it -> json(it, 200, faults.list()));
    router.get("/simulator/causes").handler(it -> json(it, 200, Causes.all()));
    router.post("/simulator/faults").handler(this::setFault);
    router
        .delete("/simulator/faults")
        .handler(
            it -> {
              faults.clear();
              Answers.nothing(it);
            });
    router.get("/simulator/requests").handler(it -> json(it, 200, log.last()));
    ShellEndpoints.add(router, shells, callers);
    return router;
  }

  /** There is no password: at least no page of somebody else's may use a developer's browser. */
  private static void requireNoForeignPage(RoutingContext context) {
    String origin = context.request().getHeader("Origin");
    if (origin == null || origin.equals("http://" + context.request().getHeader("Host"))) {
      context.next();
    } else {
      problem(context, 403, "origin-refused", "Pages of other servers can't use the simulator.");
    }
  }

  private void page(RoutingContext context) {
    context
        .response()
        .putHeader("Content-Type", "text/html; charset=utf-8")
        .putHeader("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        .end(Page.of(mailboxes, log.last(), faults.list(), shells.keySet()));
  }

  private void configure(RoutingContext context) {
    Optional<JsonNode> body = body(context);
    if (body.isEmpty()) {
      return;
    }
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("AuthMetadataUrl", body.get().path("authMetadataUrl").asText(""));
    parameters.put("ApplicationType", body.get().path("applicationType").asText(""));
    parameters.put(
        "TrustAnySSLCertificate", body.get().path("trustAnySslCertificate").asText("false"));
    Answers.waiting(
        () -> {
          try {
            exchange.run(new Cmdlet("Configure-EnterprisePartnerApplication.ps1", parameters));
            applications.all().stream()
                .filter(
                    it ->
                        it.metadataUrl()
                            .filter(String.valueOf(parameters.get("AuthMetadataUrl"))::equals)
                            .isPresent())
                .findFirst()
                .ifPresent(it -> json(context, 201, shown(it)));
          } catch (CmdletFailed e) {
            problem(context, 422, "cmdlet-failed", String.valueOf(e.getMessage()));
          }
        });
  }

  private void refresh(RoutingContext context) {
    named(context)
        .ifPresent(
            application ->
                Answers.waiting(
                    () -> {
                      try {
                        json(context, 200, shown(exchange.refreshed(application)));
                      } catch (CmdletFailed e) {
                        problem(context, 422, "cmdlet-failed", String.valueOf(e.getMessage()));
                      }
                    }));
  }

  private void enable(RoutingContext context, boolean enabled) {
    named(context).ifPresent(it -> json(context, 200, shown(applications.enable(it, enabled))));
  }

  private Optional<PartnerApplication> named(RoutingContext context) {
    Optional<PartnerApplication> found = applications.named(parameter(context, "name"));
    if (found.isEmpty()) {
      problem(context, 404, "partner-application-unknown", "There is no such partner application.");
    }
    return found;
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
    Optional<JsonNode> body = body(context);
    if (body.isEmpty()) {
      return;
    }
    try {
      faults
          .set(FaultReader.read(body.get()))
          .onComplete(_ -> context.response().setStatusCode(201).end());
    } catch (IllegalArgumentException e) {
      problem(context, 400, "fault-malformed", String.valueOf(e.getMessage()));
    }
  }

  private static Map<String, Object> shown(PartnerApplication it) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("name", it.name());
    shown.put("applicationIdentifier", it.issuer().applicationIdentifier());
    shown.put("realm", it.issuer().realm());
    shown.put("authMetadataUrl", it.metadataUrl().orElse(""));
    shown.put("enabled", it.enabled());
    shown.put("certificates", it.certificates().stream().map(one -> one.thumbprint()).toList());
    return shown;
  }
}
