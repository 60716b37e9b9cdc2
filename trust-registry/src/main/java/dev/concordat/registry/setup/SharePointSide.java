package dev.concordat.registry.setup;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * SharePoint Server accepts us: a trusted security token issuer says who we are, the app
 * principal's permission what we may do. {@code -IsTrustBroker} is left out, because we sign for
 * ourselves; it is for one issuer that signs for many applications. The form with a certificate
 * follows the vendor's recipe for high-trust add-ins and is likely rather than verified.
 */
final class SharePointSide {

  private static final String SHELL_ON_ONE =
      "one SharePoint server, SharePoint Management Shell, as a farm administrator";

  private static final String FORMAT =
      "Format-List Name, RegisteredIssuerName, IsSelfIssuer, MetadataEndPoint";

  private static final String BY_METADATA =
      """
      Add-PSSnapin Microsoft.SharePoint.PowerShell -ErrorAction SilentlyContinue
      $issuer = Get-SPTrustedSecurityTokenIssuer | Where-Object { $_.Name -eq $name }
      if ($issuer) {
        Set-SPTrustedSecurityTokenIssuer -Identity $issuer -MetadataEndPoint $url | Out-Null
      } else {
        New-SPTrustedSecurityTokenIssuer -Name $name -MetadataEndPoint $url | Out-Null
      }
      $issuer = Get-SPTrustedSecurityTokenIssuer | Where-Object { $_.Name -eq $name }
      $principal = Get-SPAppPrincipal -Site $site -NameIdentifier $issuer.NameId
      Set-SPAppPrincipalPermission -AppPrincipal $principal -Site (Get-SPSite $site).RootWeb -Scope SiteSubscription -Right $right -EnableAppOnlyPolicy | Out-Null
      $issuer | %s
      """
          .formatted(FORMAT);

  private static final String BY_CERTIFICATE =
      """
      Add-PSSnapin Microsoft.SharePoint.PowerShell -ErrorAction SilentlyContinue
      $certificate = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2 -ArgumentList (, [Convert]::FromBase64String($base64))
      if (-not (Get-SPTrustedRootAuthority | Where-Object { $_.Certificate.Thumbprint -eq $certificate.Thumbprint })) {
        New-SPTrustedRootAuthority -Name ($name + ' ' + $certificate.Thumbprint) -Certificate $certificate | Out-Null
      }
      $issuer = Get-SPTrustedSecurityTokenIssuer | Where-Object { $_.Name -eq $name }
      if ($issuer -and $issuer.RegisteredIssuerName -ne $issuerName) {
        Remove-SPTrustedSecurityTokenIssuer -Identity $issuer -Confirm:$false
        $issuer = $null
      }
      if ($issuer) {
        Set-SPTrustedSecurityTokenIssuer -Identity $issuer -Certificate $certificate | Out-Null
      } else {
        New-SPTrustedSecurityTokenIssuer -Name $name -Certificate $certificate -RegisteredIssuerName $issuerName | Out-Null
      }
      $web = (Get-SPSite $site).RootWeb
      $principal = Get-SPAppPrincipal -Site $web -NameIdentifier $issuerName -ErrorAction SilentlyContinue
      if (-not $principal) {
        $principal = Register-SPAppPrincipal -Site $web -NameIdentifier $issuerName -DisplayName $name
      }
      Set-SPAppPrincipalPermission -AppPrincipal $principal -Site $web -Scope SiteSubscription -Right $right -EnableAppOnlyPolicy | Out-Null
      Get-SPTrustedSecurityTokenIssuer | Where-Object { $_.Name -eq $name } | %s
      """
          .formatted(FORMAT);

  private SharePointSide() {}

  static PartnerSide of(Us us, SetupChoices choices, @Nullable SigningCertificate certificate) {
    WebUrl site = choices.siteUrl();
    if (site == null) {
      throw new IllegalArgumentException("read with its site");
    }
    var steps = new ArrayList<Step>();
    var notes = new ArrayList<String>();
    if (certificate == null) {
      steps.add(PartnerSide.reads("each SharePoint server, Windows PowerShell", us));
      notes.addAll(
          PartnerSide.reachability(
              us,
              "SharePoint refuses to read it unless its security token service has"
                  + " AllowMetadataOverHttp."));
    } else {
      notes.add(
          "Whenever our signing key changes, this partner needs a command: until then it refuses our"
              + " tokens. Plan it before ./concordat key rollover.");
    }
    Step register = register(us, choices, site, certificate);
    steps.add(register);
    steps.add(
        new Step(
            "each SharePoint server, Windows PowerShell as administrator, one after the other",
            Step.Shell.POWERSHELL,
            "Makes the server know us at once.",
            "iisreset /noforce",
            null,
            "Without it: up to 24 hours."));
    notes.add(
        "The farm needs https on its default zone, the App Management service and synchronised user"
            + " profiles; a user's token may do what the user may and we may.");
    notes.add(
        "If we are refused all the same: the ULS category Authentication Authorization tells why.");
    return new PartnerSide(Step.Shell.SHAREPOINT, steps, keyRollover(register, certificate), notes);
  }

  private static Step register(
      Us us, SetupChoices choices, WebUrl site, @Nullable SigningCertificate certificate) {
    var block =
        new PowerShell.Block()
            .stopping()
            .with("name", choices.ourName())
            .with("site", site.text())
            .with("right", choices.right().cmdletName());
    return new Step(
        SHELL_ON_ONE,
        Step.Shell.SHAREPOINT,
        certificate == null
            ? "Makes us a trusted issuer of tokens, and lets our application in with the right %s."
                .formatted(choices.right().cmdletName())
            : "Makes us a trusted issuer of tokens with the certificate that we sign with now"
                + " (thumbprint %s), and lets our application in with the right %s."
                    .formatted(certificate.thumbprint(), choices.right().cmdletName()),
        certificate == null
            ? block.with("url", us.metadataUrl().text()).running(BY_METADATA)
            : block
                .with("issuerName", us.issuer())
                .with("base64", certificate.base64())
                .running(BY_CERTIFICATE),
        PowerShell.command(
            "Get-SPTrustedSecurityTokenIssuer | Where-Object { $_.Name -eq %s } | "
                + FORMAT
                + "\nGet-SPAppPrincipal -Site %s -NameIdentifier %s | Format-List"
                + " DisplayName, NameIdentifier",
            choices.ourName(),
            site.text(),
            us.issuer()),
        "Up to 24 hours until every server knows it, or the next step.");
  }

  private static Step keyRollover(Step register, @Nullable SigningCertificate certificate) {
    return certificate == null
        ? new Step(
            SHELL_ON_ONE,
            Step.Shell.SHAREPOINT,
            "Makes it read our document, and so our next key, now. It does so by itself each day.",
            "Get-SPTimerJob | Where-Object { $_.Name -eq 'RefreshMetadataFeed' } | Start-SPTimerJob",
            register.check(),
            "Some minutes.")
        : new Step(
            SHELL_ON_ONE,
            Step.Shell.SHAREPOINT,
            "Gives it our next certificate: ask for these commands again when the next key signs,"
                + " and run what they then are.",
            null,
            register.check(),
            "Up to 24 hours, or at once by iisreset /noforce on each server.");
  }
}
