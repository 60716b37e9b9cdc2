package dev.concordat.cli.powershell;

import java.util.Locale;

/** The cmdlets whose output is read and written. */
public enum Cmdlet {
  /** Who may call an Exchange server. */
  PARTNER_APPLICATION(
      "Get-PartnerApplication", "", "the Exchange Management Shell", "exchange.json"),

  /**
   * Who may call a Skype for Business server. Its trust level is asked for by name, as nobody
   * documents what its numbers mean (setup.md 3.2).
   */
  CS_PARTNER_APPLICATION(
      "Get-CsPartnerApplication",
      " | Select-Object *,@{n='TrustLevel';e={[string]$_.ApplicationTrustLevel}}",
      "the Skype for Business Server Management Shell",
      "skype.json"),

  /** The token servers that an Exchange server trusts. */
  AUTH_SERVER("Get-AuthServer", "", "the Exchange Management Shell", "auth-servers.json"),

  /** Who may call a SharePoint farm. Whole objects would drag the farm along (setup.md 3). */
  SP_TRUSTED_ISSUER(
      "Get-SPTrustedSecurityTokenIssuer",
      " | Select-Object Name,RegisteredIssuerName,NameId,IsSelfIssuer,MetadataEndPoint,"
          + "@{n='Certificate';e={[Convert]::ToBase64String($_.SigningCertificate.RawData)}}",
      "the SharePoint Management Shell",
      "sharepoint.json");

  private final String cmdletName;
  private final String selection;
  private final String shell;
  private final String file;

  Cmdlet(String cmdletName, String selection, String shell, String file) {
    this.cmdletName = cmdletName;
    this.selection = selection;
    this.shell = shell;
    this.file = file;
  }

  /** Its name, such as {@code Get-PartnerApplication}. */
  public String cmdletName() {
    return cmdletName;
  }

  /** The shell that has it, with its article. */
  public String shell() {
    return shell;
  }

  /** What to type there so that all of it can be read here (setup.md 3). */
  public String command() {
    return cmdletName + selection + " | ConvertTo-Json -Depth 4 | Out-File -Encoding utf8 " + file;
  }

  /** What the command line calls its shape, such as {@code partner-application}. */
  public String shape() {
    return switch (this) {
      case SP_TRUSTED_ISSUER -> "sp-trusted-issuer";
      default -> name().toLowerCase(Locale.ROOT).replace('_', '-');
    };
  }
}
