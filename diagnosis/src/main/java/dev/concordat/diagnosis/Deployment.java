package dev.concordat.diagnosis;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.SigningKeyPublished;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import java.net.URI;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of this deployment when a diagnosis is made: its values stand in the commands.
 *
 * @param partnerName who was probed
 * @param partner its registration; absent where it is gone
 * @param metadata what was last read of it; absent where nothing was
 * @param mailbox whose conversation history it was
 * @param us our own name as an issuer
 * @param ourMetadataUrl where partners read our document
 * @param tokenService where tokens come from
 * @param signingKeys ours, by key id
 * @param now our clock
 */
public record Deployment(
    String partnerName,
    @Nullable PartnerRegistered partner,
    @Nullable MetadataRefreshed metadata,
    SipAddress mailbox,
    PrincipalName us,
    URI ourMetadataUrl,
    URI tokenService,
    Map<String, SigningKeyPublished> signingKeys,
    Instant now) {

  public Deployment {
    signingKeys = Map.copyOf(signingKeys);
  }
}
