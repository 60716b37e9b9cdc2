package dev.concordat.cli.powershell;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.powershell.Draft.Source;
import dev.concordat.cli.powershell.Warning.Kind;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.TrustLevel;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What one object of a cmdlet says of a partner (setup.md 3.1 to 3.5). */
final class EntryReader {

  /** Entries that a hybrid deployment makes by itself (setup.md 3.1). */
  private static final Set<String> HYBRID =
      Set.of("exchange online", "microsoft graph", "teamsscheduler", "cloudvoicemail");

  /** The issuer of the cloud's access control service (trust.md 1). */
  private static final String ACCESS_CONTROL = "00000001-0000-0000-c000-000000000000";

  private static final Pattern GUID =
      Pattern.compile(
          "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");

  /** The URL in texts such as {@code Value=https://…}. */
  private static final Pattern URL = Pattern.compile("https?://\\S+$", Pattern.CASE_INSENSITIVE);

  private final ObjectNode members;
  private final Cmdlet cmdlet;
  private final ImportChoices choices;
  private final List<Warning> warnings = new ArrayList<>();
  private final CertificatesRead certificates;

  private EntryReader(Reading.Known entry, ImportChoices choices, Instant now) {
    this.members = entry.members();
    this.cmdlet = entry.cmdlet();
    this.choices = choices;
    this.certificates =
        CertificatesRead.of(
            now,
            Stream.of(
                    "certificatestrings",
                    "signingcertificate",
                    "additionalsigningcertificates",
                    "certificate",
                    "certificaterawdata",
                    "authtoken")
                .map(members::get)
                .filter(it -> it != null && holdsCertificates(it))
                .toList());
  }

  static Draft read(Reading.Known entry, ImportChoices choices, Instant now) {
    var reader = new EntryReader(entry, choices, now);
    String name = reader.name();
    try {
      return reader.draft(name);
    } catch (UnreadableExport e) {
      return new Draft.Refused(name, e.sentence());
    }
  }

  private Draft draft(String name) throws UnreadableExport {
    if (cmdlet == Cmdlet.PARTNER_APPLICATION && hybrid(name) && !choices.includeKnown()) {
      return new Draft.Skipped(
          name,
          "Every hybrid Exchange server has it, for the vendor's own services. --include-known imports it.");
    }
    String identifier = identifier();
    String realm = realm();
    TrustLevel level = level();
    Source source = source();
    PartnerKind kind = kind(identifier, source);
    boolean enabled = flag("enabled", "Enabled").orElse(true);
    if (!enabled) {
      warn(Kind.DISABLED, "It is disabled there, and is imported as disabled.");
    }
    if (Cell.flag(members.get("acceptsecurityidentifierinformation")).orElse(false)) {
      warn(
          Kind.SIDS_ACCEPTED,
          "There its user tokens may name users by security identifier, of another forest too. Here they never do.");
    }
    if (cmdlet == Cmdlet.PARTNER_APPLICATION
        && !Cell.hasAny(members.get("linkedaccount"))
        && !Cell.hasAny(members.get("actaspermissions"))
        && !Cell.hasAny(members.get("apponlypermissions"))) {
      warn(
          Kind.NO_PERMISSION,
          "It has neither a linked account nor a list of permissions: Exchange refuses its tokens (error 2000008).");
    }
    boolean product = kind.wellKnownApplicationIdentifier().isPresent();
    if (level == TrustLevel.FULL && !product && kind != PartnerKind.TOKEN_SERVER) {
      warn(
          Kind.FULL_FOR_UNKNOWN,
          "It is none of the known products and gets full trust, so it may speak for any user of its realm. If it need not: ./concordat partner set NAME --trust-level application");
    }
    warnOf(source, kind);
    if (certificates.cut() && !(source instanceof Source.Metadata)) {
      warn(Kind.CERTIFICATE_UNREADABLE, "A certificate was cut off. " + deeper());
    }
    warnings.addAll(certificates.warnings());
    return new Draft.Usable(name, kind, identifier, realm, level, enabled, source, warnings);
  }

  private void warn(Kind kind, String sentence) {
    warnings.add(new Warning(kind, sentence));
  }

  private String name() {
    Optional<String> name = Cell.of(members, "name").value();
    if (name.isPresent()) {
      return name.get();
    }
    // Global/x, litwareinc.com/Users/x
    String identity = Cell.of(members, "identity").value().orElse("");
    return identity.substring(identity.lastIndexOf('/') + 1);
  }

  private boolean hybrid(String name) {
    return HYBRID.contains(name.strip().toLowerCase(Locale.ROOT))
        || (Cell.flag(members.get("useauthserver")).orElse(false)
            && PartnerKind.EXCHANGE
                .wellKnownApplicationIdentifier()
                .equals(Cell.of(members, "applicationidentifier").value()));
  }

  /** {@code <identifier>@<realm>} of SharePoint, split at the last {@code @}. */
  private String issuer() throws UnreadableExport {
    return required(Cell.of(members, "registeredissuername", "nameid"), "RegisteredIssuerName")
        .orElse("");
  }

  private @Nullable String identifier() throws UnreadableExport {
    return switch (cmdlet) {
      case SP_TRUSTED_ISSUER -> {
        String issuer = issuer();
        int at = issuer.lastIndexOf('@');
        String identifier = at < 0 ? issuer : issuer.substring(0, at);
        yield identifier.isEmpty() ? null : identifier;
      }
      case AUTH_SERVER -> {
        String issuer =
            Cell.of(members, "applicationidentifier", "issueridentifier").value().orElse("");
        if (!issuer.isEmpty() && !GUID.matcher(issuer).matches()) {
          warn(
              Kind.IDENTIFIER_LEFT_OUT,
              "Its issuer %s is no GUID; its metadata document must tell the identifier."
                  .formatted(Shown.text(issuer)));
        }
        yield GUID.matcher(issuer).matches() ? issuer : null;
      }
      case PARTNER_APPLICATION, CS_PARTNER_APPLICATION ->
          required(Cell.of(members, "applicationidentifier"), "ApplicationIdentifier").orElse(null);
    };
  }

  private @Nullable String realm() throws UnreadableExport {
    Optional<String> realm;
    if (cmdlet == Cmdlet.SP_TRUSTED_ISSUER) {
      String issuer = issuer();
      int at = issuer.lastIndexOf('@');
      realm =
          at < 0 || at == issuer.length() - 1
              ? Optional.empty()
              : Optional.of(issuer.substring(at + 1));
    } else {
      realm = required(Cell.of(members, "realm"), "Realm");
    }
    if (realm.isPresent()) {
      return realm.get();
    }
    String there =
        switch (cmdlet) {
          case CS_PARTNER_APPLICATION -> "Skype for Business takes its default SIP domain";
          case PARTNER_APPLICATION, AUTH_SERVER -> "Exchange takes its default accepted domain";
          case SP_TRUSTED_ISSUER -> "SharePoint takes the farm's realm";
        };
    warn(
        Kind.NO_REALM,
        choices.defaultRealm() == null
            ? "Its realm is blank: %s. Here a metadata document tells it; without one, name it with --default-realm."
                .formatted(there)
            : "Its realm is blank: %s. Here it becomes %s, as --default-realm says."
                .formatted(there, choices.defaultRealm()));
    return choices.defaultRealm();
  }

  private TrustLevel level() throws UnreadableExport {
    if (cmdlet != Cmdlet.CS_PARTNER_APPLICATION) {
      return TrustLevel.FULL;
    }
    String level = Cell.of(members, "trustlevel", "applicationtrustlevel").value().orElse("");
    return switch (level.toLowerCase(Locale.ROOT)) {
      case "full" -> TrustLevel.FULL;
      case "application" -> TrustLevel.APPLICATION;
      case "user" -> TrustLevel.USER;
      default ->
          throw new UnreadableExport(
              (level.isEmpty()
                      ? "Its ApplicationTrustLevel is missing."
                      : "Its ApplicationTrustLevel is %s, and what that stands for is documented nowhere: nothing is guessed here."
                          .formatted(Shown.text(level)))
                  + " Ask for its name, in %s: %s".formatted(cmdlet.shell(), cmdlet.command()));
    };
  }

  private Source source() throws UnreadableExport {
    return switch (cmdlet) {
      case PARTNER_APPLICATION, AUTH_SERVER -> {
        if (flag("useauthserver", "UseAuthServer").orElse(false)) {
          yield new Source.TokenServer(null);
        }
        yield byUrlOrCertificates(
            required(Cell.of(members, "authmetadataurl"), "AuthMetadataUrl"), "AuthMetadataUrl");
      }
      case SP_TRUSTED_ISSUER ->
          byUrlOrCertificates(
              required(Cell.of(members, "metadataendpoint"), "MetadataEndPoint"),
              "MetadataEndPoint");
      case CS_PARTNER_APPLICATION -> skypeSource();
    };
  }

  private Source byUrlOrCertificates(Optional<String> url, String member) throws UnreadableExport {
    if (url.isPresent()) {
      return new Source.Metadata(url.get());
    }
    return byCertificates(
        "It has neither %s nor a certificate, so nothing tells its keys.".formatted(member));
  }

  private Source byCertificates(String none) throws UnreadableExport {
    List<String> found = certificates.base64();
    if (!found.isEmpty()) {
      return new Source.Certificates(found);
    }
    if (certificates.cut()) {
      throw new UnreadableExport("Its certificate was cut off. " + deeper());
    }
    throw new UnreadableExport(
        certificates.warnings().stream()
            .filter(it -> it.kind() == Kind.CERTIFICATE_UNREADABLE)
            .map(Warning::sentence)
            .findFirst()
            .orElse(none));
  }

  /**
   * {@code AuthToken} holds whichever of the three it is; its JSON form is assumed (setup.md 3.2):
   * a text that is or ends with a URL, a certificate, the name of an OAuth server, or an object
   * with one of these.
   */
  private Source skypeSource() throws UnreadableExport {
    JsonNode token = members.get("authtoken");
    Optional<String> url = url(token, Cell.DEEPEST);
    if (url.isPresent()) {
      return new Source.Metadata(url.get());
    }
    Cell server = Cell.of(members, "oauthserver");
    Cell text = Cell.of(token);
    boolean byServer = Cell.flag(members.get("useoauthserver")).orElse(false);
    if (certificates.base64().isEmpty()) {
      if (server instanceof Cell.Text(String named)) {
        return new Source.TokenServer(named);
      }
      if (text instanceof Cell.Text(String named) && !named.startsWith("MII")) {
        String bare = named.startsWith("Value=") ? named.substring("Value=".length()) : named;
        return new Source.TokenServer(bare);
      }
      if (byServer) {
        return new Source.TokenServer(null);
      }
      if (text instanceof Cell.Cut) {
        throw new UnreadableExport("Its AuthToken was cut off. " + deeper());
      }
    }
    return byCertificates(
        "Its AuthToken names neither a metadata URL nor a certificate nor an OAuth server. "
            + deeper());
  }

  private static Optional<String> url(@Nullable JsonNode node, int deepest) {
    if (node == null || deepest == 0) {
      return Optional.empty();
    }
    if (node instanceof ObjectNode object) {
      return Stream.of("metadataurl", "value", "originalstring", "absoluteuri")
          .flatMap(it -> url(object.get(it), deepest - 1).stream())
          .findFirst();
    }
    if (!node.isTextual()) {
      return Optional.empty();
    }
    String text = node.asText().strip();
    Optional<ObjectNode> table = Cell.table(text);
    if (table.isPresent()) {
      return url(table.get(), deepest - 1);
    }
    Matcher found = URL.matcher(text);
    return found.find() ? Optional.of(found.group()) : Optional.empty();
  }

  private static boolean holdsCertificates(JsonNode node) {
    // Below AuthToken there may be a URL or a name in a certificate's place.
    if (node.isTextual()) {
      String text = node.asText().strip();
      return !URL.matcher(text).find()
          && (text.startsWith("MI")
              || text.startsWith("-----")
              || text.startsWith("@{")
              || (!text.isEmpty() && Character.isDigit(text.charAt(0)))
              || Cell.TYPE_NAME.matcher(text).matches());
    }
    if (node instanceof ObjectNode object) {
      return Stream.of("rawdata", "certificaterawdata", "certificate", "value")
              .map(object::get)
              .anyMatch(it -> it != null && holdsCertificates(it))
          || object.has("thumbprint");
    }
    return node.isArray() || node.isBinary();
  }

  private PartnerKind kind(@Nullable String identifier, Source source) {
    if (cmdlet == Cmdlet.AUTH_SERVER) {
      return PartnerKind.TOKEN_SERVER;
    }
    if (identifier != null) {
      for (PartnerKind kind : PartnerKind.values()) {
        if (kind.wellKnownApplicationIdentifier()
            .filter(identifier::equalsIgnoreCase)
            .isPresent()) {
          return kind;
        }
      }
      // An issuer that doesn't sign for itself signs for others (setup.md 1.5, likely).
      boolean broker =
          cmdlet == Cmdlet.SP_TRUSTED_ISSUER
              && !Cell.flag(members.get("isselfissuer")).orElse(true);
      return broker || identifier.equalsIgnoreCase(ACCESS_CONTROL)
          ? PartnerKind.TOKEN_SERVER
          : PartnerKind.GENERIC;
    }
    return source instanceof Source.Metadata(String url) ? kindByPath(url) : PartnerKind.GENERIC;
  }

  /** Each product publishes its document under a path of its own (trust.md 2). */
  private static PartnerKind kindByPath(String url) {
    return switch (path(url)) {
      case "/autodiscover/metadata/json/1" -> PartnerKind.EXCHANGE;
      case "/_layouts/15/metadata/json/1" -> PartnerKind.SHAREPOINT;
      case "/metadata/json/1" -> PartnerKind.SKYPE;
      default -> PartnerKind.GENERIC;
    };
  }

  private void warnOf(Source source, PartnerKind kind) {
    switch (source) {
      case Source.Metadata(String url) -> {
        if (url.regionMatches(true, 0, "http:", 0, 5)) {
          warn(
              Kind.PLAIN_HTTP,
              choices.allowHttp()
                  ? "Its document is read over plain http: whoever sits in between can make itself this partner."
                  : "Its URL is plain http, which is refused here. Give its https URL; in a laboratory, --allow-http.");
        }
        String expected =
            switch (kind) {
              case EXCHANGE -> "/autodiscover/metadata/json/1";
              case SHAREPOINT -> "/_layouts/15/metadata/json/1";
              case SKYPE, TOKEN_SERVER, GENERIC -> "/metadata/json/1";
            };
        boolean product = kind == PartnerKind.EXCHANGE || kind == PartnerKind.SHAREPOINT;
        if (product ? !path(url).equals(expected) : !path(url).endsWith(expected)) {
          warn(
              Kind.UNUSUAL_URL,
              "The path of its URL %s is not the usual one, which ends in %s."
                  .formatted(Shown.text(url), expected));
        }
      }
      case Source.Certificates _ ->
          warn(
              Kind.CERTIFICATE_ONLY,
              "It is trusted by certificate only: when its key rolls over, the new certificate must be given by hand. If it has a metadata URL, prefer that.");
      case Source.TokenServer _ -> {}
    }
  }

  private static String path(String url) {
    try {
      String path = new URI(url).getPath();
      return path == null ? "" : path.toLowerCase(Locale.ROOT);
    } catch (URISyntaxException e) {
      return "";
    }
  }

  private Optional<String> required(Cell cell, String member) throws UnreadableExport {
    if (cell instanceof Cell.Cut(String left)) {
      throw new UnreadableExport(
          "Of its %s only %s is left. %s".formatted(member, Shown.text(left), deeper()));
    }
    return cell.value();
  }

  /** Empty where it isn't there; whatever is neither yes nor no decides nothing here. */
  private Optional<Boolean> flag(String member, String shown) throws UnreadableExport {
    Optional<String> text = required(Cell.of(members, member), shown);
    Optional<Boolean> flag = Cell.flag(members.get(member));
    if (text.isPresent() && flag.isEmpty()) {
      throw new UnreadableExport(
          "Its %s is %s, which is neither true nor false. Ask anew, in %s: %s"
              .formatted(shown, Shown.text(text.get()), cmdlet.shell(), cmdlet.command()));
    }
    return flag;
  }

  private String deeper() {
    return "Run again with -Depth 4, in %s: %s".formatted(cmdlet.shell(), cmdlet.command());
  }
}
