package dev.concordat.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.RegistryCheck.Answer;
import dev.concordat.cli.powershell.ExportReader;
import dev.concordat.cli.powershell.ImportChoices;
import dev.concordat.cli.powershell.Imported;
import dev.concordat.cli.powershell.PartnerImport;
import dev.concordat.cli.powershell.Reading;
import dev.concordat.cli.powershell.Shown;
import dev.concordat.cli.powershell.Warning;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Partner applications from what admins have: the JSON of the cmdlets. */
@Command(
    name = "import",
    mixinStandardHelpOptions = true,
    description = {
      "Imports the JSON of Get-CsPartnerApplication, Get-PartnerApplication, Get-AuthServer and"
          + " Get-SPTrustedSecurityTokenIssuer.",
      "Without --apply it only shows what would change."
    },
    footer = {
      "",
      "In the product's own shell: Get-… | ConvertTo-Json -Depth 4 | Out-File -Encoding utf8 FILE",
      "docs/import.md has the command for each."
    })
final class PartnerImportCommand implements Callable<Integer> {

  private static final int AT_ONCE = 16;

  @Spec CommandSpec spec;
  @Mixin Connection connection;
  @Mixin Output output;
  @Mixin Consent consent;

  @Parameters(paramLabel = "FILE", arity = "1..*", description = "What a cmdlet said.")
  List<Path> files = new ArrayList<>();

  @Option(names = "--apply", description = "Registers and replaces what holds.")
  boolean apply;

  @Option(
      names = "--include-known",
      description = "Also what every hybrid server has, such as Exchange Online.")
  boolean includeKnown;

  @Option(names = "--prefix", paramLabel = "P", description = "Put in front of each name.")
  String prefix = "";

  @Option(
      names = "--token-server",
      paramLabel = "NAME",
      description = "The token server that vouches for entries with UseAuthServer.")
  @Nullable String tokenServer;

  @Option(
      names = "--default-realm",
      paramLabel = "REALM",
      description = "The realm of entries whose own is blank.")
  @Nullable String defaultRealm;

  @Option(
      names = "--allow-http",
      description = "Allows plain http where an entry has it. For laboratories.")
  boolean allowHttp;

  private final InstantSource clock = InstantSource.system();

  /** An object of a file, and what the registry says to it. */
  private static final class Item {
    private Imported imported;
    private @Nullable Answer answer;

    Item(Imported imported) {
      this.imported = imported;
    }

    String outcome() {
      return switch (imported) {
        case Imported.Skipped _ -> "skipped";
        case Imported.Refused _ -> "refused";
        case Imported.Declared _ -> answer == null ? "unchecked" : answer.outcome();
      };
    }
  }

  @Override
  public Integer call() {
    if (!prefix.isEmpty() && !prefix.matches("[A-Za-z0-9][A-Za-z0-9 ._-]{0,19}")) {
      throw new ParameterException(
          spec.commandLine(),
          "--prefix must be a letter or digit, then up to 19 letters, digits, blanks, dots, hyphens or underscores.");
    }
    PrintWriter err = spec.commandLine().getErr();
    List<PartnerImport.File> read = read(err);
    var choices = new ImportChoices(includeKnown, prefix, tokenServer, defaultRealm, allowHttp);
    List<Item> items =
        PartnerImport.of(read, choices, clock.instant()).stream().map(Item::new).toList();
    var client = new ServiceClient(connection);
    check(client, items);
    if (keep(items)) {
      check(client, items);
    }
    if (output.isJson()) {
      Output.json(spec.commandLine().getOut(), json(items));
    } else {
      show(items);
    }
    long changes = count(items, "created") + count(items, "replaced");
    int refusedAtWriting = apply && changes > 0 ? write(client, items, (int) changes, err) : 0;
    return count(items, "refused") > 0 || refusedAtWriting > 0 ? CommandFailure.FAILED : 0;
  }

  private List<PartnerImport.File> read(PrintWriter err) {
    var read = new ArrayList<PartnerImport.File>();
    var unreadable = new ArrayList<String>();
    for (Path file : files) {
      switch (reading(file)) {
        case Reading.Objects objects -> {
          if (objects.entries().isEmpty()) {
            err.println(file + " is empty: the cmdlet found none.");
          }
          read.add(new PartnerImport.File(String.valueOf(file.getFileName()), objects));
        }
        case Reading.Unreadable(String why) -> unreadable.add(file + " can't be read. " + why);
      }
    }
    if (!unreadable.isEmpty()) {
      throw new CommandFailure(CommandFailure.UNREACHABLE, String.join("\n", unreadable));
    }
    return read;
  }

  private static Reading reading(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return ExportReader.read(in.readNBytes(ExportReader.MAX_BYTES + 1));
    } catch (IOException e) {
      return new Reading.Unreadable("Is it there, and may you read it?");
    }
  }

  private void check(ServiceClient client, List<Item> items) {
    var asked = new ArrayList<Item>();
    var heard = new int[1];
    var check =
        new RegistryCheck(client, consent, (_, answer) -> asked.get(heard[0]++).answer = answer);
    for (Item item : items) {
      if (item.imported instanceof Imported.Declared declared) {
        asked.add(item);
        check.add(declared.partner());
      }
    }
    check.flush();
  }

  /** Leaves what the cmdlets can't say as it is registered; whether that changes anything. */
  private static boolean keep(List<Item> items) {
    boolean kept = false;
    for (Item item : items) {
      if (item.imported instanceof Imported.Declared declared
          && item.answer != null
          && item.answer.before() != null) {
        Imported.Declared keeping = declared.keeping(item.answer.before().application());
        kept |= !keeping.equals(declared);
        item.imported = keeping;
      }
    }
    return kept;
  }

  private int write(ServiceClient client, List<Item> items, int changes, PrintWriter err) {
    try (var writes = new RegistryWrites(client, consent, AT_ONCE, changes, err)) {
      for (boolean tokenServers : new boolean[] {true, false}) {
        for (Item item : items) {
          if (item.imported instanceof Imported.Declared declared
              && item.answer != null
              && item.answer.changes()
              && tokenServers == (declared.partner().kind() == PartnerKind.TOKEN_SERVER)) {
            writes.put(declared.partner());
          }
        }
        writes.settle();
      }
      err.println("%d written.".formatted(changes - writes.refused()));
      return writes.refused();
    }
  }

  private void show(List<Item> items) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(PartnerImport.DIRECTION);
    for (Item item : items) {
      String name = Shown.text(item.imported.name());
      switch (item.imported) {
        case Imported.Skipped(String where, String _, String why) ->
            out.println("  %s skipped (%s): %s".formatted(name, where, why));
        case Imported.Refused(String where, String _, String why) ->
            out.println("! %s refused (%s): %s".formatted(name, where, why));
        case Imported.Declared declared -> show(out, declared, item.answer);
      }
    }
    out.println(
        "%s %d, %s %d, %d unchanged, %d refused, %d skipped."
            .formatted(
                apply ? "To create" : "Would create",
                count(items, "created"),
                apply ? "to replace" : "replace",
                count(items, "replaced"),
                count(items, "unchanged"),
                count(items, "refused"),
                count(items, "skipped")));
    if (!apply && count(items, "created") + count(items, "replaced") > 0) {
      out.println("Nothing was written. To apply it: " + again());
    }
  }

  private static void show(PrintWriter out, Imported.Declared declared, @Nullable Answer answer) {
    PartnerApplication partner = declared.partner();
    String from = " (%s, %s)".formatted(declared.where(), declared.cmdlet().cmdletName());
    switch (answer == null ? "" : answer.outcome()) {
      case "created" ->
          out.println("+ %s created: %s%s".formatted(partner.name(), summary(partner), from));
      case "replaced" -> out.println("~ %s replaced%s".formatted(partner.name(), from));
      case "unchanged" -> out.println("= %s unchanged%s".formatted(partner.name(), from));
      default ->
          out.println(
              "! %s refused%s: %s"
                  .formatted(partner.name(), from, answer == null ? "not checked" : answer.why()));
    }
    changes(answer).forEach(it -> out.println("    " + it));
    for (Warning warning : declared.warnings()) {
      out.println("    warning: %s (%s)".formatted(warning.sentence(), warning.kind().code()));
    }
  }

  private static List<PartnerChange> changes(@Nullable Answer answer) {
    return answer == null || answer.before() == null || answer.after() == null
        ? List.of()
        : PartnerChange.between(PartnerBody.of(answer.before()), PartnerBody.of(answer.after()));
  }

  private static String summary(PartnerApplication partner) {
    String trust =
        switch (partner.trust()) {
          case Trust.ByMetadata byMetadata -> byMetadata.metadataUrl();
          case Trust.ByCertificates(List<String> certificates) ->
              certificates.size() == 1 ? "1 certificate" : certificates.size() + " certificates";
          case Trust.ByTokenServer(String tokenServer) -> "token server " + tokenServer;
          case null -> "no trust";
        };
    return Shown.text(
        PartnerBody.of(partner).path("kind").asText()
            + ", "
            + trust
            + (partner.enabled() ? "" : ", disabled"));
  }

  private ObjectNode json(List<Item> items) {
    ObjectNode document = Json.mapper().createObjectNode();
    document.put("apply", apply);
    document.put("note", PartnerImport.DIRECTION);
    ArrayNode list = document.putArray("items");
    for (Item item : items) {
      ObjectNode each = list.addObject();
      each.put("where", item.imported.where());
      each.put("name", item.imported.name());
      each.put("outcome", item.outcome());
      switch (item.imported) {
        case Imported.Skipped(String _, String _, String why) -> each.put("why", why);
        case Imported.Refused(String _, String _, String why) -> each.put("why", why);
        case Imported.Declared declared -> {
          each.put("cmdlet", declared.cmdlet().cmdletName());
          each.set("partner", PartnerBody.of(declared.partner()));
          ArrayNode changes = each.putArray("changes");
          changes(item.answer).forEach(it -> changes.add(it.json()));
          if (item.answer != null && item.answer.problem() != null) {
            each.set("problem", Json.mapper().valueToTree(item.answer.problem()));
          }
          ArrayNode warnings = each.putArray("warnings");
          declared
              .warnings()
              .forEach(
                  it ->
                      warnings
                          .addObject()
                          .put("code", it.kind().code())
                          .put("sentence", it.sentence()));
        }
      }
    }
    return document;
  }

  private static long count(List<Item> items, String outcome) {
    return items.stream().filter(it -> it.outcome().equals(outcome)).count();
  }

  /** The same command with {@code --apply}, as a shell takes it. */
  private String again() {
    var again = new StringBuilder("./concordat partner import");
    again.append(
        files.stream().map(it -> " " + quoted(it.toString())).collect(Collectors.joining()));
    again.append(includeKnown ? " --include-known" : "");
    again.append(prefix.isEmpty() ? "" : " --prefix " + quoted(prefix));
    again.append(tokenServer == null ? "" : " --token-server " + quoted(tokenServer));
    again.append(defaultRealm == null ? "" : " --default-realm " + quoted(defaultRealm));
    again.append(allowHttp ? " --allow-http" : "");
    return again.append(consent.options()).append(" --apply").toString();
  }

  static String quoted(String argument) {
    return argument.matches("[A-Za-z0-9._/@:=+-]+")
        ? argument
        : "'" + argument.replace("'", "'\\''") + "'";
  }
}
