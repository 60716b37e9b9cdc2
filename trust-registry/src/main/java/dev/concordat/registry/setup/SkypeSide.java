package dev.concordat.registry.setup;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.util.ArrayList;
import org.jspecify.annotations.Nullable;

/**
 * Skype for Business Server accepts us. All its pools share the registration. {@code Full} is what
 * lets us act for a user by our own signature; {@code Set-CsPartnerApplication} takes neither
 * identifier nor realm, so a changed identity is removed and made anew, as the vendor's script does
 * it.
 */
final class SkypeSide {

  private static final String SHELL_ON_ONE =
      "one Front End Server, Skype for Business Server Management Shell, as a member of"
          + " CsAdministrator";

  private static final String FORMAT =
      "Format-List Identity, ApplicationIdentifier, Realm, ApplicationTrustLevel, Enabled, AuthToken";

  private static final String BY_METADATA =
      """
      $app = Get-CsPartnerApplication | Where-Object { [string]$_.Identity -eq $name }
      if ($app -and $app.ApplicationIdentifier -ne $id) {
        Remove-CsPartnerApplication -Identity $name
        $app = $null
      }
      if ($app) {
        Set-CsPartnerApplication -Identity $name -MetadataUrl $url -ApplicationTrustLevel Full -Enabled $true | Out-Null
      } else {
        New-CsPartnerApplication -Identity $name -MetadataUrl $url -ApplicationTrustLevel Full | Out-Null
      }
      Get-CsPartnerApplication | Where-Object { [string]$_.Identity -eq $name } | %s
      """
          .formatted(FORMAT);

  private static final String BY_CERTIFICATE =
      """
      $app = Get-CsPartnerApplication | Where-Object { [string]$_.Identity -eq $name }
      if ($app -and ($app.ApplicationIdentifier -ne $id -or $app.Realm -ne $realm)) {
        Remove-CsPartnerApplication -Identity $name
        $app = $null
      }
      if ($app) {
        Set-CsPartnerApplication -Identity $name -CertificateRawData $certificate -ApplicationTrustLevel Full -Enabled $true | Out-Null
      } else {
        New-CsPartnerApplication -Identity $name -ApplicationIdentifier $id -Realm $realm -CertificateRawData $certificate -ApplicationTrustLevel Full | Out-Null
      }
      Get-CsPartnerApplication | Where-Object { [string]$_.Identity -eq $name } | %s
      """
          .formatted(FORMAT);

  private SkypeSide() {}

  static PartnerSide of(Us us, SetupChoices choices, @Nullable SigningCertificate certificate) {
    Step register = certificate == null ? byMetadata(us, choices) : by(certificate, us, choices);
    var steps = new ArrayList<Step>();
    var notes = new ArrayList<String>();
    if (certificate == null) {
      steps.add(PartnerSide.reads("each Front End Server of each pool, Windows PowerShell", us));
      notes.add(
          "New-CsPartnerApplication reads our document at once and fails where it can't be read;"
              + " form=certificate does without a route to us.");
      notes.addAll(PartnerSide.reachability(us, "Skype for Business may refuse to read it."));
    } else {
      notes.add(
          "Whenever our signing key changes, this partner needs a command: until then it refuses our"
              + " tokens. Plan it before ./concordat key rollover.");
    }
    steps.add(register);
    steps.add(
        new Step(
            SHELL_ON_ONE,
            Step.Shell.SKYPE,
            "Spreads it to all servers now.",
            "Invoke-CsManagementStoreReplication",
            "Get-CsManagementStoreReplicationStatus",
            "Some minutes."));
    return new PartnerSide(
        Step.Shell.SKYPE, steps, keyRollover(register, certificate != null), notes);
  }

  private static Step byMetadata(Us us, SetupChoices choices) {
    return new Step(
        SHELL_ON_ONE,
        Step.Shell.SKYPE,
        "Makes us a partner application that may act by itself and for any user of its realm.",
        new PowerShell.Block()
            .stopping()
            .with("name", choices.ourName())
            .with("url", us.metadataUrl().text())
            .with("id", us.applicationIdentifier())
            .running(BY_METADATA),
        check(choices),
        "Some minutes, until the central management store is replicated.");
  }

  private static Step by(SigningCertificate certificate, Us us, SetupChoices choices) {
    return new Step(
        SHELL_ON_ONE,
        Step.Shell.SKYPE,
        "Makes us a partner application that may act by itself and for any user of its realm, with"
            + " the certificate that we sign with now (thumbprint %s)."
                .formatted(certificate.thumbprint()),
        new PowerShell.Block()
            .stopping()
            .with("name", choices.ourName())
            .with("id", us.applicationIdentifier())
            .with("realm", us.realm())
            .with("certificate", certificate.base64())
            .running(BY_CERTIFICATE),
        check(choices),
        "Some minutes, until the central management store is replicated.");
  }

  private static String check(SetupChoices choices) {
    return PowerShell.command(
        "Get-CsPartnerApplication | Where-Object { [string]$_.Identity -eq %s } | " + FORMAT,
        choices.ourName());
  }

  /** How often it reads documents by itself is not documented; assumed daily. */
  private static Step keyRollover(Step register, boolean byHand) {
    return new Step(
        SHELL_ON_ONE,
        Step.Shell.SKYPE,
        byHand
            ? "Gives it our next certificate: ask for these commands again when the next key signs,"
                + " and run what they then are."
            : "Makes it read our document, and so our next key, now. It is assumed to do so by"
                + " itself each day.",
        byHand ? null : register.command(),
        register.check(),
        "Some minutes, until the central management store is replicated.");
  }
}
