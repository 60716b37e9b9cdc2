package dev.concordat.cli.powershell;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What the cmdlets say, with a real certificate in it, and what is read of it. */
final class Samples {

  private Samples() {}

  static String of(Cmdlet cmdlet) {
    String name =
        switch (cmdlet) {
          case PARTNER_APPLICATION -> "exchange";
          case CS_PARTNER_APPLICATION -> "skype";
          case AUTH_SERVER -> "auth-servers";
          case SP_TRUSTED_ISSUER -> "sharepoint";
        };
    try (InputStream in = Samples.class.getResourceAsStream("/samples/" + name + ".json")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8)
          .replace("{{certificate}}", Certificates.GOOD.base64())
          .replace("{{certificateBytes}}", numbers(Certificates.GOOD, ", "));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String numbers(SigningCertificate certificate, String between) {
    byte[] der = java.util.Base64.getDecoder().decode(certificate.base64());
    return IntStream.range(0, der.length)
        .mapToObj(i -> String.valueOf(der[i] & 0xFF))
        .collect(Collectors.joining(between));
  }

  static List<Imported> imported(ImportChoices choices, String... files) {
    return PartnerImport.of(
        IntStream.range(0, files.length)
            .mapToObj(i -> new PartnerImport.File("file" + (i + 1), objects(files[i])))
            .toList(),
        choices,
        Certificates.NOW);
  }

  static Reading.Objects objects(String text) {
    return switch (ExportReader.read(text.getBytes(StandardCharsets.UTF_8))) {
      case Reading.Objects objects -> objects;
      case Reading.Unreadable(String why) -> throw new AssertionError(why);
    };
  }

  /** What the only object of a text becomes. */
  static Imported only(String text) {
    List<Imported> all = imported(ImportChoices.none(), text);
    if (all.size() != 1) {
      throw new AssertionError(all);
    }
    return all.getFirst();
  }

  static Imported.Declared partner(String text) {
    return switch (only(text)) {
      case Imported.Declared declared -> declared;
      case Imported other -> throw new AssertionError(other);
    };
  }

  static String refusal(String text) {
    return switch (only(text)) {
      case Imported.Refused(String _, String _, String why) -> why;
      case Imported other -> throw new AssertionError(other);
    };
  }
}
