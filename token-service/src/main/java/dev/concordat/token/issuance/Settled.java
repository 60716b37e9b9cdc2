package dev.concordat.token.issuance;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.token.rules.Client;
import dev.concordat.token.rules.TokenRequest;
import dev.concordat.token.rules.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * A request that the rules grant, with the very objects that the decision rests on: the client's
 * registration, the partner's, and the latest reading of its document. Each change makes a new
 * object, so the decision counts while all of them are still the ones in use. It prints neither the
 * user nor what the client is registered with.
 *
 * @param client who asks
 * @param request what for
 * @param granted what was decided; the partner's registration is in it
 * @param reading the latest reading of the partner's metadata document, if there was one
 */
public record Settled(
    Client.Workload client,
    TokenRequest request,
    Verdict.Granted granted,
    @Nullable MetadataRefreshed reading) {

  /** Whether the rules would be given the very same again. */
  @SuppressWarnings("ReferenceEquality")
  boolean restsOn(@Nullable PartnerRegistered partner, @Nullable MetadataRefreshed latest) {
    return granted.partner() == partner && reading == latest;
  }

  @Override
  public String toString() {
    return "Settled[%s for %s]".formatted(client.name(), request.partner());
  }
}
