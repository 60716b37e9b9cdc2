package dev.concordat.registry.rules;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.ClientSecretHash;
import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeSettings;
import dev.concordat.contracts.events.RegisterPartner;
import dev.concordat.contracts.events.RemovePartner;
import dev.concordat.contracts.events.Trust;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Decides what a command does to the registry. A pure function of the state, the command and the
 * time: two replicas that decide the same commands in the same order come to the same registry.
 *
 * <p>Every refusal is a problem with the members {@code field}, {@code value} and {@code rule}.
 */
public final class PartnerRules {

  /**
   * What a name may be. 45 characters: the directory's bound of 64 less what the set-up commands
   * append for the partner's account (setup.md 2.5; the bound is assumed).
   */
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._-]{0,44}");

  private static final Pattern GUID =
      Pattern.compile(
          "[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}");
  private static final Pattern REALM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,254}");
  private static final Pattern SIP_ADDRESS =
      Pattern.compile(
          "sip:[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?",
          Pattern.CASE_INSENSITIVE);
  private static final Duration SHORTEST_INTERVAL = Duration.ofSeconds(10);
  private static final Duration LONGEST_INTERVAL = Duration.ofDays(7);
  private static final int LONGEST_URL = 2048;
  private static final int MOST_ENTRIES = 100_000;
  private static final int MOST_NAMES = 64;

  private PartnerRules() {}

  /** What registering, or replacing, a partner application comes to. */
  public static Decision decide(Partners partners, RegisterPartner command, Instant now) {
    PartnerApplication asked = withDefaults(command.partner());
    Optional<Problem> malformed = malformed(asked);
    if (malformed.isPresent()) {
      return new Decision.Refused(malformed.get());
    }
    Optional<PartnerRegistered> present = partners.named(asked.name());
    Optional<Problem> unexpected = unexpected(asked.name(), present, command.expectation());
    if (unexpected.isPresent()) {
      return new Decision.Refused(unexpected.get());
    }
    if (present.isPresent() && !present.get().name().equals(asked.name())) {
      return new Decision.Refused(
          refusal(
              "name-taken",
              "The name is taken",
              409,
              "name",
              asked.name(),
              "names are unique, whatever their case",
              "The partner %s is registered already; use its name as it is spelt there, or choose another."
                  .formatted(present.get().name())));
    }
    if (present.isPresent()
        && !partners.isLost(asked.name())
        && isAlready(present.get(), asked, command)) {
      return new Decision.Unchanged(present.get());
    }
    Optional<Problem> refused =
        Declarations.refusal(present, asked, command)
            .or(() -> identityChange(present, asked, command.acceptIdentityChange()))
            .or(() -> identityTaken(partners, asked))
            .or(() -> badTokenServer(partners, asked))
            .or(() -> tokenServerInUse(partners, present, asked.kind()));
    if (refused.isPresent()) {
      return new Decision.Refused(refused.get());
    }
    var registered =
        PartnerRegistered.of(
            asked, command.declaredIn(), partners.revision() + 1, now, command.requestedBy());
    return present.isPresent()
        ? new Decision.Replaced(registered)
        : new Decision.Created(registered);
  }

  /** Nothing of it would change; who asks by hand for what a file declares takes nothing over. */
  private static boolean isAlready(
      PartnerRegistered present, PartnerApplication asked, RegisterPartner command) {
    return present.application().equals(asked)
        && (Objects.equals(present.declaredIn(), command.declaredIn())
            || (command.declaredIn() == null && !Boolean.TRUE.equals(command.takeOver())));
  }

  /** What removing a partner application comes to. */
  public static Decision decide(Partners partners, RemovePartner command) {
    Optional<PartnerRegistered> present = partners.named(command.name());
    Optional<Problem> unexpected = unexpected(command.name(), present, command.expectation());
    if (unexpected.isPresent()) {
      return new Decision.Refused(unexpected.get());
    }
    if (present.isEmpty()) {
      return new Decision.Refused(unknown(command.name()));
    }
    Optional<Problem> refused =
        Declarations.refusal(present.get(), command)
            .or(() -> tokenServerInUse(partners, present, null));
    return refused.isPresent()
        ? new Decision.Refused(refused.get())
        : new Decision.Removed(present.get(), partners.revision() + 1);
  }

  /** The problem of a partner that isn't registered. */
  public static Problem unknown(String name) {
    return refusal(
        "partner-unknown",
        "There is no such partner",
        404,
        "name",
        name,
        "the partner is registered",
        "No partner %s is registered. ./concordat partner list shows those that are."
            .formatted(quoted(name)));
  }

  /**
   * A declaration with the defaults of its kind: the product's well-known application identifier
   * (trust.md 1).
   */
  static PartnerApplication withDefaults(PartnerApplication asked) {
    if (asked.applicationIdentifier() != null) {
      return asked;
    }
    return asked
        .kind()
        .wellKnownApplicationIdentifier()
        .map(
            identifier ->
                new PartnerApplication(
                    asked.name(),
                    asked.kind(),
                    identifier,
                    asked.realm(),
                    asked.trustLevel(),
                    asked.enabled(),
                    asked.trust(),
                    asked.mayRequest(),
                    asked.clientAuth(),
                    asked.probe()))
        .orElse(asked);
  }

  /** What is wrong with a declaration by itself, whatever else is registered. */
  public static Optional<Problem> malformed(PartnerApplication declared) {
    PartnerApplication asked = withDefaults(declared);
    return malformedName(asked.name())
        .or(() -> malformedIdentity(asked))
        .or(() -> malformedTrust(asked))
        .or(() -> malformedClient(asked))
        .or(() -> malformedProbe(asked.probe()));
  }

  private static Optional<Problem> malformedName(String name) {
    return require(
        NAME.matcher(name).matches(),
        "name",
        name,
        "a letter or digit, then up to 44 letters, digits, blanks, dots, hyphens or underscores");
  }

  private static Optional<Problem> malformedIdentity(PartnerApplication asked) {
    String identifier = asked.applicationIdentifier();
    String realm = asked.realm();
    boolean generic = asked.kind() == PartnerKind.GENERIC;
    return require(
            identifier == null
                || GUID.matcher(identifier).matches()
                || (generic && absoluteUri(identifier)),
            "applicationIdentifier",
            identifier,
            "a GUID, or for the kind generic an absolute URI")
        .or(
            () ->
                require(
                    realm == null || REALM.matcher(realm).matches(),
                    "realm",
                    realm,
                    "a domain or a GUID: letters, digits, dots, hyphens and underscores"));
  }

  private static Optional<Problem> malformedTrust(PartnerApplication asked) {
    return switch (asked.trust()) {
      case null ->
          require(
              asked.kind() == PartnerKind.GENERIC && asked.clientAuth() != null,
              "trust",
              null,
              "metadataUrl, certificates or tokenServer; only a workload of ours, of the kind"
                  + " generic and with clientAuth, may do without");
      case Trust.ByMetadata byMetadata -> malformedMetadata(byMetadata);
      case Trust.ByCertificates(List<String> certificates) ->
          require(
                  asked.applicationIdentifier() != null && asked.realm() != null,
                  "realm",
                  asked.realm(),
                  "applicationIdentifier and realm are given where certificates are: no document"
                      + " tells them")
              .or(() -> malformedCertificates("trust.certificates", certificates));
      case Trust.ByTokenServer(String tokenServer) ->
          require(
                  asked.applicationIdentifier() != null,
                  "applicationIdentifier",
                  null,
                  "given where a token server vouches: no document tells it")
              .or(
                  () ->
                      require(
                          NAME.matcher(tokenServer).matches(),
                          "trust.tokenServer",
                          tokenServer,
                          "the name of a registered partner of the kind token-server"));
    };
  }

  private static Optional<Problem> malformedMetadata(Trust.ByMetadata trust) {
    boolean allowHttp = Boolean.TRUE.equals(trust.allowHttp());
    URI url = absolute(trust.metadataUrl());
    String bundle = trust.caBundle();
    return require(
            url != null
                && url.getHost() != null
                && trust.metadataUrl().length() <= LONGEST_URL
                && url.getRawUserInfo() == null
                && url.getRawFragment() == null,
            "trust.metadataUrl",
            withoutUserInfo(trust.metadataUrl()),
            "an absolute URL with a host, without user and fragment, of at most "
                + LONGEST_URL
                + " characters")
        .or(
            () ->
                require(
                    url != null
                        && ("https".equalsIgnoreCase(url.getScheme())
                            || (allowHttp && "http".equalsIgnoreCase(url.getScheme()))),
                    "trust.metadataUrl",
                    trust.metadataUrl(),
                    "https; plain http only where trust.allowHttp is true"))
        .or(
            () ->
                bundle == null
                    ? Optional.empty()
                    : require(
                        CertificateRule.readableBundle(bundle),
                        "trust.caBundle",
                        "(PEM)",
                        "one or more certificates in PEM"));
  }

  private static Optional<Problem> malformedCertificates(String field, List<String> certificates) {
    if (certificates.isEmpty() || certificates.size() > 16) {
      return require(false, field, certificates.size() + " certificates", "1 to 16 certificates");
    }
    for (int i = 0; i < certificates.size(); i++) {
      Optional<String> broken = CertificateRule.broken(certificates.get(i));
      if (broken.isPresent()) {
        return require(
            false,
            field + "[" + i + "]",
            broken.get(),
            "a certificate in PEM or base64 DER, RSA of at least 2048 bits or EC P-256 or P-384");
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> malformedClient(PartnerApplication asked) {
    ClientAuth auth = asked.clientAuth();
    String kind = asked.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
    return require(
            auth == null || asked.kind() == PartnerKind.GENERIC,
            "kind",
            kind,
            "generic where clientAuth is given: a server proves itself to our token server by a"
                + " token that it signs with the key of its trust")
        .or(
            () ->
                require(
                    asked.mayRequest().isEmpty() || asked.kind() != PartnerKind.TOKEN_SERVER,
                    "kind",
                    kind,
                    "another than token-server where mayRequest is given: a token server issues"
                        + " tokens, and asks nobody for any"))
        .or(
            () ->
                require(
                    asked.mayRequest().isEmpty()
                        || asked.kind() == PartnerKind.GENERIC
                        || !(asked.trust() instanceof Trust.ByTokenServer),
                    "trust",
                    "tokenServer",
                    "metadataUrl or certificates where mayRequest is given: they tell the key by"
                        + " which the server proves itself to our token server"))
        .or(() -> malformedMayRequest(asked.mayRequest()))
        .or(() -> auth == null ? Optional.empty() : malformedClientAuth(auth));
  }

  private static Optional<Problem> malformedMayRequest(List<MayRequest> permissions) {
    for (int i = 0; i < permissions.size(); i++) {
      MayRequest permission = permissions.get(i);
      String field = "mayRequest[" + i + "]";
      if (permission.partner() == null
          || !(permission.partner().equals(MayRequest.EVERY_PARTNER)
              || NAME.matcher(permission.partner()).matches())) {
        return require(
            false,
            field + ".partner",
            permission.partner(),
            "a partner's name, or * for every one");
      }
      MayRequest.ActingAs as = permission.as();
      if (as != null) {
        List<String> users = as.users();
        if (users != null && !users.stream().allMatch(PartnerRules::isUser)) {
          return require(
              false,
              field + ".as.users",
              users.stream().filter(Predicate.not(PartnerRules::isUser)).findFirst().orElse(null),
              "SIP addresses, such as sip:kenmyer@litwareinc.com");
        }
        String domain = as.domain();
        if (domain != null && !REALM.matcher(domain).matches()) {
          return require(false, field + ".as.domain", domain, "a domain");
        }
      }
      Optional<Problem> malformed =
          malformedNames(field + ".scopes", permission.scopes())
              .or(() -> malformedNames(field + ".roles", permission.roles()));
      if (malformed.isPresent()) {
        return malformed;
      }
    }
    return Optional.empty();
  }

  private static Optional<Problem> malformedNames(String field, @Nullable List<String> names) {
    if (names == null) {
      return Optional.empty();
    }
    return require(
        names.size() <= MOST_NAMES
            && names.stream().allMatch(it -> it != null && MayRequest.SCOPE.matcher(it).matches()),
        field,
        names.size() + " names",
        "at most %d names, each of up to 128 visible ASCII characters without blanks, \" and \\"
            .formatted(MOST_NAMES));
  }

  private static Optional<Problem> malformedClientAuth(ClientAuth auth) {
    List<String> certificates = auth.certificates();
    return require(
            auth.jwksUrl() != null
                || certificates != null
                || auth.serviceAccount() != null
                || auth.secretHash() != null,
            "clientAuth",
            null,
            "at least one of jwksUrl, certificates, serviceAccount and secretHash")
        .or(
            () ->
                require(
                    auth.jwksUrl() == null || isHttps(auth.jwksUrl()),
                    "clientAuth.jwksUrl",
                    auth.jwksUrl(),
                    "an absolute https URL"))
        .or(
            () ->
                certificates == null
                    ? Optional.empty()
                    : malformedCertificates("clientAuth.certificates", certificates))
        .or(
            () -> {
              String account = auth.serviceAccount();
              return require(
                  account == null
                      || (!account.isBlank()
                          && account.length() <= 256
                          && account.chars().noneMatch(Character::isISOControl)),
                  "clientAuth.serviceAccount",
                  account,
                  "the subject of its token, such as system:serviceaccount:<namespace>:<name>");
            })
        .or(
            () ->
                require(
                    auth.secretHash() == null
                        || ClientSecretHash.parse(auth.secretHash()).isPresent(),
                    "clientAuth.secretHash",
                    "(not shown)",
                    ClientSecretHash.ALLOWED));
  }

  private static Optional<Problem> malformedProbe(@Nullable ProbeSettings probe) {
    if (probe == null) {
      return Optional.empty();
    }
    for (int i = 0; i < probe.sipAddresses().size(); i++) {
      String address = probe.sipAddresses().get(i);
      if (!SIP_ADDRESS.matcher(address).matches()) {
        return require(
            false,
            "probe.sipAddresses[" + i + "]",
            address,
            "a SIP address, such as sip:kenmyer@litwareinc.com");
      }
    }
    Duration interval = probe.interval();
    return require(
            probe.sipAddresses().size() <= MOST_ENTRIES,
            "probe.sipAddresses",
            probe.sipAddresses().size() + " addresses",
            "at most " + MOST_ENTRIES)
        .or(
            () ->
                require(
                    interval == null
                        || (interval.compareTo(SHORTEST_INTERVAL) >= 0
                            && interval.compareTo(LONGEST_INTERVAL) <= 0),
                    "probe.interval",
                    String.valueOf(interval),
                    "from PT10S to P7D"));
  }

  private static Optional<Problem> unexpected(
      String name, Optional<PartnerRegistered> present, @Nullable Expectation expected) {
    if (expected == null) {
      return Optional.empty();
    }
    if (expected.absent() && present.isPresent()) {
      return Optional.of(
          refusal(
              "name-taken",
              "The name is taken",
              412,
              "name",
              name,
              "If-None-Match: * asks that no partner of this name is there",
              "The partner %s is registered already (revision %d). Choose another name, or leave the condition out to replace it."
                  .formatted(present.get().name(), present.get().revision())));
    }
    Long revision = expected.revision();
    if (revision != null
        && present.map(PartnerRegistered::revision).filter(revision::equals).isEmpty()) {
      return Optional.of(
          refusal(
              "revision-mismatch",
              "The partner has changed meanwhile",
              412,
              "If-Match",
              "\"" + revision + "\"",
              "the partner's revision is the one that was read",
              present
                  .map(
                      it ->
                          "The partner %s has revision %d now. Read it again and decide anew."
                              .formatted(it.name(), it.revision()))
                  .orElse("The partner %s is not registered any more.".formatted(quoted(name)))));
    }
    return Optional.empty();
  }

  private static Optional<Problem> identityChange(
      Optional<PartnerRegistered> present, PartnerApplication asked, boolean accepted) {
    if (present.isEmpty() || accepted) {
      return Optional.empty();
    }
    PartnerRegistered before = present.get();
    if (before.kind() != asked.kind()) {
      return Optional.of(
          identityChanged("kind", String.valueOf(before.kind()), String.valueOf(asked.kind())));
    }
    if (before.applicationIdentifier() != null
        && !Objects.equals(before.applicationIdentifier(), asked.applicationIdentifier())) {
      return Optional.of(
          identityChanged(
              "applicationIdentifier",
              before.applicationIdentifier(),
              asked.applicationIdentifier()));
    }
    if (before.realm() != null && !Objects.equals(before.realm(), asked.realm())) {
      return Optional.of(identityChanged("realm", before.realm(), asked.realm()));
    }
    return Optional.empty();
  }

  private static Problem identityChanged(String field, String before, @Nullable String after) {
    return refusal(
        "identity-change",
        "This would make it another partner",
        409,
        field,
        after == null ? "(none)" : after,
        "a partner keeps its kind, application identifier and realm",
        "It is %s now. If the change is meant, ask for it by name with ?acceptIdentityChange=true."
            .formatted(quoted(before)));
  }

  private static Optional<Problem> identityTaken(Partners partners, PartnerApplication asked) {
    String identifier = asked.applicationIdentifier();
    String realm = asked.realm();
    if (identifier == null || realm == null) {
      return Optional.empty();
    }
    return partners
        .withIdentity(new Partners.Identity(identifier, realm))
        .filter(holder -> !holder.equals(asked.name()))
        .map(
            holder ->
                refusal(
                    "identity-taken",
                    "Another partner has this identity",
                    409,
                    "applicationIdentifier",
                    identifier + "@" + realm,
                    "application identifier and realm together are unique",
                    "The partner %s has it. Change that one, or remove it first."
                        .formatted(holder)));
  }

  private static Optional<Problem> badTokenServer(Partners partners, PartnerApplication asked) {
    if (!(asked.trust() instanceof Trust.ByTokenServer(String tokenServer))) {
      return Optional.empty();
    }
    return require(
        partners
            .named(tokenServer)
            .filter(it -> it.kind() == PartnerKind.TOKEN_SERVER)
            .filter(it -> !it.name().equals(asked.name()))
            .isPresent(),
        "trust.tokenServer",
        tokenServer,
        "the name of a registered partner of the kind token-server; register that one first");
  }

  private static Optional<Problem> tokenServerInUse(
      Partners partners, Optional<PartnerRegistered> present, @Nullable PartnerKind kindAfter) {
    return present
        .filter(it -> it.kind() == PartnerKind.TOKEN_SERVER)
        .filter(_ -> kindAfter != PartnerKind.TOKEN_SERVER)
        .filter(it -> !partners.vouchedForBy(it.name()).isEmpty())
        .map(
            it -> {
              Set<String> users = partners.vouchedForBy(it.name());
              return refusal(
                  "token-server-in-use",
                  "Other partners need this token server",
                  409,
                  "name",
                  it.name(),
                  "a token server stays while it vouches for a partner",
                  "It vouches for %d, among them %s. Give those another trust first."
                      .formatted(users.size(), users.stream().sorted().findFirst().orElse("")));
            });
  }

  private static Optional<Problem> require(
      boolean holds, String field, @Nullable String value, String rule) {
    return holds
        ? Optional.empty()
        : Optional.of(
            refusal(
                "partner-malformed",
                "The partner application does not hold",
                422,
                field,
                value == null ? "(none)" : value,
                rule,
                "%s is %s, and must be: %s.".formatted(field, quoted(value), rule)));
  }

  static Problem refusal(
      String code,
      String title,
      int status,
      String field,
      String value,
      String rule,
      String detail) {
    return Problem.of(code, title, status, detail)
        .with("field", field)
        .with("value", printable(value))
        .with("rule", rule);
  }

  static String quoted(@Nullable String value) {
    return value == null ? "missing" : "'" + printable(value) + "'";
  }

  /** A value as it may be shown: bounded, and without characters that mislead or control. */
  private static String printable(String value) {
    var shown = new StringBuilder();
    value
        .codePoints()
        .limit(200)
        .forEach(
            point -> {
              int type = Character.getType(point);
              if (type == Character.CONTROL
                  || type == Character.FORMAT
                  || type == Character.SURROGATE
                  || type == Character.LINE_SEPARATOR
                  || type == Character.PARAGRAPH_SEPARATOR) {
                shown.append("\\u%04x".formatted(point));
              } else {
                shown.appendCodePoint(point);
              }
            });
    return value.codePointCount(0, value.length()) > 200 ? shown + "…" : shown.toString();
  }

  private static boolean isUser(@Nullable String user) {
    return user != null
        && SIP_ADDRESS
            .matcher(user.regionMatches(true, 0, "sip:", 0, 4) ? user : "sip:" + user)
            .matches();
  }

  private static boolean isHttps(@Nullable String url) {
    URI uri = url == null ? null : absolute(url);
    return uri != null
        && "https".equalsIgnoreCase(uri.getScheme())
        && uri.getHost() != null
        && uri.getRawUserInfo() == null;
  }

  private static boolean absoluteUri(String value) {
    return absolute(value) != null && value.length() <= 512;
  }

  private static @Nullable URI absolute(String value) {
    try {
      URI uri = new URI(value);
      return uri.isAbsolute() ? uri : null;
    } catch (URISyntaxException e) {
      return null;
    }
  }

  /** User info may hold a password. */
  private static String withoutUserInfo(String url) {
    return url.replaceFirst("//[^/@]*@", "//…@");
  }
}
