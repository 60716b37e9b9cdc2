package dev.concordat.simulator.cmdlets;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.outgoing.CallReport;
import dev.concordat.simulator.outgoing.Caller;
import dev.concordat.simulator.outgoing.HttpOut;
import dev.concordat.simulator.outgoing.MetadataReads;
import dev.concordat.simulator.trust.CachedTrust;
import dev.concordat.simulator.trust.PartnerApplication;
import dev.concordat.simulator.trust.PartnerApplication.Source;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.PartnerApplications.Document;
import dev.concordat.simulator.trust.PartnerApplications.NotConfigured;
import dev.concordat.simulator.trust.Rights;
import dev.concordat.simulator.trust.ServerIdentity;
import dev.concordat.simulator.trust.TokenServer;
import java.io.IOException;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** The Exchange Management Shell (setup.md 1.1–1.3). */
public final class ExchangeShell extends ProductShell {

  private static final String UNREADABLE =
      "The auth metadata document could not be downloaded from %s:";

  private final CachedTrust trust;
  private final Caller caller;

  public ExchangeShell(
      ServerIdentity server,
      PartnerApplications known,
      MetadataReads documents,
      CachedTrust trust,
      Caller caller) {
    super(server, known, documents);
    this.trust = trust;
    this.caller = caller;
  }

  @Override
  public Object run(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    return switch (cmdlet.foldedName()) {
      // Some documentation has the second name, which is wrong.
      case "configure-enterprisepartnerapplication", "configure-enterpriseapplication" ->
          configure(cmdlet);
      case "new-partnerapplication" -> newPartner(cmdlet);
      case "set-partnerapplication" -> setPartner(cmdlet);
      case "get-partnerapplication" ->
          known().all().stream()
              .filter(it -> cmdlet.text("Identity").map(it.name()::equals).orElse(true))
              .map(ExchangeShell::shown)
              .toList();
      case "remove-partnerapplication" -> {
        known().remove(partner(cmdlet));
        yield List.of();
      }
      case "new-authserver" ->
          shown(
              newTokenServer(
                  cmdlet
                      .allowing(
                          "Name",
                          "AuthMetadataUrl",
                          "TrustAnySSLCertificate",
                          "Enabled",
                          "Type",
                          "DomainName")
                      .required("Name"),
                  cmdlet.required("AuthMetadataUrl"),
                  cmdlet.flag("TrustAnySSLCertificate", false),
                  cmdlet.flag("Enabled", true),
                  UNREADABLE));
      case "set-authserver" -> setServer(cmdlet);
      case "get-authserver" -> known().tokenServers().stream().map(ExchangeShell::shown).toList();
      case "remove-authserver" -> {
        known().remove(tokenServer(cmdlet));
        yield List.of();
      }
      case "get-authconfig" -> authConfig();
      case "new-exchangecertificate" ->
          Map.of("Thumbprint", server().keys().publishNext().thumbprint());
      case "set-authconfig" -> setAuthConfig(cmdlet);
      case "iisreset" -> {
        trust.reset();
        yield List.of();
      }
      case "test-oauthconnectivity" -> testConnectivity(cmdlet);
      default -> throw unknown(cmdlet);
    };
  }

  private Object configure(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing("AuthMetadataUrl", "ApplicationType", "TrustAnySSLCertificate");
    String url = cmdlet.required("AuthMetadataUrl");
    PartnerApplication.Type type;
    try {
      type = PartnerApplication.Type.named(cmdlet.required("ApplicationType"));
    } catch (IllegalArgumentException e) {
      throw new CmdletFailed(String.valueOf(e.getMessage()));
    }
    boolean trustAny = cmdlet.flag("TrustAnySSLCertificate", false);
    Document read = read(url, trustAny, UNREADABLE);
    return shown(
        known()
            .put(
                new PartnerApplication(
                    type.prefix() + "-" + UUID.randomUUID().toString().replace("-", ""),
                    read.issuer(),
                    new Source.Metadata(url, trustAny),
                    read.certificates(),
                    true,
                    type.rights())));
  }

  private Object newPartner(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing(
        "Name",
        "AuthMetadataUrl",
        "TrustAnySSLCertificate",
        "ApplicationIdentifier",
        "Realm",
        "LinkedAccount",
        "Enabled",
        "AcceptSecurityIdentifierInformation",
        "AccountType",
        "ActAsPermissions",
        "AppOnlyPermissions",
        "IssuerIdentifier");
    String name = cmdlet.required("Name");
    if (known().named(name).isPresent()) {
      throw new CmdletFailed("The partner application '" + name + "' already exists.");
    }
    boolean enabled = cmdlet.flag("Enabled", true);
    Rights.AtExchange rights =
        rights(cmdlet, new Rights.AtExchange(null, Set.of(), List.of(), List.of(), false));
    if (cmdlet.text("AuthMetadataUrl").isEmpty()) {
      // A blank realm is the default accepted domain (assumed).
      PrincipalName issuer =
          name(
              cmdlet.required("ApplicationIdentifier"),
              cmdlet.text("Realm").orElse(server().realm()));
      return shown(
          known()
              .put(
                  new PartnerApplication(
                      name, issuer, new Source.ThroughTokenServer(), List.of(), enabled, rights)));
    }
    if (cmdlet.text("ApplicationIdentifier").isPresent() || cmdlet.text("Realm").isPresent()) {
      throw new CmdletFailed(
          "Parameter set cannot be resolved using the specified named parameters.");
    }
    String url = cmdlet.required("AuthMetadataUrl");
    boolean trustAny = cmdlet.flag("TrustAnySSLCertificate", false);
    Document read = read(url, trustAny, UNREADABLE);
    return shown(
        known()
            .put(
                new PartnerApplication(
                    name,
                    read.issuer(),
                    new Source.Metadata(url, trustAny),
                    read.certificates(),
                    enabled,
                    rights)));
  }

  /**
   * A linked account named like the script's has the roles that the script gives; any other has
   * {@code UserApplication}, {@code ArchiveApplication} (assumed: accounts aren't simulated).
   */
  private static Rights.AtExchange rights(Cmdlet cmdlet, Rights.AtExchange before)
      throws CmdletFailed {
    String account = cmdlet.text("LinkedAccount").orElse(before.linkedAccount());
    Set<String> roles =
        cmdlet.text("LinkedAccount").isEmpty()
            ? before.roles()
            : rolesOf(cmdlet.text("LinkedAccount").get());
    List<String> actAs = cmdlet.list("ActAsPermissions");
    List<String> appOnly = cmdlet.list("AppOnlyPermissions");
    return new Rights.AtExchange(
        account,
        roles,
        actAs.isEmpty() ? before.actAsPermissions() : actAs,
        appOnly.isEmpty() ? before.appOnlyPermissions() : appOnly,
        cmdlet.flag("AcceptSecurityIdentifierInformation", before.acceptsSids()));
  }

  private static Set<String> rolesOf(String account) {
    String last = account.substring(account.lastIndexOf('/') + 1).toLowerCase(Locale.ROOT);
    for (PartnerApplication.Type type : PartnerApplication.Type.values()) {
      if (last.startsWith(type.prefix().toLowerCase(Locale.ROOT))) {
        return type.rights().roles();
      }
    }
    return Set.of("UserApplication", "ArchiveApplication");
  }

  private Object setPartner(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing(
        "Identity",
        "Name",
        "AuthMetadataUrl",
        "TrustAnySSLCertificate",
        "RefreshAuthMetadata",
        "LinkedAccount",
        "Enabled",
        "AcceptSecurityIdentifierInformation",
        "ActAsPermissions",
        "AppOnlyPermissions",
        "Realm",
        "ApplicationIdentifier");
    PartnerApplication it = partner(cmdlet);
    if (cmdlet.flag("RefreshAuthMetadata", false)) {
      if (cmdlet.text("AuthMetadataUrl").isPresent()) {
        throw new CmdletFailed(
            "Parameter set cannot be resolved using the specified named parameters.");
      }
      return shown(refreshed(it));
    }
    PartnerApplication changed = it;
    if (cmdlet.text("AuthMetadataUrl").isPresent()) {
      String url = cmdlet.required("AuthMetadataUrl");
      boolean trustAny = cmdlet.flag("TrustAnySSLCertificate", false);
      Document read = read(url, trustAny, UNREADABLE);
      changed =
          new PartnerApplication(
              it.name(),
              read.issuer(),
              new Source.Metadata(url, trustAny),
              read.certificates(),
              it.enabled(),
              it.rights());
    }
    if (cmdlet.text("Realm").isPresent() || cmdlet.text("ApplicationIdentifier").isPresent()) {
      changed =
          new PartnerApplication(
              it.name(),
              name(
                  cmdlet.text("ApplicationIdentifier").orElse(it.issuer().applicationIdentifier()),
                  cmdlet.text("Realm").orElse(it.issuer().realm())),
              changed.source(),
              changed.certificates(),
              changed.enabled(),
              changed.rights());
    }
    if (changed.rights() instanceof Rights.AtExchange before) {
      changed = changed.with(rights(cmdlet, before));
    }
    known().remove(it);
    return shown(known().put(changed.enabled(cmdlet.flag("Enabled", it.enabled()))));
  }

  /** Reads its document again. */
  public PartnerApplication refreshed(PartnerApplication it)
      throws CmdletFailed, InterruptedException {
    if (!(it.source() instanceof Source.Metadata(String url, boolean trustAny))) {
      throw new CmdletFailed("The partner application '" + it.name() + "' has no AuthMetadataUrl.");
    }
    try {
      return known().refresh(it, fetch(url, trustAny));
    } catch (IOException | NotConfigured e) {
      throw new CmdletFailed(UNREADABLE.formatted(url) + " " + e.getMessage());
    }
  }

  private Object setServer(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing("Identity", "RefreshAuthMetadata", "Enabled", "IsDefaultAuthorizationEndpoint");
    TokenServer it = tokenServer(cmdlet);
    if (cmdlet.flag("RefreshAuthMetadata", false)) {
      try {
        return shown(known().refresh(it, fetch(it.metadataUrl(), it.trustAnyTlsCertificate())));
      } catch (IOException | NotConfigured e) {
        throw new CmdletFailed(UNREADABLE.formatted(it.metadataUrl()) + " " + e.getMessage());
      }
    }
    return shown(known().put(it.enabled(cmdlet.flag("Enabled", it.enabled()))));
  }

  private Object setAuthConfig(Cmdlet cmdlet) throws CmdletFailed {
    cmdlet.allowing(
        "NewCertificateThumbprint",
        "NewCertificateEffectiveDate",
        "CertificateThumbprint",
        "PublishCertificate",
        "ClearPreviousCertificate",
        "Realm");
    if (cmdlet.parameters().containsKey("Realm")) {
      changeRealm(cmdlet);
    }
    if (cmdlet.text("NewCertificateThumbprint").isPresent()
        && server()
            .keys()
            .next()
            .map(SigningCertificate::thumbprint)
            .filter(cmdlet.required("NewCertificateThumbprint")::equalsIgnoreCase)
            .isEmpty()) {
      throw new CmdletFailed(
          "A special Rpc error occurs on server ATL-EXCHANGE-001: The certificate with thumbprint "
              + cmdlet.required("NewCertificateThumbprint")
              + " was not found.");
    }
    if (cmdlet.flag("PublishCertificate", false)) {
      server().keys().roll();
    }
    if (cmdlet.flag("ClearPreviousCertificate", false)) {
      server().keys().forgetPrevious();
    }
    return authConfig();
  }

  private Object authConfig() {
    var shown = new LinkedHashMap<String, Object>(keys());
    shown.put("ServiceName", server().kind().applicationIdentifier());
    shown.put("Realm", server().realm());
    return shown;
  }

  private Object testConnectivity(Cmdlet cmdlet) throws CmdletFailed, InterruptedException {
    cmdlet.allowing("Service", "TargetUri", "Mailbox", "AppOnly", "ReloadConfig", "UseCachedToken");
    CallReport report =
        caller.call(
            Caller.Call.to(
                new HttpOut.Request(
                    "GET", URI.create(cmdlet.required("TargetUri")), Map.of(), "", false),
                cmdlet.flag("AppOnly", false)
                    ? null
                    : ProductCalls.user(
                        ProductCalls.receiver(URI.create(cmdlet.required("TargetUri"))),
                        cmdlet.required("Mailbox"))));
    var shown = new LinkedHashMap<String, Object>();
    shown.put(
        "Task", "Checking " + cmdlet.text("Service").orElse("Generic") + " API Call Under Oauth");
    shown.put("Detail", report);
    shown.put("ResultType", report.passed() ? "Success" : "Error");
    shown.put("Identity", "Microsoft.Exchange.Security.OAuth.ValidationResultNodeId");
    // It stands in failures too.
    shown.put("IsValid", true);
    return shown;
  }

  private PartnerApplication partner(Cmdlet cmdlet) throws CmdletFailed {
    String identity = cmdlet.required("Identity");
    return known().all().stream()
        .filter(
            it ->
                it.name().equalsIgnoreCase(identity)
                    || it.issuer().applicationIdentifier().equalsIgnoreCase(identity))
        .findFirst()
        .orElseThrow(() -> notFound(identity));
  }

  private TokenServer tokenServer(Cmdlet cmdlet) throws CmdletFailed {
    String identity = cmdlet.required("Identity");
    return known().tokenServerNamed(identity).orElseThrow(() -> notFound(identity));
  }

  private static Map<String, Object> shown(PartnerApplication it) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("Enabled", it.enabled());
    shown.put("ApplicationIdentifier", it.issuer().applicationIdentifier());
    shown.put("Realm", it.issuer().realm());
    shown.put("AuthMetadataUrl", it.metadataUrl().orElse(""));
    shown.put("UseAuthServer", it.source() instanceof Source.ThroughTokenServer);
    if (it.rights() instanceof Rights.AtExchange rights) {
      shown.put("AcceptSecurityIdentifierInformation", rights.acceptsSids());
      shown.put("LinkedAccount", rights.linkedAccount());
      shown.put("ActAsPermissions", rights.actAsPermissions());
      shown.put("AppOnlyPermissions", rights.appOnlyPermissions());
    }
    shown.put(
        "CertificateStrings", it.certificates().stream().map(SigningCertificate::base64).toList());
    shown.put("Name", it.name());
    return shown;
  }

  private static Map<String, Object> shown(TokenServer it) {
    var shown = new LinkedHashMap<String, Object>();
    shown.put("Name", it.name());
    shown.put("IssuerIdentifier", it.issuer().applicationIdentifier());
    shown.put("Realm", it.issuer().realm());
    shown.put("Enabled", it.enabled());
    shown.put("TokenIssuingEndpoint", it.tokenEndpoint());
    shown.put("AuthMetadataUrl", it.metadataUrl());
    shown.put(
        "CertificateStrings", it.certificates().stream().map(SigningCertificate::base64).toList());
    return shown;
  }
}
