package dev.concordat.diagnosis;

import dev.concordat.contracts.events.Diagnosis.Remedy;
import java.net.URI;

/**
 * What mends a cause, with this deployment's values in it. Commands for Exchange are for its
 * management shell; our partner application there is found by its application identifier, since its
 * name there is its admins' choice.
 */
final class Remedies {

  private static final String OUR_CLUSTER = "a machine with ./concordat";

  private final Deployment here;

  Remedies(Deployment here) {
    this.here = here;
  }

  private String exchange() {
    return "any Exchange server of " + here.partnerName() + " (Exchange Management Shell)";
  }

  private String us() {
    return "Get-PartnerApplication | Where-Object { $_.ApplicationIdentifier -eq %s }"
        .formatted(PowerShell.quoted(here.us().applicationIdentifier(), "our identifier"));
  }

  private String mailbox() {
    return PowerShell.quoted(here.mailbox().address(), "the mailbox");
  }

  private String partner() {
    return PowerShell.shell(here.partnerName());
  }

  private Remedy concordat(String command, String why) {
    return new Remedy(OUR_CLUSTER, "./concordat " + command, why);
  }

  Remedy probeAgain() {
    return concordat(
        "probe %s --partner %s".formatted(PowerShell.shell(here.mailbox().uri()), partner()),
        "Runs this probe again.");
  }

  Remedy showPartner() {
    return concordat("partner get " + partner(), "Shows the registration.");
  }

  Remedy listPartners() {
    return concordat("partner list", "Shows which partners are registered.");
  }

  Remedy enablePartner() {
    return concordat(
        "partner set %s --enabled true".formatted(partner()),
        "Tokens for it are issued again, and it is probed again.");
  }

  Remedy refreshPartner() {
    return concordat(
        "partner refresh " + partner(), "Reads its document now, and says what is wrong with it.");
  }

  Remedy acceptPartner() {
    return concordat(
        "partner accept " + partner(),
        "Accepts its new identity, once its admin has confirmed that it is meant.");
  }

  Remedy keys() {
    return concordat("key list", "Shows our signing keys, their phases and dates.");
  }

  Remedy rollover() {
    return new Remedy(
        "the token-service's host or pod",
        "ls -l \"$CONCORDAT_SIGNING_FOLDER\"",
        "Put a new key pair there (current.crt, current.key), the old certificate beside it as"
            + " previous.crt, and restart the token-service; then each partner must read our document"
            + " again.");
  }

  Remedy identity() {
    return new Remedy(
        "the configuration of all services",
        "concordat.identity.application-identifier=%s\nconcordat.identity.realm=%s"
            .formatted(here.us().applicationIdentifier(), here.us().realm()),
        "Must be the same for metadata-service, token-service and probe-service; or the public URL"
            + " %s leads to another deployment.".formatted(here.ourMetadataUrl()));
  }

  Remedy theirCertificate() {
    return new Remedy(
        exchange(),
        """
        Get-AuthConfig | Format-List CurrentCertificateThumbprint,NextCertificateThumbprint
        $new = New-ExchangeCertificate -KeySize 2048 -PrivateKeyExportable $true -SubjectName 'CN=Microsoft Exchange Server Auth Certificate' -FriendlyName 'Microsoft Exchange Server Auth Certificate' -Services SMTP
        Set-AuthConfig -NewCertificateThumbprint $new.Thumbprint -NewCertificateEffectiveDate (Get-Date)
        Set-AuthConfig -PublishCertificate
        Set-AuthConfig -ClearPreviousCertificate\
        """,
        "Shows which certificate signs there; where none does, or not on every server, makes and"
            + " publishes a new one. Recycle the app pools afterwards.");
  }

  Remedy everyServer() {
    return new Remedy(
        exchange(),
        "Get-ExchangeServer | ForEach-Object { Get-ExchangeCertificate -Server $_.Name |"
            + " Where-Object { $_.Thumbprint -eq (Get-AuthConfig).CurrentCertificateThumbprint } |"
            + " Format-List @{n='Server';e={$_.PSComputerName}},Thumbprint,NotAfter }",
        "Shows whether every server has the certificate; then Restart-WebAppPool"
            + " MSExchangeServicesAppPool on the one that refused, so that it reads our document"
            + " again.");
  }

  Remedy inspectToken() {
    return concordat(
        "token get --partner %s --user %s | ./concordat token inspect"
            .formatted(partner(), PowerShell.shell(here.mailbox().uri())),
        "Shows what is in such a token.");
  }

  Remedy service(String what, String command, String why) {
    return new Remedy(what, command, why);
  }

  Remedy suiteStatus() {
    return concordat("status", "Shows which services run and how they are.");
  }

  Remedy openFromHere(URI url) {
    return new Remedy(
        "the probe-service's host or pod",
        "curl -sv -o /dev/null " + PowerShell.shell(url.toString()),
        "Shows name resolution, connection and TLS from where the probe runs.");
  }

  Remedy resolveName(String host) {
    return new Remedy(
        "the probe-service's host or pod",
        "getent hosts " + PowerShell.shell(host),
        "Shows whether the name resolves there; mend DNS, or pin the EWS URL with"
            + " concordat.probe.ews-urls meanwhile.");
  }

  Remedy pinEwsUrl() {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.probe.ews-urls.\"%s\"=https://<server>/EWS/Exchange.asmx"
            .formatted(here.partnerName().replace("\"", "")),
        "Leaves Autodiscover out for this partner.");
  }

  Remedy trustAuthority() {
    return new Remedy(
        "the probe-service's and the metadata-service's configuration",
        "concordat.outbound.ca-bundle=/path/to/ca.pem",
        "Trusts the partner's own certificate authority; for this partner alone, register it with"
            + " trust.caBundle.");
  }

  Remedy proxy(URI url) {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.outbound.no-proxy=" + url.getHost(),
        "Lets requests go to this host without the proxy; or let the proxy allow the host, and give"
            + " its user and password with concordat.outbound.proxy.");
  }

  Remedy allowAddress(String address) {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.outbound.allowed-addresses="
            + address
            + (address.contains(":") ? "/128" : "/32"),
        "Lets requests go to this address, if the partner really is there.");
  }

  Remedy virtualDirectories() {
    return new Remedy(
        exchange(),
        """
        Get-WebServicesVirtualDirectory | Format-List Identity,OAuthAuthentication,InternalUrl,ExternalUrl
        Get-AutodiscoverVirtualDirectory | Format-List Identity,OAuthAuthentication
        Get-WebServicesVirtualDirectory | Set-WebServicesVirtualDirectory -OAuthAuthentication $true
        Get-AutodiscoverVirtualDirectory | Set-AutodiscoverVirtualDirectory -OAuthAuthentication $true\
        """,
        "Shows whether OAuth is on for EWS and Autodiscover, and turns it on.");
  }

  Remedy recyclePools() {
    return new Remedy(
        "each Exchange server of " + here.partnerName(),
        "Restart-WebAppPool MSExchangeServicesAppPool; Restart-WebAppPool MSExchangeAutodiscoverAppPool",
        "Makes the change effective at once.");
  }

  Remedy serverState() {
    return new Remedy(
        exchange(),
        "Get-ExchangeServer | ForEach-Object { Get-ServerComponentState -Identity $_.Name |"
            + " Where-Object { $_.State -ne 'Active' } }",
        "Shows which components of which server are inactive.");
  }

  Remedy ewsUrls() {
    return new Remedy(
        exchange(),
        "Get-WebServicesVirtualDirectory | Format-List Server,InternalUrl,ExternalUrl",
        "Shows the URLs that Autodiscover hands out; set them with Set-WebServicesVirtualDirectory"
            + " -ExternalUrl.");
  }

  Remedy publishWithoutLogin() {
    return new Remedy(
        "the reverse proxy in front of " + here.partnerName(),
        "publish /EWS/* and /Autodiscover/* without pre-authentication",
        "Server-to-server tokens are checked by Exchange itself; a login page can't be answered.");
  }

  Remedy endOffloading() {
    return new Remedy(
        "the load balancer in front of " + here.partnerName(),
        "bridge TLS to Exchange for /EWS/* and /Autodiscover/* instead of ending it",
        "Exchange compares a token's audience with the scheme and host that it was called by.");
  }

  Remedy registerUs() {
    return new Remedy(
        exchange(),
        "& \"$env:ExchangeInstallPath\\Scripts\\Configure-EnterprisePartnerApplication.ps1\""
            + " -AuthMetadataUrl %s -ApplicationType Lync"
                .formatted(PowerShell.quoted(here.ourMetadataUrl().toString(), "our document")),
        "Registers us there, with a linked account and its roles.");
  }

  Remedy showUs() {
    return new Remedy(
        exchange(),
        us()
            + " | Format-List Name,Enabled,ApplicationIdentifier,Realm,AuthMetadataUrl,LinkedAccount",
        "Shows how we are registered there: it must be enabled, with realm %s or an accepted domain."
            .formatted(here.us().realm()));
  }

  Remedy enableUs() {
    return new Remedy(
        exchange(),
        us() + " | ForEach-Object { Set-PartnerApplication -Identity $_.Name -Enabled $true }",
        "Enables our partner application there.");
  }

  Remedy setRealmOfUs() {
    return new Remedy(
        exchange(),
        us()
            + " | ForEach-Object { Set-PartnerApplication -Identity $_.Name -Realm %s }"
                .formatted(PowerShell.quoted(here.us().realm(), "our realm")),
        "Gives our partner application there the realm that our tokens carry.");
  }

  Remedy refreshUs() {
    return new Remedy(
        exchange(),
        us()
            + " | ForEach-Object { Set-PartnerApplication -Identity $_.Name -RefreshAuthMetadata }",
        "Makes it read our document now; effective after about 15 minutes, or iisreset /noforce on"
            + " each server.");
  }

  Remedy ourDocumentFromThere() {
    return new Remedy(
        exchange(),
        "Invoke-RestMethod %s | ConvertTo-Json -Depth 6"
            .formatted(PowerShell.quoted(here.ourMetadataUrl().toString(), "our document")),
        "Shows whether it can read our document, and which keys are in it.");
  }

  Remedy acceptedDomain() {
    String realm = PowerShell.quoted(here.us().realm(), "our realm");
    return new Remedy(
        exchange(),
        "Get-AcceptedDomain | Format-List Name,DomainName,DomainType\n"
            + "New-AcceptedDomain -Name %s -DomainName %s -DomainType Authoritative"
                .formatted(realm, realm),
        "Our realm must be an accepted domain by itself; wildcards such as *.contoso.com don't"
            + " count.");
  }

  Remedy showMailbox() {
    return new Remedy(
        exchange(),
        "Get-Mailbox -Identity %s | Format-List PrimarySmtpAddress,EmailAddresses,UserPrincipalName,Database,ServerName"
            .formatted(mailbox()),
        "Shows whether the mailbox is there, under which addresses and where.");
  }

  Remedy doubles() {
    return new Remedy(
        exchange(),
        "Get-Recipient -ResultSize Unlimited | Where-Object { ($_.EmailAddresses -join ' ') -match"
            + " [regex]::Escape(%s) } | Format-List Name,RecipientType,EmailAddresses"
                .formatted(mailbox()),
        "Finds every object with this address; only one may have it.");
  }

  Remedy roles() {
    return new Remedy(
        exchange(),
        "$app = "
            + us()
            + "\n$app | Format-List Name,LinkedAccount,ActAsPermissions,AppOnlyPermissions\n"
            + "Get-ManagementRoleAssignment -RoleAssignee $app.LinkedAccount | Format-List Role\n"
            + "New-ManagementRoleAssignment -Role UserApplication -User $app.LinkedAccount",
        "Shows what our linked account may do, and lets it act for users. That the account itself is"
            + " disabled is normal.");
  }

  Remedy folderAccess() {
    return new Remedy(
        exchange(),
        "Get-MailboxFolderStatistics -Identity %s | Where-Object { $_.FolderType -eq 'ConversationHistory' -or $_.Name -eq 'Conversation History' }"
            .formatted(mailbox()),
        "Shows whether the folder is there.");
  }

  Remedy archive() {
    return new Remedy(
        exchange(),
        "Get-MailboxFolderStatistics -Identity %s -FolderScope RecoverableItems | Format-List Name,FolderType,ItemsInFolder"
            .formatted(mailbox()),
        "Shows whether the mailbox has Recoverable Items with its purges.");
  }

  Remedy archivingPolicy() {
    return new Remedy(
        "a Skype for Business server (Management Shell)",
        "Get-CsArchivingConfiguration | Format-List Identity,EnableExchangeArchiving\n"
            + "Get-CsUser -Identity %s | Format-List SipAddress,ExchangeArchivingPolicy"
                .formatted(PowerShell.quoted(here.mailbox().uri(), "the user")),
        "Shows whether this user's conversations are to be archived to Exchange at all.");
  }

  Remedy moveState() {
    return new Remedy(
        exchange(),
        "Get-MoveRequest | Where-Object { $_.Alias -eq (Get-Mailbox -Identity %s).Alias } | Get-MoveRequestStatistics"
            .formatted(mailbox()),
        "Shows how far the move is; the probe passes when it is done.");
  }

  Remedy databaseState() {
    return new Remedy(
        exchange(),
        "Get-MailboxDatabase -Status -Identity (Get-Mailbox -Identity %s).Database | Format-List Name,Mounted,Server"
            .formatted(mailbox()),
        "Shows whether the mailbox's database is mounted, and where.");
  }

  Remedy quota() {
    return new Remedy(
        exchange(),
        "Get-MailboxStatistics -Identity %s | Format-List TotalItemSize,StorageLimitStatus"
            .formatted(mailbox()),
        "Shows how full the mailbox is; raise its quota or have it cleared.");
  }

  Remedy throttling() {
    return new Remedy(
        exchange(),
        "Get-ThrottlingPolicy | Format-List Name,EwsMaxConcurrency,EwsMaxBurst,EwsRechargeRate",
        "Shows the limits that the server works with; probe less often, or raise them.");
  }

  Remedy clocks() {
    return new Remedy(
        "each Exchange server of " + here.partnerName() + ", and every node of this cluster",
        "w32tm /query /status   # Windows\nchronyc tracking       # Linux",
        "Shows how each clock is kept; they must agree within 5 minutes.");
  }

  Remedy theirLogs() {
    return new Remedy(
        "the Exchange server that answered",
        "Get-ChildItem \"$env:ExchangeInstallPath\\Logging\\Ews\" | Sort-Object LastWriteTime | Select-Object -Last 1 | Get-Content -Tail 50",
        "Its EWS log has the request by its request-id.");
  }

  Remedy allowRedirects(String host) {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.probe.autodiscover-allowed-domains=" + host,
        "Lets Autodiscover redirect there, if that is meant: tokens are then sent there.");
  }

  Remedy longerTime() {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.probe.time-limit=2m",
        "Gives probes more time, if the partner is known to be slow.");
  }

  Remedy makeFolder() {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.probe.create-folder=true",
        "Lets the probe make the folder; or name it in concordat.probe.folder-names, if it is there"
            + " under another name.");
  }
}
