package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The events of all services as JSON lines: CloudEvents in the structured format. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    description = "Events as JSON lines (CloudEvents), in the order of their times.")
final class EventsCommand implements Callable<Integer> {

  private static final Map<String, Service> FEEDS = new LinkedHashMap<>();

  static {
    FEEDS.put("/v1/partners/events", Service.REGISTRY);
    FEEDS.put("/v1/metadata/events", Service.METADATA);
    FEEDS.put("/v1/signing-keys/events", Service.TOKEN);
    FEEDS.put("/v1/probes/events", Service.PROBE);
  }

  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Option(
      names = "--type",
      paramLabel = "T",
      description = "Only events of this type: PartnerRegistered, ProbeCompleted …")
  @Nullable String type;

  @Option(names = "--follow", description = "Goes on with those that come, until Ctrl-C.")
  boolean follow;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = spec.commandLine().getOut();
    return follow ? follow(out) : past(out);
  }

  private int past(PrintWriter out) {
    var client = new ServiceClient(connection);
    var events = new ArrayList<JsonNode>();
    var failures = new ArrayList<CommandFailure>();
    for (Map.Entry<String, Service> feed : FEEDS.entrySet()) {
      try {
        ServerSentEvents.read(
            client, feed.getValue(), feed.getKey() + "?follow=false", it -> events.add(it.data()));
      } catch (CommandFailure e) {
        failures.add(e);
      }
    }
    // What keeps it from all of them is said once.
    failures.stream()
        .map(CommandFailure::sentence)
        .distinct()
        .forEach(spec.commandLine().getErr()::println);
    if (failures.size() == FEEDS.size()) {
      return failures.getLast().exitCode();
    }
    events.stream()
        .filter(this::wanted)
        .sorted(Comparator.comparing(event -> event.path("time").asText()))
        .forEach(event -> out.println(event.toString()));
    out.flush();
    return failures.isEmpty() ? 0 : CommandFailure.UNREACHABLE;
  }

  private int follow(PrintWriter out) throws InterruptedException {
    var client = new ServiceClient(connection);
    var ended = new CountDownLatch(FEEDS.size());
    Set<String> failures = ConcurrentHashMap.newKeySet();
    FEEDS.forEach(
        (path, service) ->
            Thread.ofVirtual()
                .start(
                    () -> {
                      try {
                        ServerSentEvents.read(
                            client,
                            service,
                            path + "?follow=true",
                            event -> {
                              if (wanted(event.data())) {
                                synchronized (out) {
                                  out.println(event.data().toString());
                                  out.flush();
                                }
                              }
                            });
                      } catch (CommandFailure e) {
                        if (failures.add(e.sentence())) {
                          spec.commandLine().getErr().println(e.sentence());
                        }
                      } finally {
                        ended.countDown();
                      }
                    }));
    ended.await();
    return failures.isEmpty() ? 0 : CommandFailure.UNREACHABLE;
  }

  private boolean wanted(JsonNode event) {
    String wantedType = type;
    if (wantedType == null) {
      return true;
    }
    String full = event.path("type").asText();
    return full.equalsIgnoreCase(wantedType)
        || full.equalsIgnoreCase("dev.concordat." + wantedType + ".v1");
  }
}
