package dev.concordat.registry.setup;

import dev.concordat.registry.setup.SetupChoices.Form;
import java.util.ArrayList;

/**
 * Exchange Server accepts us: the vendor's manual recipe for a partner application, with a linked
 * account and its roles. Its own script ({@code Configure-EnterprisePartnerApplication.ps1
 * -ApplicationType Generic}) grants {@code UserApplication} alone, so it suffices only where
 * nothing is archived.
 */
final class ExchangeSide {

  private static final String SHELL_ON_ONE =
      "one Exchange server, Exchange Management Shell, as a member of Organization Management";

  private static final String FORMAT =
      "Format-List Name, Enabled, ApplicationIdentifier, Realm, AuthMetadataUrl, LinkedAccount, "
          + "UseAuthServer, CertificateStrings";

  private static final String REGISTER =
      """
      $account = $name + '-ApplicationAccount'
      if (-not (Get-User -Identity $account -ErrorAction SilentlyContinue)) {
        $domain = [string](Get-AcceptedDomain | Where-Object { $_.Default }).DomainName
        New-MailUser -Name $account -ExternalEmailAddress (($account -replace '[^A-Za-z0-9-]', '') + '@' + $domain) | Out-Null
        Set-MailUser -Identity $account -HiddenFromAddressListsEnabled $true
      }
      $roles = @('UserApplication')
      if ($archiving) { $roles += 'ArchiveApplication' }
      foreach ($role in $roles) {
        if (-not (Get-ManagementRoleAssignment -Role $role | Where-Object { $_.RoleAssigneeName -eq $account })) {
          New-ManagementRoleAssignment -Role $role -User $account | Out-Null
        }
      }
      $settings = @{ AuthMetadataUrl = $url; LinkedAccount = $account; Enabled = $true; AcceptSecurityIdentifierInformation = $acceptSecurityIdentifiers; TrustAnySSLCertificate = $trustAnySslCertificate }
      if (Get-PartnerApplication | Where-Object { $_.Name -eq $name }) {
        Set-PartnerApplication -Identity $name @settings | Out-Null
        Set-PartnerApplication -Identity $name -RefreshAuthMetadata | Out-Null
      } else {
        New-PartnerApplication -Name $name @settings | Out-Null
      }
      if (-not (Get-AcceptedDomain | Where-Object { [string]$_.DomainName -eq $realm })) {
        Write-Warning ('No accepted domain is ' + $realm + ': the Realm below must be that.')
      }
      Get-PartnerApplication | Where-Object { $_.Name -eq $name } | %s
      """
          .formatted(FORMAT);

  /**
   * Each run of the vendor's script makes one more partner application under a name of its own, so
   * it runs only where none reads our document. It ends by itself where something fails, and is
   * written for the shell's own error preference.
   */
  private static final String SHORT =
      """
      if (-not (Get-PartnerApplication | Where-Object { $_.AuthMetadataUrl -eq $url })) {
        & "$env:ExchangeInstallPath\\Scripts\\Configure-EnterprisePartnerApplication.ps1" -AuthMetadataUrl $url -ApplicationType Generic -TrustAnySSLCertificate $trustAnySslCertificate
      }
      Get-PartnerApplication | Where-Object { $_.AuthMetadataUrl -eq $url } | %s
      """
          .formatted(FORMAT);

  private ExchangeSide() {}

  static PartnerSide of(Us us, SetupChoices choices) {
    boolean shortForm = choices.form() == Form.SHORT;
    var steps = new ArrayList<Step>();
    steps.add(PartnerSide.reads("each Exchange server, Windows PowerShell", us));
    steps.add(shortForm ? byTheirScript(us, choices) : byHand(us, choices));
    steps.add(
        new Step(
            "each Exchange server, Windows PowerShell as administrator, one after the other",
            Step.Shell.POWERSHELL,
            "Makes the server know us at once. Its clients reconnect, so leave it out where there is"
                + " time to wait.",
            "iisreset /noforce",
            null,
            "Without it: about 15 minutes."));
    var notes = new ArrayList<String>();
    notes.add(
        "The linked account stays disabled for logins; that is normal and no reason for refusals.");
    notes.add(
        "If we are refused all the same: event source MSExchange AuthAdmin, the logs in"
            + " %ExchangeInstallPath%\\Logging\\Ews, and the IIS log of W3SVC1 tell why.");
    notes.addAll(PartnerSide.reachability(us, "Exchange may refuse to read it."));
    return new PartnerSide(Step.Shell.EXCHANGE, steps, keyRollover(us, choices, shortForm), notes);
  }

  private static Step byHand(Us us, SetupChoices choices) {
    return new Step(
        SHELL_ON_ONE,
        Step.Shell.EXCHANGE,
        choices.archiving()
            ? "Makes us a partner application with a linked account that may act for users and"
                + " archive by itself."
            : "Makes us a partner application with a linked account that may act for users.",
        new PowerShell.Block()
            .stopping()
            .with("name", choices.ourName())
            .with("url", us.metadataUrl().text())
            .with("realm", us.realm())
            .with("archiving", choices.archiving())
            .with("acceptSecurityIdentifiers", choices.acceptSecurityIdentifiers())
            .with("trustAnySslCertificate", choices.trustAnySslCertificate())
            .running(REGISTER),
        PowerShell.command(
            "Get-PartnerApplication | Where-Object { $_.Name -eq %s } | "
                + FORMAT
                + "\nGet-ManagementRoleAssignment -RoleAssignee %s | Format-List Role",
            choices.ourName(),
            choices.ourName() + "-ApplicationAccount"),
        "About 15 minutes, or the next step.");
  }

  private static Step byTheirScript(Us us, SetupChoices choices) {
    return new Step(
        SHELL_ON_ONE,
        Step.Shell.EXCHANGE,
        "Makes us a partner application whose linked account may act for users, by Exchange's own"
            + " script. It can't archive by itself.",
        new PowerShell.Block()
            .with("url", us.metadataUrl().text())
            .with("trustAnySslCertificate", choices.trustAnySslCertificate())
            .running(SHORT),
        PowerShell.command(
            "Get-PartnerApplication | Where-Object { $_.AuthMetadataUrl -eq %s } | "
                + FORMAT
                + "\nGet-ManagementRoleAssignment -RoleAssignee 'GenericEnterprise-ApplicationAccount'"
                + " | Format-List Role",
            us.metadataUrl().text()),
        "About 15 minutes, or the next step.");
  }

  private static Step keyRollover(Us us, SetupChoices choices, boolean shortForm) {
    String ours =
        shortForm
            ? PowerShell.command(
                "Get-PartnerApplication | Where-Object { $_.AuthMetadataUrl -eq %s }",
                us.metadataUrl().text())
            : PowerShell.command(
                "Get-PartnerApplication | Where-Object { $_.Name -eq %s }", choices.ourName());
    return new Step(
        SHELL_ON_ONE,
        Step.Shell.EXCHANGE,
        "Makes Exchange read our document, and so our next key, now. It does so by itself too,"
            + " every 8 hours.",
        ours
            + " | ForEach-Object { Set-PartnerApplication -Identity $_.Name -RefreshAuthMetadata }",
        ours + " | Format-List CertificateStrings",
        "About 15 minutes, or at once by iisreset /noforce on each server.");
  }
}
