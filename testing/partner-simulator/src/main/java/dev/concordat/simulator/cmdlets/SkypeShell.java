package dev.concordat.simulator.cmdlets;

import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.simulator.outgoing.MetadataReads;
import dev.concordat.simulator.skype.ExchangeStorageTest;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.PartnerApplication.Source;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.PartnerApplications.Document;
import dev.concordat.simulator.trust.Rights;
import dev.concordat.simulator.trust.ServerIdentity;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The Skype for Business Server Management Shell (setup.md 1.4). */
public final class SkypeShell extends ProductShell {

  private static final String UNREADABLE =
      "New-CsPartnerApplication : Cannot bind parameter 'MetadataUrl' to the target. Exception"
          + " setting \"MetadataUrl\": \"The metadata document could not be downloaded from the URL"
          + " in the MetadataUrl parameter or downloaded data is not a valid metadata document.\""
          + " (%s)";

  private final ExchangeStorageTest storageTest;
  private final Function<SipAddress, URI> autodiscover;
  private volatile @Nullable URI exchangeAutodiscover;

  /**
   * @param autodiscover where the Autodiscover of a user's domain is
   */
  public SkypeShell(
      ServerIdentity server,
      PartnerApplications known,
      MetadataReads documents,
      ExchangeStorageTest storageTest,
      Function<SipAddress, URI> autodiscover) {
    super(server, known, documents);
    this.storageTest = storageTest;
    this.autodiscover = autodiscover;
  }

  @Override
  public Object run(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    return switch (cmdlet.foldedName()) {
      case "new-cspartnerapplication" -> newPartner(cmdlet);
      case "set-cspartnerapplication" -> setPartner(cmdlet);
      case "get-cspartnerapplication" -> known().all().stream().map(SkypeShell::shown).toList();
      case "remove-cspartnerapplication" -> {
        known().remove(partner(cmdlet));
        yield List.of();
      }
      case "new-csoauthserver" -> {
        var made =
            newTokenServer(
                cmdlet
                    .allowing(
                        "Identity",
                        "MetadataUrl",
                        "Realm",
                        "AcceptSecurityIdentifierInformation",
                        "Type")
                    .required("Identity"),
                cmdlet.required("MetadataUrl"),
                false,
                true,
                UNREADABLE);
        yield Map.of("Identity", made.name(), "IssuerIdentifier", made.issuer().toString());
      }
      case "get-csoauthserver" ->
          known().tokenServers().stream()
              .map(it -> Map.of("Identity", it.name(), "IssuerIdentifier", it.issuer().toString()))
              .toList();
      case "remove-csoauthserver" -> {
        String identity = cmdlet.required("Identity");
        known().remove(known().tokenServerNamed(identity).orElseThrow(() -> notFound(identity)));
        yield List.of();
      }
      case "set-csoauthconfiguration" -> setConfiguration(cmdlet);
      case "get-csoauthconfiguration" -> configuration();
      case "get-cscertificate" -> keys();
      case "set-cscertificate" -> {
        // The thumbprint is made here: the simulator has no certificate store.
        if (cmdlet.flag("Roll", false)) {
          server().keys().publishNext();
        } else {
          server().keys().roll();
        }
        yield keys();
      }
      case "remove-cscertificate" -> {
        server().keys().forgetPrevious();
        yield keys();
      }
      case "update-metadata" -> refreshAll();
      case "test-csexstorageconnectivity" -> testStorage(cmdlet);
      default -> throw unknown(cmdlet);
    };
  }

  private Object setConfiguration(Cmdlet cmdlet) throws CmdletFailed {
    cmdlet.allowing("Identity", "Realm", "ServiceName", "ExchangeAutodiscoverUrl");
    String serviceName = server().kind().applicationIdentifier();
    if (!cmdlet.text("ServiceName").orElse(serviceName).equalsIgnoreCase(serviceName)) {
      throw new CmdletFailed("Another ServiceName than " + serviceName + " is not simulated.");
    }
    Optional<String> url = cmdlet.text("ExchangeAutodiscoverUrl");
    if (url.isPresent()) {
      try {
        var read = new URI(url.get());
        if (!"https".equalsIgnoreCase(read.getScheme()) || read.getHost() == null) {
          throw new URISyntaxException(url.get(), "it is no https URL");
        }
        exchangeAutodiscover = read;
      } catch (URISyntaxException e) {
        throw new CmdletFailed(
            "Cannot bind parameter 'ExchangeAutodiscoverUrl': " + e.getMessage());
      }
    }
    if (cmdlet.parameters().containsKey("Realm")) {
      changeRealm(cmdlet);
    }
    return configuration();
  }

  private URI exchangeAutodiscover(SipAddress sip) {
    URI set = exchangeAutodiscover;
    return set == null ? autodiscover.apply(sip) : set;
  }

  private Object configuration() {
    URI url = exchangeAutodiscover;
    var shown = new LinkedHashMap<String, Object>();
    shown.put("Identity", "Global");
    shown.put("Realm", server().realm());
    shown.put("ServiceName", server().kind().applicationIdentifier());
    shown.put("ExchangeAutodiscoverUrl", url == null ? "" : url.toString());
    return shown;
  }

  private Object newPartner(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing(
        "Identity",
        "ApplicationTrustLevel",
        "MetadataUrl",
        "ApplicationIdentifier",
        "Realm",
        "CertificateFileData",
        "CertificateRawData",
        "UseOAuthServer",
        "AcceptSecurityIdentifierInformation",
        "Enabled",
        "InMemory");
    String identity = cmdlet.required("Identity");
    if (known().named(identity).isPresent()) {
      throw new CmdletFailed("An object with the Identity '" + identity + "' already exists.");
    }
    var rights =
        new Rights.AtSkype(
            level(cmdlet.required("ApplicationTrustLevel")),
            cmdlet.flag("AcceptSecurityIdentifierInformation", false));
    boolean enabled = cmdlet.flag("Enabled", true);
    if (cmdlet.text("MetadataUrl").isPresent()) {
      if (cmdlet.text("ApplicationIdentifier").isPresent() || cmdlet.text("Realm").isPresent()) {
        throw new CmdletFailed(
            "Parameter set cannot be resolved using the specified named parameters.");
      }
      String url = cmdlet.required("MetadataUrl");
      Document read = read(url, false, UNREADABLE);
      return shown(
          known()
              .put(
                  new PartnerApplication(
                      identity,
                      read.issuer(),
                      new Source.Metadata(url, false),
                      read.certificates(),
                      enabled,
                      rights)));
    }
    var issuer =
        name(
            cmdlet.required("ApplicationIdentifier"),
            cmdlet.text("Realm").orElse(server().realm()));
    boolean through = cmdlet.flag("UseOAuthServer", false);
    return shown(
        known()
            .put(
                new PartnerApplication(
                    identity,
                    issuer,
                    through ? new Source.ThroughTokenServer() : new Source.Certificate(),
                    through
                        ? List.of()
                        : List.of(certificate(cmdlet.required("CertificateRawData"))),
                    enabled,
                    rights)));
  }

  private Object setPartner(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    // It has neither -ApplicationIdentifier nor -Realm: another identity is removed and made anew.
    cmdlet.allowing(
        "Identity",
        "ApplicationTrustLevel",
        "MetadataUrl",
        "CertificateRawData",
        "AcceptSecurityIdentifierInformation",
        "Enabled");
    PartnerApplication it = partner(cmdlet);
    PartnerApplication changed = it;
    if (cmdlet.text("MetadataUrl").isPresent()) {
      String url = cmdlet.required("MetadataUrl");
      Document read = read(url, false, UNREADABLE);
      changed =
          new PartnerApplication(
              it.name(),
              read.issuer(),
              new Source.Metadata(url, false),
              read.certificates(),
              it.enabled(),
              it.rights());
    }
    if (it.rights() instanceof Rights.AtSkype(TrustLevel level, boolean sids)) {
      String given = cmdlet.text("ApplicationTrustLevel").orElse(level.name());
      changed =
          changed.with(
              new Rights.AtSkype(
                  level(given), cmdlet.flag("AcceptSecurityIdentifierInformation", sids)));
    }
    known().remove(it);
    return shown(known().put(changed.enabled(cmdlet.flag("Enabled", it.enabled()))));
  }

  private Object testStorage(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing(
        "SipUri",
        "Folder",
        "DeleteItem",
        "Binding",
        "HostNameStorageService",
        "UseCache",
        "Verbose");
    try {
      SipAddress sip = SipAddress.parse(cmdlet.required("SipUri"));
      ExchangeStorageTest.Folder folder =
          ExchangeStorageTest.Folder.valueOf(
              cmdlet.text("Folder").orElse("ConversationHistory").toUpperCase(Locale.ROOT));
      return storageTest.run(
          sip, folder, cmdlet.flag("DeleteItem", false), exchangeAutodiscover(sip));
    } catch (MalformedName e) {
      throw new CmdletFailed("Cannot bind parameter 'SipUri': " + e.getMessage());
    } catch (IllegalArgumentException e) {
      throw new CmdletFailed(
          "Cannot bind parameter 'Folder'. Possible values are ConversationHistory, Inbox,"
              + " Dumpster.");
    }
  }

  private PartnerApplication partner(Cmdlet cmdlet) throws CmdletFailed {
    String identity = cmdlet.required("Identity").replaceFirst("^(?i)Global/", "");
    return known().named(identity).orElseThrow(() -> notFound(identity));
  }

  private static TrustLevel level(String name) throws CmdletFailed {
    try {
      return TrustLevel.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new CmdletFailed(
          "Cannot bind parameter 'ApplicationTrustLevel'. Possible values are Full, Application,"
              + " User.");
    }
  }

  private static Map<String, Object> shown(PartnerApplication it) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("Identity", it.name());
    shown.put(
        "AuthToken",
        it.metadataUrl().map(url -> "Value=" + url).orElse("Certificate or OAuth server"));
    shown.put("Name", it.name());
    shown.put("ApplicationIdentifier", it.issuer().applicationIdentifier());
    shown.put("Realm", it.issuer().realm());
    if (it.rights() instanceof Rights.AtSkype(TrustLevel level, boolean sids)) {
      shown.put(
          "ApplicationTrustLevel",
          level.name().charAt(0) + level.name().substring(1).toLowerCase(Locale.ROOT));
      shown.put("AcceptSecurityIdentifierInformation", sids);
    }
    shown.put("Enabled", it.enabled());
    shown.put(
        "Certificates", it.certificates().stream().map(SigningCertificate::thumbprint).toList());
    return shown;
  }
}
