package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.events.ProbeSettings;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * What {@code Test-CsExStorageConnectivity -SipUri} does: a line a stage, as it happens, then the
 * verdict; or the verdicts of many mailboxes.
 */
@Command(
    name = "probe",
    mixinStandardHelpOptions = true,
    description =
        "Proves that a mailbox can be reached: writes an item, reads it back, deletes it.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {"0:passed", "1:failed", "2:wrong usage, or the suite can't be reached"})
final class ProbeCommand implements Callable<Integer> {

  /** So many at once: an Exchange has other things to do. */
  private static final int AT_ONCE = 4;

  /** The forms that results come in. */
  enum Form {
    text,
    json,
    junit
  }

  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Parameters(
      paramLabel = "sip:USER",
      arity = "0..1",
      description = "The mailbox, by its SIP address.")
  @Nullable String sipAddress;

  @Option(
      names = "--all",
      description = "Every mailbox of the partners' probe settings instead, or of one partner's.")
  boolean all;

  @Option(
      names = "--partner",
      paramLabel = "NAME",
      description = "The partner that has it. Default: the only Exchange that is registered.")
  @Nullable String partner;

  @Option(
      names = "--kind",
      paramLabel = "K",
      description = "What to probe. Default: conversation-history.")
  @Nullable String kind;

  @Option(names = "--keep-item", description = "Leaves the item in the mailbox.")
  boolean keepItem;

  @Option(
      names = "--token",
      paramLabel = "WHICH",
      description =
          "fresh: tokens are signed for this probe; cached: they may be older ones. Default: as the"
              + " partner's settings say.")
  @Nullable String token;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORM",
      description = "text, json or junit. Default: ${DEFAULT-VALUE}.")
  Form form = Form.text;

  @Override
  public Integer call() {
    String mailbox = sipAddress;
    if (all == (mailbox != null)) {
      throw new ParameterException(
          spec.commandLine(), "Say which: a mailbox as sip:USER, or --all of them.");
    }
    var client = new ServiceClient(connection);
    return mailbox == null ? many(client) : one(client, mailbox);
  }

  private int one(ServiceClient client, String mailbox) {
    PrintWriter out = spec.commandLine().getOut();
    var report = new ProbeReport(out);
    var shown = new AtomicInteger();
    JsonNode result =
        new AskedProbe(mailbox, partner, kind, !keepItem, token)
            .run(
                client,
                event -> {
                  if (form == Form.text && event.name().equals("began")) {
                    report.began(event.data().path("name").asText());
                  } else if (form == Form.text && event.name().equals("stage")) {
                    report.stage(event.data());
                    shown.incrementAndGet();
                  }
                });
    switch (form) {
      case text -> report.verdict(result, shown.get());
      case json -> Output.json(out, result);
      case junit -> report.junit(List.of(result));
    }
    return ProbeReport.passed(result) ? 0 : CommandFailure.FAILED;
  }

  private int many(ServiceClient client) {
    List<AskedProbe> wanted = wanted(client);
    if (wanted.isEmpty()) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE,
          partner == null
              ? "No enabled partner has mailboxes in its probe settings. ./concordat partner set NAME --probe sip:USER adds one."
              : "The partner %s is not registered, disabled, or has no mailboxes in its probe settings."
                  .formatted(partner));
    }
    PrintWriter out = spec.commandLine().getOut();
    var report = new ProbeReport(out);
    var results = new ArrayList<JsonNode>();
    try (var workers =
        Executors.newFixedThreadPool(AT_ONCE, Thread.ofVirtual().name("probe-", 0).factory())) {
      List<Future<JsonNode>> running =
          wanted.stream()
              .map(
                  it ->
                      workers.submit(
                          () -> {
                            JsonNode result = it.run(client, _ -> {});
                            if (form == Form.text) {
                              synchronized (report) {
                                report.line(result);
                              }
                            }
                            return result;
                          }))
              .toList();
      for (Future<JsonNode> probe : running) {
        results.add(probe.get());
      }
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CommandFailure told ? told : new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw ServiceClient.interrupted();
    }
    switch (form) {
      case text -> report.sum(results);
      case json -> Output.json(out, Json.mapper().valueToTree(results));
      case junit -> report.junit(results);
    }
    return results.stream().allMatch(ProbeReport::passed) ? 0 : CommandFailure.FAILED;
  }

  private List<AskedProbe> wanted(ServiceClient client) {
    var wanted = new ArrayList<AskedProbe>();
    new RegisteredPartners(client)
        .forEach(
            it -> {
              if (it.enabled() && (partner == null || it.name().equals(partner))) {
                wanted.addAll(wanted(it));
              }
            });
    return wanted;
  }

  private List<AskedProbe> wanted(PartnerRegistered registered) {
    ProbeSettings settings = registered.probe();
    if (settings == null) {
      return List.of();
    }
    List<String> kinds =
        Objects.requireNonNullElse(settings.kinds(), List.of(ProbeKind.CONVERSATION_HISTORY))
            .stream()
            .map(it -> it.name().toLowerCase(Locale.ROOT).replace('_', '-'))
            .filter(it -> kind == null || it.equals(kind))
            .toList();
    return settings.sipAddresses().stream()
        .flatMap(
            mailbox ->
                kinds.stream()
                    .map(it -> new AskedProbe(mailbox, registered.name(), it, !keepItem, token)))
        .toList();
  }
}
