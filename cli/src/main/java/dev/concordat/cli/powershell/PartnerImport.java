package dev.concordat.cli.powershell;

import dev.concordat.cli.powershell.Draft.Source;
import dev.concordat.cli.powershell.Warning.Kind;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Turns what files say into declared partners: each object by itself, then names, token servers and
 * identities among them. A pure function of the files, the choices and the time.
 */
public final class PartnerImport {

  /** What every import should be read with (setup.md 3.5). */
  public static final String DIRECTION =
      "An entry says who may call the exporting product, not how we reach the one it names.";

  private PartnerImport() {}

  /** A file that could be read. */
  public record File(String name, Reading.Objects objects) {}

  private record Drafted(String where, Cmdlet cmdlet, Draft draft) {}

  /** What becomes of each object, token servers first, as others name them. */
  public static List<Imported> of(List<File> files, ImportChoices choices, Instant now) {
    var drafts = new ArrayList<Drafted>();
    var results = new ArrayList<Imported>();
    for (File file : files) {
      for (Reading.Entry entry : file.objects().entries()) {
        String where = file.name() + ", object " + entry.number();
        switch (entry) {
          case Reading.Known known ->
              drafts.add(new Drafted(where, known.cmdlet(), EntryReader.read(known, choices, now)));
          case Reading.Unknown _ ->
              results.add(
                  new Imported.Refused(
                      where,
                      "",
                      "It comes from none of Get-PartnerApplication, Get-CsPartnerApplication, Get-AuthServer and Get-SPTrustedSecurityTokenIssuer: it has none of the members that tell them."));
        }
      }
    }
    results.addAll(0, decided(drafts, choices));
    results.sort(Comparator.comparing(it -> !isTokenServer(it)));
    return results;
  }

  private static boolean isTokenServer(Imported imported) {
    return imported instanceof Imported.Declared declared
        && declared.partner().kind() == PartnerKind.TOKEN_SERVER;
  }

  private static List<Imported> decided(List<Drafted> drafts, ImportChoices choices) {
    var names = new PartnerNames();
    var named = new LinkedHashMap<Drafted, String>();
    var tokenServers = new LinkedHashMap<String, String>();
    for (Drafted drafted : drafts) {
      if (drafted.draft instanceof Draft.Usable usable) {
        String name = names.claim(choices.prefix() + usable.name());
        named.put(drafted, name);
        if (usable.kind() == PartnerKind.TOKEN_SERVER) {
          tokenServers.putIfAbsent(usable.name().toLowerCase(Locale.ROOT), name);
        }
      }
    }
    var identities = new HashMap<String, String>();
    var results = new ArrayList<Imported>();
    for (Drafted drafted : drafts) {
      results.add(
          switch (drafted.draft) {
            case Draft.Skipped(String name, String why) ->
                new Imported.Skipped(drafted.where, name, why);
            case Draft.Refused(String name, String why) ->
                new Imported.Refused(drafted.where, name, why);
            case Draft.Usable usable -> {
              String name = named.getOrDefault(drafted, usable.name());
              Optional<Trust> trust = trust(usable.source(), tokenServers, choices);
              yield trust.isEmpty()
                  ? new Imported.Refused(
                      drafted.where,
                      usable.name(),
                      "A token server vouches for it, and it does not say which. Register that one, and name it with --token-server.")
                  : declared(drafted, usable, name, trust.get(), identities);
            }
          });
    }
    return results;
  }

  private static Imported declared(
      Drafted drafted,
      Draft.Usable usable,
      String name,
      Trust trust,
      Map<String, String> identities) {
    var warnings = new ArrayList<Warning>();
    if (!name.equals(usable.name())) {
      warnings.add(
          new Warning(
              Kind.NAME_CHANGED,
              usable.name().isEmpty()
                  ? "It has no name; here it is %s.".formatted(name)
                  : "Its name there is %s; here it is %s."
                      .formatted(Shown.text(usable.name()), name)));
    }
    if (usable.applicationIdentifier() != null) {
      String realm = usable.realm() == null ? "" : usable.realm();
      String identity = usable.applicationIdentifier() + "@" + realm;
      String twin = identities.putIfAbsent(identity.toLowerCase(Locale.ROOT), name);
      if (twin != null) {
        warnings.add(
            new Warning(
                Kind.SAME_IDENTITY,
                realm.isEmpty()
                    ? "%s has the same application identifier, %s, and neither says its realm. If both are the same application, remove the one over there that is not meant."
                        .formatted(twin, Shown.text(usable.applicationIdentifier()))
                    : "%s has the same application identifier and realm, %s. Only one of them can be registered; over there, remove the one that is not meant."
                        .formatted(twin, Shown.text(identity))));
      }
    }
    warnings.addAll(usable.warnings());
    return new Imported.Declared(
        drafted.where,
        drafted.cmdlet,
        new PartnerApplication(
            name,
            usable.kind(),
            usable.applicationIdentifier(),
            usable.realm(),
            usable.trustLevel(),
            usable.enabled(),
            trust,
            List.of(),
            null,
            null),
        warnings);
  }

  /** Empty where a token server vouches, and nobody says which. */
  private static Optional<Trust> trust(
      Source source, Map<String, String> tokenServers, ImportChoices choices) {
    return switch (source) {
      case Source.Metadata(String url) ->
          Optional.of(
              new Trust.ByMetadata(
                  url,
                  null,
                  (choices.allowHttp() && url.regionMatches(true, 0, "http:", 0, 5))
                      ? true
                      : null));
      case Source.Certificates(List<String> base64) ->
          Optional.of(new Trust.ByCertificates(base64));
      case Source.TokenServer(String name) when name != null ->
          Optional.of(
              new Trust.ByTokenServer(
                  tokenServers.getOrDefault(
                      name.toLowerCase(Locale.ROOT), PartnerNames.fitting(name))));
      case Source.TokenServer _ when choices.tokenServer() != null ->
          Optional.of(new Trust.ByTokenServer(choices.tokenServer()));
      case Source.TokenServer _ ->
          tokenServers.size() == 1
              ? Optional.of(new Trust.ByTokenServer(tokenServers.values().iterator().next()))
              : Optional.empty();
    };
  }
}
