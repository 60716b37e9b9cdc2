package dev.concordat.cli.powershell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.powershell.Warning.Kind;
import dev.concordat.contracts.metadata.MalformedCertificate;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The certificates that an entry shows: base64, PEM, byte numbers in a list or in one text, or an
 * object that has one of these as {@code RawData} (setup.md 3.2, 3.4).
 */
final class CertificatesRead {

  /** The vendor's certificate monitor warns as early (setup.md 8). */
  private static final Duration SOON = Duration.ofDays(60);

  private static final int FEWEST_BITS = 2048;
  private static final Pattern NUMBERS = Pattern.compile("\\d{1,3}(?:[ ,]+\\d{1,3})+");
  private static final List<String> HOLDERS =
      List.of("rawdata", "certificaterawdata", "certificate", "value");

  private final List<SigningCertificate> certificates = new ArrayList<>();
  private final List<Warning> warnings = new ArrayList<>();
  private final Instant now;
  private boolean cut;

  private CertificatesRead(Instant now) {
    this.now = now;
  }

  static CertificatesRead of(Instant now, List<JsonNode> nodes) {
    var read = new CertificatesRead(now);
    nodes.forEach(it -> read.add(it, Cell.DEEPEST));
    return read;
  }

  /** In base64, each once. */
  List<String> base64() {
    return certificates.stream().map(SigningCertificate::base64).distinct().toList();
  }

  List<Warning> warnings() {
    return warnings;
  }

  /** Whether one was there, below the depth that was asked for. */
  boolean cut() {
    return cut;
  }

  private void add(@Nullable JsonNode node, int deepest) {
    if (node == null || node.isNull() || deepest == 0) {
      return;
    }
    if (node.isArray()) {
      node.forEach(it -> add(it, deepest - 1));
    } else if (node.isBinary()) {
      addDer(bytes(node));
    } else if (node instanceof ObjectNode object) {
      addObject(object, deepest);
    } else {
      addText(node.asText().strip(), deepest);
    }
  }

  private void addObject(ObjectNode object, int deepest) {
    Optional<JsonNode> held =
        HOLDERS.stream().map(object::get).filter(it -> it != null && !it.isNull()).findFirst();
    if (held.isPresent()) {
      add(held.get(), deepest - 1);
    } else if (object.has("thumbprint")) {
      cut = true;
      String thumbprint = Shown.text(Cell.of(object.get("thumbprint")).value().orElse("?"));
      Dates.of(object.get("notafter")).ifPresent(end -> warnOfEnd(thumbprint, end));
    }
  }

  private void addText(String text, int deepest) {
    if (text.isEmpty()) {
      return;
    }
    if (text.startsWith("@{")) {
      Cell.table(text).ifPresentOrElse(it -> add(it, deepest - 1), () -> cut = true);
    } else if (Cell.TYPE_NAME.matcher(text).matches()) {
      cut = true;
    } else if (NUMBERS.matcher(text).matches()) {
      var der = new ByteArrayOutputStream();
      for (String number : text.split("[ ,]+")) {
        der.write(Integer.parseInt(number));
      }
      addDer(der.toByteArray());
    } else {
      try {
        add(SigningCertificate.parse(text));
      } catch (MalformedCertificate e) {
        unreadable(e);
      }
    }
  }

  private void addDer(byte[] der) {
    try {
      add(SigningCertificate.ofDer(der));
    } catch (MalformedCertificate e) {
      unreadable(e);
    }
  }

  private void unreadable(MalformedCertificate e) {
    warnings.add(
        new Warning(
            Kind.CERTIFICATE_UNREADABLE,
            "A certificate can't be read and is left out: %s.".formatted(e.getMessage())));
  }

  private void add(SigningCertificate certificate) {
    certificates.add(certificate);
    String thumbprint = certificate.thumbprint();
    warnOfEnd(thumbprint, certificate.notAfter());
    if (certificate.rsa() && certificate.keyBits() < FEWEST_BITS) {
      warnings.add(
          new Warning(
              Kind.CERTIFICATE_WEAK,
              "The key of certificate %s has %d bits; less than %d is too few."
                  .formatted(thumbprint, certificate.keyBits(), FEWEST_BITS)));
    }
    String algorithm = certificate.x509().getSigAlgName().toUpperCase(Locale.ROOT);
    if (algorithm.contains("SHA1") || algorithm.contains("MD5")) {
      warnings.add(
          new Warning(
              Kind.CERTIFICATE_SHA1,
              "The certificate %s is signed with %s. Its key counts, not that signature; renew it all the same."
                  .formatted(thumbprint, algorithm)));
    }
  }

  private void warnOfEnd(String thumbprint, Instant end) {
    if (!now.isBefore(end)) {
      warnings.add(
          new Warning(
              Kind.CERTIFICATE_ENDED,
              "The certificate %s ended at %s: tokens signed with its key are refused."
                  .formatted(thumbprint, end)));
    } else if (now.plus(SOON).isAfter(end)) {
      warnings.add(
          new Warning(
              Kind.CERTIFICATE_ENDS_SOON,
              "The certificate %s ends in %d days, at %s."
                  .formatted(thumbprint, Duration.between(now, end).toDays(), end)));
    }
  }

  private static byte[] bytes(JsonNode node) {
    try {
      return node.binaryValue();
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
