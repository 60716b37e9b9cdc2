package dev.concordat.simulator.cmdlets;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.outgoing.MetadataReads;
import dev.concordat.simulator.trust.PartnerApplications;
import dev.concordat.simulator.trust.PartnerApplications.Document;
import dev.concordat.simulator.trust.PartnerApplications.NotConfigured;
import dev.concordat.simulator.trust.ServerIdentity;
import dev.concordat.simulator.trust.SigningKeys;
import dev.concordat.simulator.trust.TokenServer;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The management shell of one of the products that sign. */
abstract class ProductShell implements Shell {

  private final ServerIdentity server;
  private final PartnerApplications known;
  private final MetadataReads documents;

  ProductShell(ServerIdentity server, PartnerApplications known, MetadataReads documents) {
    this.server = server;
    this.known = known;
    this.documents = documents;
  }

  ServerIdentity server() {
    return server;
  }

  PartnerApplications known() {
    return known;
  }

  Document read(String url, boolean trustAny, String unreadable)
      throws CmdletFailed, InterruptedException {
    try {
      return PartnerApplications.read(url, fetch(url, trustAny));
    } catch (IOException | NotConfigured e) {
      throw new CmdletFailed(unreadable.formatted(url) + " " + e.getMessage());
    }
  }

  byte[] fetch(String url, boolean trustAny) throws IOException, InterruptedException {
    return documents.fetch(url, trustAny);
  }

  List<String> refreshAll() throws InterruptedException {
    return documents.refreshAll(known);
  }

  static PrincipalName name(String applicationIdentifier, String realm) throws CmdletFailed {
    try {
      return new PrincipalName(applicationIdentifier, realm);
    } catch (MalformedName e) {
      throw new CmdletFailed(
          "The application identifier or the realm is not valid: " + e.getMessage());
    }
  }

  /** Gives the server another realm; what others know of it is theirs to change. */
  void changeRealm(Cmdlet cmdlet) throws CmdletFailed {
    String realm = cmdlet.text("Realm").orElse("");
    if (!realm.isEmpty()) {
      var _ = name(server().kind().applicationIdentifier(), realm);
    }
    server().changeRealm(realm);
  }

  static PrincipalName name(String issuer) throws CmdletFailed {
    try {
      return PrincipalName.parse(issuer);
    } catch (MalformedName e) {
      throw new CmdletFailed("'" + issuer + "' is not valid: " + e.getMessage());
    }
  }

  static SigningCertificate certificate(String text) throws CmdletFailed {
    return SigningCertificate.tryParse(text)
        .orElseThrow(() -> new CmdletFailed("The certificate data is not valid."));
  }

  /** A token server, read from its document and kept. */
  TokenServer newTokenServer(
      String name, String url, boolean trustAny, boolean enabled, String unreadable)
      throws CmdletFailed, InterruptedException {
    Document read = read(url, trustAny, unreadable);
    return known.put(
        new TokenServer(
            name,
            read.issuer(),
            url,
            trustAny,
            read.tokenEndpoint(),
            read.certificates(),
            enabled));
  }

  /** The keys, as {@code Get-AuthConfig} names them. */
  Map<String, Object> keys() {
    SigningKeys keys = server.keys();
    var shown = new LinkedHashMap<String, Object>();
    shown.put("CurrentCertificateThumbprint", keys.current().thumbprint());
    shown.put(
        "NextCertificateThumbprint", keys.next().map(SigningCertificate::thumbprint).orElse(""));
    shown.put("Published", keys.published().stream().map(SigningCertificate::thumbprint).toList());
    return shown;
  }

  static List<String> thumbprints(List<SigningCertificate> certificates) {
    return certificates.stream().map(SigningCertificate::thumbprint).toList();
  }

  static CmdletFailed unknown(Cmdlet cmdlet) {
    return new CmdletFailed(
        "The term '" + cmdlet.name() + "' is not recognized as the name of a cmdlet here.");
  }

  static CmdletFailed notFound(String what) {
    return new CmdletFailed(
        "The operation couldn't be performed because object '" + what + "' couldn't be found.");
  }
}
