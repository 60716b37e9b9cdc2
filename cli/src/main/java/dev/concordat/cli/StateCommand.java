package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.RegistryCheck.Answer;
import dev.concordat.cli.powershell.Shown;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Back-up and restoring of the registry. */
@Command(
    name = "state",
    mixinStandardHelpOptions = true,
    description = "Backs the registry up, and restores it.",
    subcommands = {StateCommand.Export.class, StateCommand.Import.class})
final class StateCommand implements Runnable {

  @Spec CommandSpec spec;

  @Override
  public void run() {
    throw new ParameterException(spec.commandLine(), "Say what to do: export or import.");
  }

  private static CommandFailure unreadable(Path file) {
    return new CommandFailure(
        CommandFailure.UNREACHABLE, "The file %s can't be read.".formatted(file));
  }

  /** Writes the registry into a file. */
  @Command(
      name = "export",
      mixinStandardHelpOptions = true,
      description = {
        "Writes every partner application into a file, one a line.",
        "It holds no private key; but keep it as confidential as hashes of client secrets are."
      })
  static final class Export implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;

    @Parameters(paramLabel = "FILE")
    Path file;

    private final InstantSource clock = InstantSource.system();

    @Override
    public Integer call() {
      var servers = new HashSet<String>();
      var needed = new HashMap<String, String>();
      StateFile.Header header;
      try {
        header =
            StateFile.write(
                file,
                clock.instant(),
                lines ->
                    new RegisteredPartners(new ServiceClient(connection))
                        .forEach(
                            partner -> {
                              lines.accept(
                                  new StateFile.Line(partner.application(), partner.revision()));
                              if (partner.kind() == PartnerKind.TOKEN_SERVER) {
                                servers.add(folded(partner.name()));
                              }
                              if (partner.trust() instanceof Trust.ByTokenServer(String server)) {
                                needed.put(folded(server), partner.name());
                              }
                            }));
      } catch (IOException | UncheckedIOException e) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE, "The file %s can't be written.".formatted(file));
      }
      needed.keySet().removeAll(servers);
      if (!needed.isEmpty()) {
        var first = needed.entrySet().iterator().next();
        throw new CommandFailure(
            CommandFailure.FAILED,
            "The registry changed while it was read: %s needs the token server %s, which came later. Export again."
                .formatted(first.getValue(), first.getKey()));
      }
      spec.commandLine().getOut().println("%s has %d partners.".formatted(file, header.partners()));
      return 0;
    }
  }

  /** Makes the registry what a file says. */
  @Command(
      name = "import",
      mixinStandardHelpOptions = true,
      description = {
        "Shows how the registry differs from a file that state export wrote.",
        "With --apply it writes the differences. Running it again changes nothing."
      })
  static final class Import implements Callable<Integer> {

    @Spec CommandSpec spec;
    @Mixin Connection connection;
    @Mixin Output output;
    @Mixin Consent consent;

    @Parameters(paramLabel = "FILE")
    Path file;

    @Option(names = "--apply", description = "Writes what differs.")
    boolean apply;

    @Option(names = "--prune", description = "Also removes partners that the file does not have.")
    boolean prune;

    @Option(
        names = "--except-refused",
        description = "Writes the rest where the registry refuses some; else nothing is written.")
    boolean exceptRefused;

    @Option(
        names = "--at-once",
        paramLabel = "N",
        description = "How many writes at a time, 1 to 256. Default: ${DEFAULT-VALUE}.")
    int atOnce = 64;

    /** What is to be done, and how much of what there is. */
    private static final class Plan {
      private final BitSet writes = new BitSet();
      private final List<String> removedFirst = new ArrayList<>();
      private final List<String> removedLast = new ArrayList<>();
      private final Map<String, String> identitiesGivenUp = new HashMap<>();
      private int heard;
      private int created;
      private int replaced;
      private int unchanged;
      private int refused;

      int removed() {
        return removedFirst.size() + removedLast.size();
      }

      int changes() {
        return created + replaced + removed();
      }
    }

    @Override
    public Integer call() {
      if (atOnce < 1 || atOnce > 256) {
        throw new ParameterException(spec.commandLine(), "--at-once must be 1 to 256.");
      }
      StateFile.Contents contents = checked();
      var client = new ServiceClient(connection);
      var plan = new Plan();
      if (prune) {
        planRemovals(client, contents.partners().keySet(), plan);
      }
      try (var shown = new Differences(spec.commandLine().getOut(), output.isJson())) {
        plan.removedFirst.forEach(shown::removed);
        plan.removedLast.forEach(shown::removed);
        var check =
            new RegistryCheck(client, consent, (asked, answer) -> hear(plan, asked, answer, shown));
        forEach(check::add);
        check.flush();
        shown.summary(plan.created, plan.replaced, plan.removed(), plan.unchanged, plan.refused);
      }
      if (plan.changes() == 0) {
        return plan.refused > 0 ? CommandFailure.FAILED : 0;
      }
      PrintWriter err = spec.commandLine().getErr();
      if (!apply) {
        err.println("Nothing was written. To write it: " + again());
        return plan.refused > 0 ? CommandFailure.FAILED : 0;
      }
      if (plan.refused > 0 && !exceptRefused) {
        err.println(
            "Nothing was written, because the registry refuses %d. Mend these, or write the rest with --except-refused."
                .formatted(plan.refused));
        return CommandFailure.FAILED;
      }
      int refusedAtWriting = write(client, plan, err);
      return plan.refused > 0 || refusedAtWriting > 0 ? CommandFailure.FAILED : 0;
    }

    private StateFile.Contents checked() {
      StateFile.Contents contents;
      try {
        contents = StateFile.check(file);
      } catch (IOException e) {
        throw unreadable(file);
      }
      if (!contents.faults().isEmpty()) {
        throw new CommandFailure(
            CommandFailure.UNREACHABLE,
            "The file %s does not hold, and nothing was written.%n%s"
                .formatted(file, String.join(System.lineSeparator(), contents.faults())));
      }
      return contents;
    }

    private void forEach(Consumer<PartnerApplication> each) {
      try {
        StateFile.forEach(file, each);
      } catch (IOException e) {
        throw unreadable(file);
      }
    }

    private static void planRemovals(ServiceClient client, Set<String> kept, Plan plan) {
      new RegisteredPartners(client)
          .forEach(
              partner -> {
                if (kept.contains(folded(partner.name()))) {
                  return;
                }
                // Token servers go last, when nobody needs them any more.
                if (partner.kind() == PartnerKind.TOKEN_SERVER) {
                  plan.removedLast.add(partner.name());
                } else {
                  plan.removedFirst.add(partner.name());
                  String identity = identity(partner);
                  if (identity != null) {
                    plan.identitiesGivenUp.put(identity, partner.name());
                  }
                }
              });
    }

    private static @Nullable String identity(PartnerRegistered partner) {
      return partner.applicationIdentifier() == null || partner.realm() == null
          ? null
          : partner.applicationIdentifier() + "@" + partner.realm();
    }

    private static void hear(
        Plan plan, PartnerApplication asked, Answer answer, Differences shown) {
      int index = plan.heard++;
      if (renamed(plan, asked, answer)) {
        plan.writes.set(index);
        plan.created++;
        shown.checked(asked, new Answer("created", null, asked, null));
        return;
      }
      switch (answer.outcome()) {
        case "created" -> plan.created++;
        case "replaced" -> plan.replaced++;
        case "unchanged" -> plan.unchanged++;
        default -> plan.refused++;
      }
      if (answer.changes()) {
        plan.writes.set(index);
      }
      shown.checked(asked, answer);
    }

    /** Whether it is refused only for an identity that a removal sets free first. */
    private static boolean renamed(Plan plan, PartnerApplication asked, Answer answer) {
      return answer.problem() != null
          && answer.before() == null
          && answer.problem().code().equals("identity-taken")
          && plan.identitiesGivenUp.containsKey(
              asked.applicationIdentifier() + "@" + asked.realm());
    }

    private int write(ServiceClient client, Plan plan, PrintWriter err) {
      try (var writes = new RegistryWrites(client, consent, atOnce, plan.changes(), err)) {
        plan.removedFirst.forEach(writes::remove);
        writes.settle();
        var at = new int[1];
        var serversWritten = new boolean[1];
        forEach(
            partner -> {
              if (partner.kind() != PartnerKind.TOKEN_SERVER && !serversWritten[0]) {
                writes.settle();
                serversWritten[0] = true;
              }
              if (plan.writes.get(at[0]++)) {
                writes.put(partner);
              }
            });
        writes.settle();
        plan.removedLast.forEach(writes::remove);
        writes.settle();
        err.println("%d written.".formatted(plan.changes() - writes.refused()));
        return writes.refused();
      }
    }

    private String again() {
      return "./concordat state import "
          + PartnerImportCommand.quoted(file.toString())
          + (prune ? " --prune" : "")
          + (exceptRefused ? " --except-refused" : "")
          + consent.options()
          + " --apply";
    }
  }

  private static String folded(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  /** Shows differences as they are found; a registry may have many. */
  private static final class Differences implements AutoCloseable {

    private final PrintWriter out;
    private final @Nullable JsonGenerator json;

    Differences(PrintWriter out, boolean asJson) {
      this.out = out;
      try {
        json = asJson ? Json.mapper().writerWithDefaultPrettyPrinter().createGenerator(out) : null;
        if (json != null) {
          json.writeStartObject();
          json.writeArrayFieldStart("partners");
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    void removed(String name) {
      if (json == null) {
        out.println("- %s removed".formatted(name));
      } else {
        write(Json.mapper().createObjectNode().put("name", name).put("outcome", "removed"));
      }
    }

    void checked(PartnerApplication asked, Answer answer) {
      if (answer.outcome().equals("unchanged")) {
        return;
      }
      List<PartnerChange> changes =
          answer.before() == null || answer.after() == null
              ? List.of()
              : PartnerChange.between(
                  PartnerBody.of(answer.before()), PartnerBody.of(answer.after()));
      if (json != null) {
        ObjectNode each =
            Json.mapper()
                .createObjectNode()
                .put("name", asked.name())
                .put("outcome", answer.outcome());
        ArrayNode list = each.putArray("changes");
        changes.forEach(it -> list.add(it.json()));
        if (answer.problem() != null) {
          each.set("problem", Json.mapper().valueToTree(answer.problem()));
        }
        write(each);
        return;
      }
      String name = Shown.text(asked.name());
      switch (answer.outcome()) {
        case "created" -> out.println("+ %s created".formatted(name));
        case "replaced" -> out.println("~ %s replaced".formatted(name));
        default -> out.println("! %s refused: %s".formatted(name, answer.why()));
      }
      changes.forEach(it -> out.println("    " + it));
    }

    void summary(int created, int replaced, int removed, int unchanged, int refused) {
      if (json == null) {
        out.println(
            "%d created, %d replaced, %d removed, %d unchanged, %d refused."
                .formatted(created, replaced, removed, unchanged, refused));
        return;
      }
      try {
        json.writeEndArray();
        json.writeNumberField("created", created);
        json.writeNumberField("replaced", replaced);
        json.writeNumberField("removed", removed);
        json.writeNumberField("unchanged", unchanged);
        json.writeNumberField("refused", refused);
        json.writeEndObject();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void write(ObjectNode node) {
      try {
        if (json != null) {
          Json.mapper().writeTree(json, node);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {
      try {
        if (json != null) {
          json.flush();
          out.println();
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
