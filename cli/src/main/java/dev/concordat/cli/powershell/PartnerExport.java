package dev.concordat.cli.powershell;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes partners as a cmdlet would show them. What its product has no word for is found by reading
 * back what was written: whatever comes out otherwise is told.
 */
public final class PartnerExport {

  private PartnerExport() {}

  /** What writing a partner came to. */
  public sealed interface Export {

    /**
     * An object in the cmdlet's shape.
     *
     * @param lost sentences about what it can't say
     */
    record Written(ObjectNode object, List<String> lost) implements Export {
      public Written {
        lost = List.copyOf(lost);
      }
    }

    /** The product has no such partner application at all. */
    record Inexpressible(String why) implements Export {}
  }

  /** Whether a partner is of the sort that the cmdlet shows. */
  public static boolean isFor(Cmdlet cmdlet, PartnerKind kind) {
    return switch (cmdlet) {
      case PARTNER_APPLICATION, CS_PARTNER_APPLICATION -> kind != PartnerKind.TOKEN_SERVER;
      case AUTH_SERVER -> kind == PartnerKind.TOKEN_SERVER;
      case SP_TRUSTED_ISSUER -> true;
    };
  }

  /** Writes one partner. */
  public static Export write(PartnerApplication partner, Cmdlet cmdlet) {
    if (!isFor(cmdlet, partner.kind())) {
      return new Export.Inexpressible(
          cmdlet == Cmdlet.AUTH_SERVER
              ? "It is no token server, and Get-AuthServer has only these."
              : "It is a token server, which %s does not have; --as auth-server has."
                  .formatted(cmdlet.cmdletName()));
    }
    ObjectNode object = Json.mapper().createObjectNode();
    String no =
        switch (cmdlet) {
          case PARTNER_APPLICATION -> exchange(partner, object);
          case AUTH_SERVER -> authServer(partner, object);
          case CS_PARTNER_APPLICATION -> skype(partner, object);
          case SP_TRUSTED_ISSUER -> sharePoint(partner, object);
        };
    return no != null
        ? new Export.Inexpressible(no)
        : new Export.Written(object, lost(partner, cmdlet, object));
  }

  private static @Nullable String exchange(PartnerApplication partner, ObjectNode object) {
    object.put("Enabled", partner.enabled());
    object.put("ApplicationIdentifier", blank(partner.applicationIdentifier()));
    object.putArray("CertificateStrings");
    switch (partner.trust()) {
      case Trust.ByMetadata byMetadata -> object.put("AuthMetadataUrl", byMetadata.metadataUrl());
      case Trust.ByTokenServer _ -> object.put("AuthMetadataUrl", "");
      case Trust.ByCertificates _ -> {
        return "Its certificates were given by hand, and Exchange reads them from a metadata URL only.";
      }
      case null -> {
        return ownWorkload();
      }
    }
    object.put("Realm", blank(partner.realm()));
    object.put("UseAuthServer", partner.trust() instanceof Trust.ByTokenServer);
    object.put("AcceptSecurityIdentifierInformation", false);
    object.putNull("LinkedAccount");
    object.putNull("AppOnlyPermissions");
    object.putNull("ActAsPermissions");
    object.put("Name", partner.name());
    return null;
  }

  private static @Nullable String authServer(PartnerApplication partner, ObjectNode object) {
    if (!(partner.trust() instanceof Trust.ByMetadata byMetadata)) {
      return "It has no metadata URL, and Exchange knows a token server by nothing else.";
    }
    object.put("Name", partner.name());
    object.put("IssuerIdentifier", blank(partner.applicationIdentifier()));
    object.put("Realm", blank(partner.realm()));
    object.put("Enabled", partner.enabled());
    object.put("TokenIssuingEndpoint", "");
    object.put("AuthorizationEndpoint", "");
    object.put("AuthMetadataUrl", byMetadata.metadataUrl());
    object.putArray("DomainName");
    object.putNull("ApplicationIdentifier");
    object.put("IsDefaultAuthorizationEndpoint", false);
    object.putArray("CertificateStrings");
    return null;
  }

  private static @Nullable String skype(PartnerApplication partner, ObjectNode object) {
    ObjectNode token = object.putObject("AuthToken");
    switch (partner.trust()) {
      case Trust.ByMetadata byMetadata -> token.put("Value", byMetadata.metadataUrl());
      case Trust.ByTokenServer byTokenServer -> token.put("Value", byTokenServer.tokenServer());
      case Trust.ByCertificates(List<String> certificates) ->
          token.put(
              "CertificateRawData", SigningCertificate.parse(certificates.getFirst()).base64());
      case null -> {
        return ownWorkload();
      }
    }
    object.put("Identity", partner.name());
    object.put("Name", partner.name());
    object.put("ApplicationIdentifier", blank(partner.applicationIdentifier()));
    object.put("Realm", blank(partner.realm()));
    String level = partner.trustLevel().name();
    object.put(
        "ApplicationTrustLevel",
        level.substring(0, 1) + level.substring(1).toLowerCase(Locale.ROOT));
    object.put("AcceptSecurityIdentifierInformation", false);
    object.put("Enabled", partner.enabled());
    return null;
  }

  private static @Nullable String sharePoint(PartnerApplication partner, ObjectNode object) {
    String identifier = blank(partner.applicationIdentifier());
    String issuer = partner.realm() == null ? identifier : identifier + "@" + partner.realm();
    object.put("IsSelfIssuer", partner.kind() != PartnerKind.TOKEN_SERVER);
    object.put("NameId", issuer);
    object.put("RegisteredIssuerName", issuer);
    switch (partner.trust()) {
      case Trust.ByMetadata byMetadata -> object.put("MetadataEndPoint", byMetadata.metadataUrl());
      case Trust.ByCertificates(List<String> certificates) -> {
        object.putNull("MetadataEndPoint");
        object.set("SigningCertificate", certificate(certificates.getFirst()));
        ArrayNode more = object.putArray("AdditionalSigningCertificates");
        certificates.stream().skip(1).forEach(it -> more.add(certificate(it)));
      }
      case Trust.ByTokenServer _ -> {
        return "A token server vouches for it; in SharePoint only that one is a token issuer.";
      }
      case null -> {
        return ownWorkload();
      }
    }
    object.put("Description", "");
    object.put("Name", partner.name());
    object.put("DisplayName", partner.name());
    return null;
  }

  private static ObjectNode certificate(String text) {
    var certificate = SigningCertificate.parse(text);
    ObjectNode object = Json.mapper().createObjectNode();
    object.put("Thumbprint", certificate.thumbprint());
    object.put("Subject", certificate.subject());
    object.put("NotAfter", "/Date(%d)/".formatted(certificate.notAfter().toEpochMilli()));
    object.put("RawData", certificate.base64());
    return object;
  }

  private static String ownWorkload() {
    return "It is a workload of ours, which proves itself here and has no keys for others.";
  }

  private static String blank(@Nullable String text) {
    return text == null ? "" : text;
  }

  private static List<String> lost(PartnerApplication partner, Cmdlet cmdlet, ObjectNode object) {
    var lost = new ArrayList<String>();
    ImportChoices choices = ImportChoices.none();
    if (cmdlet == Cmdlet.PARTNER_APPLICATION
        && partner.trust() instanceof Trust.ByTokenServer(String server)) {
      choices = new ImportChoices(false, "", server, null, false);
      lost.add(
          "Get-PartnerApplication does not say which token server vouches. To import it again, give --token-server '%s'."
              .formatted(server));
    }
    Imported back = readBack(object, choices);
    if (back instanceof Imported.Skipped) {
      lost.add(
          "It looks as the one that every hybrid server has. To import it again, give --include-known.");
      back = readBack(object, new ImportChoices(true, "", choices.tokenServer(), null, false));
    }
    switch (back) {
      case Imported.Declared declared -> lost.addAll(differences(partner, declared, cmdlet));
      case Imported.Refused(String _, String _, String why) -> lost.add(why);
      case Imported.Skipped(String _, String _, String why) -> lost.add(why);
    }
    return lost;
  }

  private static Imported readBack(ObjectNode object, ImportChoices choices) {
    try {
      Reading reading = ExportReader.read(Json.mapper().writeValueAsBytes(object));
      return switch (reading) {
        case Reading.Objects objects ->
            PartnerImport.of(List.of(new PartnerImport.File("", objects)), choices, Instant.EPOCH)
                .getFirst();
        case Reading.Unreadable(String why) -> new Imported.Refused("", "", why);
      };
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that can't be written", e);
    }
  }

  private static List<String> differences(
      PartnerApplication partner, Imported.Declared back, Cmdlet cmdlet) {
    JsonNode before = Json.mapper().valueToTree(normal(partner));
    JsonNode after = Json.mapper().valueToTree(back.partner());
    var differences = new ArrayList<String>();
    for (Iterator<String> fields = before.fieldNames(); fields.hasNext(); ) {
      String field = fields.next();
      if (!Objects.equals(before.get(field), after.get(field))) {
        differences.add(
            "%s has no word for %s: %s is left out."
                .formatted(cmdlet.cmdletName(), field, shown(before.get(field))));
      }
    }
    after
        .fieldNames()
        .forEachRemaining(
            field -> {
              if (!before.has(field)) {
                differences.add(
                    "%s would say that %s is %s."
                        .formatted(cmdlet.cmdletName(), field, shown(after.get(field))));
              }
            });
    return differences;
  }

  /** Certificates in the one form that is read back. */
  private static PartnerApplication normal(PartnerApplication partner) {
    if (!(partner.trust() instanceof Trust.ByCertificates(List<String> certificates))) {
      return partner;
    }
    return new PartnerApplication(
        partner.name(),
        partner.kind(),
        partner.applicationIdentifier(),
        partner.realm(),
        partner.trustLevel(),
        partner.enabled(),
        new Trust.ByCertificates(
            certificates.stream().map(it -> SigningCertificate.parse(it).base64()).toList()),
        partner.mayRequest(),
        partner.clientAuth(),
        partner.probe());
  }

  private static String shown(JsonNode value) {
    String text = value.isTextual() ? value.asText() : value.toString();
    return Shown.text(text.length() > 100 ? text.substring(0, 100) + "…" : text);
  }
}
