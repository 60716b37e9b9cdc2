package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.cli.Connection.Service;
import dev.concordat.cli.powershell.Cmdlet;
import dev.concordat.cli.powershell.PartnerExport;
import dev.concordat.cli.powershell.PartnerExport.Export;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerRegistered;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Partner applications in the shape that a product's cmdlet shows them. */
@Command(
    name = "export",
    mixinStandardHelpOptions = true,
    description = {
      "Writes partner applications as JSON in the shape of a product's cmdlet.",
      "What the product can't express is told on standard error."
    })
final class PartnerExportCommand implements Callable<Integer> {

  @Spec CommandSpec spec;
  @Mixin Connection connection;

  @Parameters(
      paramLabel = "NAME",
      arity = "0..*",
      description = "Which ones. Default: all that the cmdlet could show.")
  List<String> names = new ArrayList<>();

  @Option(
      names = "--as",
      required = true,
      paramLabel = "SHAPE",
      converter = Shape.class,
      completionCandidates = Shapes.class,
      description = "One of: ${COMPLETION-CANDIDATES}.")
  Cmdlet cmdlet;

  private int leftOut;

  /** By what the command line calls it. */
  static final class Shape implements ITypeConverter<Cmdlet> {
    @Override
    public Cmdlet convert(String value) {
      return Arrays.stream(Cmdlet.values())
          .filter(it -> it.shape().equalsIgnoreCase(value))
          .findFirst()
          .orElseThrow(
              () ->
                  new TypeConversionException(
                      "%s is none of %s".formatted(value, String.join(", ", new Shapes()))));
    }
  }

  /** All of them. */
  static final class Shapes implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return Arrays.stream(Cmdlet.values())
          .map(Cmdlet::shape)
          .collect(Collectors.toCollection(ArrayList::new))
          .iterator();
    }
  }

  @Override
  public Integer call() {
    var client = new ServiceClient(connection);
    // Read before anything is written: half an array is no JSON.
    List<PartnerRegistered> named = names.stream().map(it -> named(client, it)).toList();
    PrintWriter out = spec.commandLine().getOut();
    try {
      JsonGenerator json = Json.mapper().writerWithDefaultPrettyPrinter().createGenerator(out);
      json.writeStartArray();
      if (names.isEmpty()) {
        new RegisteredPartners(client)
            .forEach(
                it -> {
                  if (PartnerExport.isFor(cmdlet, it.kind())) {
                    write(it, json);
                  }
                });
      } else {
        named.forEach(it -> write(it, json));
      }
      json.writeEndArray();
      json.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    out.println();
    return leftOut > 0 ? CommandFailure.FAILED : 0;
  }

  private static PartnerRegistered named(ServiceClient client, String name) {
    try {
      return Json.mapper()
          .treeToValue(
              client.get(Service.REGISTRY, PartnerBody.path(name)).json(), PartnerRegistered.class);
    } catch (JsonProcessingException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE, "What the trust-registry answers is no partner.");
    }
  }

  private void write(PartnerRegistered partner, JsonGenerator json) {
    PrintWriter err = spec.commandLine().getErr();
    switch (PartnerExport.write(partner.application(), cmdlet)) {
      case Export.Written written -> {
        try {
          Json.mapper().writeTree(json, written.object());
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
        written.lost().forEach(it -> err.println(partner.name() + ": " + it));
      }
      case Export.Inexpressible(String why) -> {
        leftOut++;
        err.println("%s is left out: %s".formatted(partner.name(), why));
      }
    }
  }
}
