package dev.concordat.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.cli.Connection.Service;
import dev.concordat.cli.pasted.PastedText;
import dev.concordat.cli.powershell.ExportReader;
import dev.concordat.cli.powershell.PartnersRecord;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.diagnosis.Deployment;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.ProbeDiagnosis;
import dev.concordat.diagnosis.RecordOfUs;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

/**
 * Why something that an admin saw failed, by the same diagnosis as the probe's. Nothing is sent to
 * a partner; who we are is read from our own document, where the suite is up or a file has it.
 */
@Command(
    name = "diagnose",
    mixinStandardHelpOptions = true,
    description =
        "Explains a refusal: its headers, the output of Test-OAuthConnectivity or of Test-CsExStorageConnectivity -Verbose, or the JSON of Get-PartnerApplication held against our record.",
    exitCodeListHeading = "Exit codes:%n",
    exitCodeList = {
      "0:nothing is wrong there",
      "1:something is, and it is said what",
      "2:wrong usage, or nothing could be made of it"
    })
final class DiagnoseCommand implements Callable<Integer> {

  private static final PrincipalName NOBODY =
      new PrincipalName("our-application-identifier", "our-realm");
  private static final URI OUR_DOCUMENT = URI.create("https://concordat.example/metadata/json/1");

  @Spec CommandSpec spec;
  @Mixin Connection connection;
  @Mixin Output output;

  @Parameters(
      paramLabel = "FILE",
      arity = "0..1",
      description = "What was seen, in a file. Default: standard input.")
  @Nullable Path file;

  @Option(
      names = "--partner",
      paramLabel = "NAME",
      description = "Whom it is about; stands in the commands.")
  String partner = "exchange";

  @Option(
      names = "--user",
      paramLabel = "sip:USER",
      description = "The mailbox it is about. Default: the one that the text names.")
  @Nullable String user;

  @Option(
      names = "--document",
      paramLabel = "FILE",
      description =
          "Our auth metadata document. Default: asked of the metadata-service, where that is up.")
  @Nullable Path document;

  private final Clock clock = Clock.systemUTC();

  @Override
  public Integer call() {
    byte[] given = given();
    String text = new String(given, charset(given));
    if (text.isBlank()) {
      throw new ParameterException(spec.commandLine(), "There is nothing to diagnose.");
    }
    String begin = text.strip();
    return begin.startsWith("{") || begin.startsWith("[") ? records(given) : said(text);
  }

  private int said(String text) {
    var pasted = PastedText.of(text);
    Deployment here = deployment(pasted.mailbox());
    Optional<Observation> decisive = pasted.decisive(here.now());
    if (pasted.isOfExchangesOwnTest()) {
      note(
          "This is the test of an Exchange that calls the target it was given. It says nothing about calls to that Exchange: ./concordat probe tests those.");
    }
    if (decisive.isEmpty()) {
      if (pasted.isSuccess()) {
        return fine("It says that the test passed.");
      }
      throw new CommandFailure(
          CommandFailure.UNREACHABLE,
          "Nothing in it says why something failed: no HTTP status, no x-ms-diagnostics, no code of Exchange. Paste the headers of the answer, or the output of Test-CsExStorageConnectivity -Verbose.");
    }
    return told(ProbeDiagnosis.of(decisive.get(), List.of(decisive.get()), here));
  }

  private int records(byte[] given) {
    Deployment here = deployment(Optional.empty());
    if (here.us().equals(NOBODY)) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE,
          "To hold it against our record, our own document is needed: start the suite, name it with --server-url, or give the document with --document FILE.");
    }
    Optional<RecordOfUs> record =
        switch (ExportReader.read(given)) {
          case dev.concordat.cli.powershell.Reading.Unreadable(String why) ->
              throw new CommandFailure(CommandFailure.UNREACHABLE, why);
          case dev.concordat.cli.powershell.Reading.Objects objects ->
              PartnersRecord.of(objects, here.us().applicationIdentifier(), here.now());
        };
    return RecordOfUs.diagnose(record.orElse(null), here)
        .map(this::told)
        .orElseGet(() -> fine("Its record of us is as it should be."));
  }

  private int told(Diagnosis diagnosis) {
    JsonNode tree = Json.mapper().valueToTree(diagnosis);
    if (output.isJson()) {
      Output.json(spec.commandLine().getOut(), tree);
    } else {
      new ProbeReport(spec.commandLine().getOut()).diagnosis(tree);
    }
    return CommandFailure.FAILED;
  }

  private int fine(String sentence) {
    if (output.isJson()) {
      Output.json(spec.commandLine().getOut(), Json.mapper().nullNode());
      note(sentence);
    } else {
      spec.commandLine().getOut().println(sentence);
    }
    return 0;
  }

  private void note(String sentence) {
    spec.commandLine().getErr().println(sentence);
  }

  private byte[] given() {
    try {
      byte[] bytes =
          file == null ? System.in.readNBytes(ExportReader.MAX_BYTES) : Files.readAllBytes(file);
      return bytes;
    } catch (IOException e) {
      throw new CommandFailure(CommandFailure.UNREACHABLE, "%s can't be read.".formatted(file));
    }
  }

  /** Windows shells write UTF-16 into files. */
  private static java.nio.charset.Charset charset(byte[] text) {
    boolean marked =
        text.length > 1
            && ((text[0] == (byte) 0xFF && text[1] == (byte) 0xFE)
                || (text[0] == (byte) 0xFE && text[1] == (byte) 0xFF));
    return marked ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
  }

  private Deployment deployment(Optional<SipAddress> named) {
    Optional<AuthMetadataDocument> ours = ours();
    Instant now = clock.instant();
    Map<String, SigningKeyPublished> keys =
        ours.stream()
            .flatMap(it -> it.keys().stream().limit(1))
            .collect(
                Collectors.toMap(
                    AuthMetadataDocument.Key::x5t,
                    it ->
                        new SigningKeyPublished(
                            it.x5t(),
                            it.certificate(),
                            SigningKeyPublished.Phase.CURRENT,
                            now,
                            null)));
    return new Deployment(
        partner,
        null,
        null,
        mailbox(named),
        ours.map(AuthMetadataDocument::issuerName).orElse(NOBODY),
        ours.isPresent() && document == null
            ? connection.url(Service.METADATA).resolve("/metadata/json/1")
            : OUR_DOCUMENT,
        connection.url(Service.TOKEN),
        keys,
        now);
  }

  private SipAddress mailbox(Optional<SipAddress> named) {
    String given = user;
    if (given == null) {
      return named.orElseGet(() -> SipAddress.parse("sip:user@domain.example"));
    }
    return SipAddress.tryParse(given)
        .orElseThrow(
            () ->
                new ParameterException(
                    spec.commandLine(), "--user is no SIP address: sip:kenmyer@litwareinc.com"));
  }

  /** Our document; nothing, where nobody has it: then the commands have words in its place. */
  private Optional<AuthMetadataDocument> ours() {
    try {
      byte[] bytes =
          document != null
              ? Files.readAllBytes(document)
              : new ServiceClient(connection)
                  .getPublic(Service.METADATA, "/metadata/json/1")
                  .body()
                  .getBytes(StandardCharsets.UTF_8);
      return AuthMetadataReader.read(bytes)
              instanceof dev.concordat.contracts.metadata.Reading.Accepted accepted
          ? Optional.of(accepted.document())
          : Optional.empty();
    } catch (IOException e) {
      throw new CommandFailure(
          CommandFailure.UNREACHABLE, "Our document %s can't be read.".formatted(document));
    } catch (CommandFailure away) {
      return Optional.empty();
    }
  }
}
