package dev.concordat.diagnosis;

import dev.concordat.contracts.events.Diagnosis.Remedy;

/**
 * What mends a cause at the partner and in front of it, with this deployment's values in it.
 * Commands for Exchange are for its management shell; our partner application there is found by its
 * application identifier, since its name there is its admins' choice.
 */
final class TheirRemedies {

  private final Deployment here;

  TheirRemedies(Deployment here) {
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

  Remedy certificate() {
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

  Remedy logs() {
    return new Remedy(
        "the Exchange server that answered",
        "Get-ChildItem \"$env:ExchangeInstallPath\\Logging\\Ews\" | Sort-Object LastWriteTime | Select-Object -Last 1 | Get-Content -Tail 50",
        "Its EWS log has the request by its request-id.");
  }

  Remedy clocks() {
    return new Remedy(
        "each Exchange server of " + here.partnerName() + ", and every node of this cluster",
        "w32tm /query /status   # Windows\nchronyc tracking       # Linux",
        "Shows how each clock is kept; they must agree within 5 minutes.");
  }

  Remedy renewTls() {
    return new Remedy(
        "the server, or the load balancer in front of it",
        "Get-ExchangeCertificate | Format-List Thumbprint,Subject,Services,NotAfter",
        "Shows its TLS certificates; renew the one for IIS.");
  }
}
