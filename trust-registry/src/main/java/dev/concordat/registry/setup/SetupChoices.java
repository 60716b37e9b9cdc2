package dev.concordat.registry.setup;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.concordat.contracts.events.PartnerKind;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What the one who asks decides, and what we can't know of the partner's servers.
 *
 * @param ourName what we are to be called there
 * @param form where the partner is to take our certificates from
 * @param archiving whether we may archive there by ourselves, without a user (Exchange)
 * @param acceptSecurityIdentifiers whether our user tokens carry SIDs that are to be believed
 *     (Exchange)
 * @param trustAnySslCertificate whether our document is read whatever our TLS certificate is
 *     (Exchange)
 * @param siteUrl the site collection whose farm is set up (SharePoint, and only there)
 * @param right what we may do there (SharePoint)
 */
public record SetupChoices(
    String ourName,
    Form form,
    boolean archiving,
    boolean acceptSecurityIdentifiers,
    boolean trustAnySslCertificate,
    @Nullable WebUrl siteUrl,
    Right right) {

  /** Where a partner takes our certificates from. */
  public enum Form {
    /** From our metadata document. */
    @JsonProperty("metadata")
    METADATA,
    /** From our metadata document, by Exchange's own script. */
    @JsonProperty("short")
    SHORT,
    /** From the command itself: for servers without a route to us. */
    @JsonProperty("certificate")
    CERTIFICATE
  }

  /** The rights of an app principal in SharePoint, as the cmdlet names them. */
  public enum Right {
    READ("Read"),
    WRITE("Write"),
    MANAGE("Manage"),
    FULL_CONTROL("FullControl");

    private final String cmdletName;

    Right(String cmdletName) {
      this.cmdletName = cmdletName;
    }

    String cmdletName() {
      return cmdletName;
    }
  }

  /** The parameters of every kind. */
  private static final Set<String> OF_ALL = Set.of("ourName");

  private static final Set<String> OF_EXCHANGE =
      Set.of("form", "archiving", "acceptSecurityIdentifiers", "trustAnySslCertificate");
  private static final Set<String> OF_SKYPE = Set.of("form");
  private static final Set<String> OF_SHAREPOINT = Set.of("form", "siteUrl", "right");

  /**
   * Reads the parameters of a request. A parameter that is not known for the kind is refused:
   * whoever gave it would think that it counts.
   *
   * @param parameters each with what it was given, in the order of the request
   * @param displayName what we are called where {@code ourName} is not given
   * @throws SetupRefused naming the parameter that does not hold
   */
  public static SetupChoices read(
      PartnerKind kind, Map<String, List<String>> parameters, String displayName)
      throws SetupRefused {
    refuseUnknown(kind, parameters);
    String ourName = one(parameters, "ourName").orElse(displayName);
    if (!Counterpart.NAME.matcher(ourName).matches()) {
      throw SetupRefused.parameter("ourName", Counterpart.NAME_RULE);
    }
    Form form = form(kind, one(parameters, "form").orElse("metadata"));
    boolean archiving = flag(parameters, "archiving", true);
    boolean sids = flag(parameters, "acceptSecurityIdentifiers", false);
    if (form == Form.SHORT && (archiving || sids)) {
      // The script's type Generic grants UserApplication and nothing else, and accepts no SIDs.
      throw SetupRefused.parameter(
          "form",
          "metadata, unless archiving=false and no security identifiers are accepted: Exchange's"
              + " script grants a generic application neither");
    }
    return new SetupChoices(
        ourName,
        form,
        archiving,
        sids,
        flag(parameters, "trustAnySslCertificate", false),
        kind == PartnerKind.SHAREPOINT ? siteUrl(one(parameters, "siteUrl")) : null,
        right(one(parameters, "right").orElse("read")));
  }

  private static void refuseUnknown(PartnerKind kind, Map<String, List<String>> parameters)
      throws SetupRefused {
    var known = new TreeSet<>(OF_ALL);
    known.addAll(
        switch (kind) {
          case EXCHANGE -> OF_EXCHANGE;
          case SKYPE -> OF_SKYPE;
          case SHAREPOINT -> OF_SHAREPOINT;
          case TOKEN_SERVER, GENERIC -> Set.<String>of();
        });
    for (String given : parameters.keySet()) {
      if (!known.contains(given)) {
        throw SetupRefused.parameter(
            SafeCharacters.only(given) && given.length() <= 100 ? given : "a parameter",
            "left out: for the kind %s there are %s"
                .formatted(Counterpart.kindName(kind), String.join(", ", known)));
      }
    }
  }

  private static Optional<String> one(Map<String, List<String>> parameters, String name)
      throws SetupRefused {
    List<String> given = parameters.getOrDefault(name, List.of());
    if (given.size() > 1) {
      throw SetupRefused.parameter(name, "given once");
    }
    return given.stream().findFirst();
  }

  private static boolean flag(Map<String, List<String>> parameters, String name, boolean otherwise)
      throws SetupRefused {
    Optional<String> given = one(parameters, name);
    return switch (given.orElse(Boolean.toString(otherwise))) {
      case "true" -> true;
      case "false" -> false;
      default -> throw SetupRefused.parameter(name, "true or false");
    };
  }

  private static Form form(PartnerKind kind, String given) throws SetupRefused {
    Form form =
        switch (given) {
          case "metadata" -> Form.METADATA;
          case "short" -> kind == PartnerKind.EXCHANGE ? Form.SHORT : null;
          case "certificate" -> kind == PartnerKind.EXCHANGE ? null : Form.CERTIFICATE;
          default -> null;
        };
    if (form != null) {
      return form;
    }
    throw SetupRefused.parameter(
        "form",
        kind == PartnerKind.EXCHANGE
            ? "metadata or short: no cmdlet of Exchange takes a certificate, its servers must read"
                + " our document"
            : "metadata or certificate");
  }

  private static WebUrl siteUrl(Optional<String> given) throws SetupRefused {
    return given
        .flatMap(WebUrl::https)
        .orElseThrow(
            () ->
                SetupRefused.parameter(
                    "siteUrl",
                    WebUrl.RULE
                        + ": that of a site collection of the farm, such as"
                        + " https://sharepoint.litwareinc.com"));
  }

  private static Right right(String given) throws SetupRefused {
    for (Right right : Right.values()) {
      if (right.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(given)) {
        return right;
      }
    }
    throw SetupRefused.parameter("right", "read, write, manage or full-control");
  }
}
