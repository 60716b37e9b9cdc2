package dev.concordat.simulator.autodiscover;

import dev.concordat.simulator.mailboxes.Mailbox;
import java.net.URI;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code GetUserSettings} can be asked for, and what this server has of it. */
final class UserSettings {

  /** 2016 and later append the last two (assumed). */
  static final String SCHEMAS =
      "Exchange2007, Exchange2007_SP1, Exchange2010, Exchange2010_SP1, Exchange2010_SP2,"
          + " Exchange2013, Exchange2013_SP1, Exchange2015, Exchange2016";

  /** The build of the server, as this protocol writes it. */
  static final String CAS_VERSION = "15.02.1748.010";

  private static final Set<String> KNOWN =
      Arrays.stream(
              """
              UserDisplayName UserDN UserDeploymentId InternalMailboxServer InternalRpcClientServer
              InternalMailboxServerDN InternalEcpUrl InternalEcpVoicemailUrl
              InternalEcpEmailSubscriptionsUrl InternalEcpTextMessagingUrl
              InternalEcpDeliveryReportUrl InternalEcpRetentionPolicyTagsUrl InternalEcpPublishingUrl
              InternalEcpPhotoUrl InternalEcpConnectUrl InternalEcpTeamMailboxUrl
              InternalEcpTeamMailboxCreatingUrl InternalEcpTeamMailboxEditingUrl
              InternalEcpTeamMailboxHidingUrl InternalEcpExtensionInstallationUrl InternalEwsUrl
              InternalEmwsUrl InternalOABUrl InternalPhotosUrl InternalUMUrl InternalWebClientUrls
              MailboxDN PublicFolderServer ActiveDirectoryServer ExternalMailboxServer
              ExternalMailboxServerRequiresSSL ExternalMailboxServerAuthenticationMethods
              EcpVoicemailUrlFragment EcpEmailSubscriptionsUrlFragment EcpTextMessagingUrlFragment
              EcpDeliveryReportUrlFragment EcpRetentionPolicyTagsUrlFragment EcpPublishingUrlFragment
              EcpPhotoUrlFragment EcpConnectUrlFragment EcpTeamMailboxUrlFragment
              EcpTeamMailboxCreatingUrlFragment EcpTeamMailboxEditingUrlFragment
              EcpExtensionInstallationUrlFragment ExternalEcpUrl ExternalEcpVoicemailUrl
              ExternalEcpEmailSubscriptionsUrl ExternalEcpTextMessagingUrl
              ExternalEcpDeliveryReportUrl ExternalEcpRetentionPolicyTagsUrl ExternalEcpPublishingUrl
              ExternalEcpPhotoUrl ExternalEcpConnectUrl ExternalEcpTeamMailboxUrl
              ExternalEcpTeamMailboxCreatingUrl ExternalEcpTeamMailboxEditingUrl
              ExternalEcpTeamMailboxHidingUrl ExternalEcpExtensionInstallationUrl ExternalEwsUrl
              ExternalEmwsUrl ExternalOABUrl ExternalPhotosUrl ExternalUMUrl ExternalWebClientUrls
              CrossOrganizationSharingEnabled AlternateMailboxes CasVersion EwsSupportedSchemas
              InternalPop3Connections ExternalPop3Connections InternalImap4Connections
              ExternalImap4Connections InternalSmtpConnections ExternalSmtpConnections
              InternalServerExclusiveConnect ExternalEwsVersion MobileMailboxPolicy
              InteropExternalEwsUrl InteropExternalEwsVersion MapiHttpEnabled
              ShowGalAsDefaultView AutoDiscoverSMTPAddress DocumentSharingLocations UserMSOnline
              InternalMailboxServerAuthenticationMethods GroupingInformation EwsPartnerUrl
              SiteMailboxCreationURL PublicFolderInformation
              """
                  .strip()
                  .split("\\s+"))
          .collect(Collectors.toUnmodifiableSet());

  private final String ewsUrl;
  private final String server;

  UserSettings(String ewsUrl) {
    this.ewsUrl = ewsUrl;
    server = Optional.ofNullable(URI.create(ewsUrl).getHost()).orElse("");
  }

  /** Whether there is such a setting at all. */
  static boolean isKnown(String name) {
    return KNOWN.contains(name);
  }

  /** A user's setting; empty where this server has none. */
  Optional<String> of(Mailbox mailbox, String name) {
    return Optional.ofNullable(all(mailbox).get(name));
  }

  private Map<String, String> all(Mailbox mailbox) {
    return Map.ofEntries(
        Map.entry("UserDisplayName", mailbox.displayName()),
        Map.entry(
            "UserDN",
            "/o=First Organization/ou=Exchange Administrative Group/cn=Recipients/cn="
                + mailbox.guid()),
        Map.entry("UserDeploymentId", mailbox.guid().toString()),
        Map.entry("AutoDiscoverSMTPAddress", mailbox.address()),
        Map.entry("InternalMailboxServer", mailbox.guid() + "@litwareinc.com"),
        Map.entry("InternalRpcClientServer", server),
        Map.entry("ActiveDirectoryServer", "dc-001.litwareinc.com"),
        Map.entry("InternalEwsUrl", ewsUrl),
        Map.entry("ExternalEwsUrl", ewsUrl),
        Map.entry("EwsSupportedSchemas", SCHEMAS),
        Map.entry("ExternalEwsVersion", CAS_VERSION),
        Map.entry("CasVersion", CAS_VERSION),
        Map.entry("CrossOrganizationSharingEnabled", "False"),
        Map.entry("UserMSOnline", "False"),
        Map.entry("MapiHttpEnabled", "False"));
  }
}
