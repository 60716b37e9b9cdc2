package dev.concordat.cli.powershell;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.diagnosis.RecordOfUs;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the partner applications of another server say of us. */
public final class PartnersRecord {

  private PartnersRecord() {}

  /** The record of this application identifier, if there is one. */
  public static Optional<RecordOfUs> of(
      Reading.Objects objects, String applicationIdentifier, Instant now) {
    return objects.entries().stream()
        .flatMap(it -> it instanceof Reading.Known known ? Stream.of(known.members()) : null)
        .filter(
            it ->
                Cell.of(it, "applicationidentifier")
                    .value()
                    .filter(applicationIdentifier::equalsIgnoreCase)
                    .isPresent())
        .findFirst()
        .map(it -> record(it, now));
  }

  private static RecordOfUs record(ObjectNode members, Instant now) {
    return new RecordOfUs(
        Cell.of(members, "name", "identity").value().orElse("?"),
        !members.path("enabled").asText("true").equalsIgnoreCase("false"),
        Cell.of(members, "realm").value().orElse(null),
        Cell.of(members, "authmetadataurl", "authtoken").value().orElse(null),
        keyIds(members, now),
        authorized(members));
  }

  private static List<String> keyIds(ObjectNode members, Instant now) {
    return CertificatesRead.of(now, List.of(members.path("certificatestrings"))).base64().stream()
        .flatMap(it -> SigningCertificate.tryParse(it).stream())
        .map(SigningCertificate::x5t)
        .toList();
  }

  /** Skype for Business has a level of trust instead of an account. */
  private static boolean authorized(ObjectNode members) {
    return members.has("applicationtrustlevel")
        || members.has("trustlevel")
        || says(members, "linkedaccount")
        || says(members, "actaspermissions")
        || says(members, "apponlypermissions");
  }

  /** Also where it was cut off: something is there. */
  private static boolean says(ObjectNode members, String name) {
    var value = members.path(name);
    return !value.isMissingNode()
        && !value.isNull()
        && (value.isContainerNode() ? !value.isEmpty() : !value.asText().isBlank());
  }
}
