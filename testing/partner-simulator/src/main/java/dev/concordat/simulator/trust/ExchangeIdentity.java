package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.Receiver;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Who the simulated Exchange is: its identifier, realm and hosts, and the certificate that it signs
 * with.
 *
 * @param domain its accepted domain; blank realm means the default accepted domain (assumed)
 * @param certificate its auth certificate
 */
public record ExchangeIdentity(String domain, SigningCertificate certificate) {

  /** Exchange's application identifier, everywhere. */
  public static final String APPLICATION_IDENTIFIER = "00000002-0000-0ff1-ce00-000000000000";

  /** The host of Autodiscover. */
  public String autodiscoverHost() {
    return "autodiscover." + domain;
  }

  /** The host of the mailbox server. */
  public String serverHost() {
    return "atl-exchange-001." + domain;
  }

  /** Every name that it answers under. */
  public Set<String> hosts() {
    return Set.of(autodiscoverHost(), serverHost(), domain);
  }

  /** Its issuer identifier. */
  public PrincipalName issuer() {
    return new PrincipalName(APPLICATION_IDENTIFIER, domain);
  }

  /** As the receiver of tokens that were sent to one of its hosts. */
  public Receiver receiver(String hostCalled) {
    return Receiver.of(APPLICATION_IDENTIFIER, domain, hosts())
        .publishing(Set.of(certificate.x5t()))
        .calledAs(hostCalled);
  }

  /**
   * Its auth metadata document (vendor documentation "Validate an Exchange identity token").
   *
   * @param origin {@code https://host[:port]} that it is published under
   */
  public byte[] document(String origin) {
    String id =
        "_"
            + UUID.nameUUIDFromBytes(
                certificate.thumbprint().getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    return AuthMetadataWriter.write(
        new AuthMetadataDocument(
            id,
            "1.0",
            "Exchange",
            domain,
            APPLICATION_IDENTIFIER,
            issuer().toString(),
            List.of(issuer().toString()),
            List.of(new AuthMetadataDocument.Key(certificate.x5t(), certificate.base64())),
            List.of(
                new AuthMetadataDocument.Endpoint(
                    origin + "/autodiscover/metadata/json/1", "OAuth2", "metadata"))));
  }
}
