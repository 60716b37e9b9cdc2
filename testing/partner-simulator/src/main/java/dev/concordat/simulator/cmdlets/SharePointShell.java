package dev.concordat.simulator.cmdlets;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.outgoing.MetadataReads;
import dev.concordat.simulator.sharepoint.AppPrincipals;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.PartnerApplication.Source;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.PartnerApplications.Document;
import dev.concordat.simulator.trust.Rights;
import dev.concordat.simulator.trust.ServerIdentity;
import dev.concordat.simulator.trust.TokenServer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The SharePoint Management Shell (setup.md 1.5). */
public final class SharePointShell extends ProductShell {

  private static final String UNREADABLE =
      "The metadata endpoint %s could not be read, or does not have a valid metadata document:";
  private static final int LONGEST_NAME = 50;

  private final AppPrincipals principals;

  public SharePointShell(
      ServerIdentity server,
      PartnerApplications known,
      MetadataReads documents,
      AppPrincipals principals) {
    super(server, known, documents);
    this.principals = principals;
  }

  @Override
  public Object run(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    return switch (cmdlet.foldedName()) {
      case "new-sptrustedsecuritytokenissuer" -> newIssuer(cmdlet);
      case "set-sptrustedsecuritytokenissuer" -> setIssuer(cmdlet);
      case "get-sptrustedsecuritytokenissuer" ->
          known().all().stream().map(SharePointShell::shown).toList();
      case "remove-sptrustedsecuritytokenissuer" -> {
        PartnerApplication gone = issuer(cmdlet);
        known().tokenServerNamed(gone.name()).ifPresent(known()::remove);
        known().remove(gone);
        yield List.of();
      }
      case "get-spauthenticationrealm" -> Map.of("Realm", server().realm());
      case "set-spauthenticationrealm" -> {
        // Application principals are of the realm in which they were made: they are orphaned.
        cmdlet.allowing("Realm").required("Realm");
        changeRealm(cmdlet);
        yield Map.of("Realm", server().realm());
      }
      case "get-spappprincipal" ->
          Map.of("NameIdentifier", name(cmdlet.required("NameIdentifier")).toString());
      case "set-spappprincipalpermission" -> permission(cmdlet);
      case "start-sptimerjob" -> {
        if (!cmdlet.required("Identity").equalsIgnoreCase("RefreshMetadataFeed")) {
          throw notFound(cmdlet.required("Identity"));
        }
        yield refreshAll();
      }
      case "set-spsecuritytokenserviceconfig" -> {
        server().keys().roll();
        yield keys();
      }
      default -> throw unknown(cmdlet);
    };
  }

  private Object newIssuer(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing(
        "Name",
        "MetadataEndPoint",
        "Certificate",
        "RegisteredIssuerName",
        "IsTrustBroker",
        "Description");
    String name = cmdlet.required("Name");
    if (name.length() > LONGEST_NAME || known().named(name).isPresent()) {
      throw new CmdletFailed(
          "The name '" + name + "' is too long, or there is a trusted issuer of it already.");
    }
    var rights = new Rights.AtSharePoint(cmdlet.flag("IsTrustBroker", false));
    if (cmdlet.text("MetadataEndPoint").isPresent()) {
      String url = cmdlet.required("MetadataEndPoint");
      Document read = read(url, false, UNREADABLE);
      if (rights.trustBroker() && read.tokenEndpoint() != null) {
        // The one that signs for others is also where SharePoint gets its own tokens.
        known()
            .put(
                new TokenServer(
                    name,
                    read.issuer(),
                    url,
                    false,
                    read.tokenEndpoint(),
                    read.certificates(),
                    true));
      }
      return shown(
          known()
              .put(
                  new PartnerApplication(
                      name,
                      read.issuer(),
                      new Source.Metadata(url, false),
                      read.certificates(),
                      true,
                      rights)));
    }
    return shown(
        known()
            .put(
                new PartnerApplication(
                    name,
                    name(cmdlet.required("RegisteredIssuerName")),
                    new Source.Certificate(),
                    List.of(certificate(cmdlet.required("Certificate"))),
                    true,
                    rights)));
  }

  private Object setIssuer(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing("Identity", "MetadataEndPoint", "IsTrustBroker", "Description");
    PartnerApplication it = issuer(cmdlet);
    String url = cmdlet.required("MetadataEndPoint");
    Document read = read(url, false, UNREADABLE);
    known().remove(it);
    return shown(
        known()
            .put(
                new PartnerApplication(
                    it.name(),
                    read.issuer(),
                    new Source.Metadata(url, false),
                    read.certificates(),
                    it.enabled(),
                    it.rights())));
  }

  private Object permission(Cmdlet cmdlet) throws CmdletFailed {
    cmdlet.allowing("AppPrincipal", "Site", "Scope", "Right", "EnableAppOnlyPolicy");
    PrincipalName principal = name(cmdlet.required("AppPrincipal"));
    try {
      principals.set(
          principal,
          new AppPrincipals.Permission(
              AppPrincipals.Right.named(cmdlet.required("Right")),
              cmdlet.flag("EnableAppOnlyPolicy", false)));
    } catch (IllegalArgumentException e) {
      throw new CmdletFailed(String.valueOf(e.getMessage()));
    }
    return principals.all();
  }

  private PartnerApplication issuer(Cmdlet cmdlet) throws CmdletFailed {
    String identity = cmdlet.required("Identity");
    return known().named(identity).orElseThrow(() -> notFound(identity));
  }

  private static Map<String, Object> shown(PartnerApplication it) {
    var shown = new LinkedHashMap<String, Object>();
    boolean broker = it.rights() instanceof Rights.AtSharePoint(boolean isBroker) && isBroker;
    shown.put("IsSelfIssuer", !broker);
    shown.put("NameId", it.issuer().toString());
    shown.put("RegisteredIssuerName", it.issuer().toString());
    shown.put("MetadataEndPoint", it.metadataUrl().orElse(null));
    shown.put(
        "SigningCertificate",
        it.certificates().stream().findFirst().map(SigningCertificate::base64).orElse(""));
    shown.put("Certificates", thumbprints(it.certificates()));
    shown.put("Name", it.name());
    return shown;
  }
}
