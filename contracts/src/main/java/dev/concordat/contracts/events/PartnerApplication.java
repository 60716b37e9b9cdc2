package dev.concordat.contracts.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A partner application as an admin declares it: the body of {@code PUT /v1/partners/{name}}.
 *
 * @param name the cmdlets' {@code Identity}
 * @param kind what it is
 * @param applicationIdentifier GUID or URI; absent until its metadata document tells, or where the
 *     kind has a well-known one
 * @param realm absent until its metadata document tells
 * @param trustLevel how far it is trusted
 * @param enabled whether tokens are issued for it and accepted from it
 * @param trust where its certificates come from; absent only for a workload of ours that has {@code
 *     clientAuth}
 * @param mayRequest the tokens that it may get: as a workload of ours, or as a server that asks our
 *     token server and proves itself by a token of its own
 * @param clientAuth how it proves itself, where it is a workload of ours
 * @param probe which of its mailboxes are probed
 */
public record PartnerApplication(
    String name,
    PartnerKind kind,
    @Nullable String applicationIdentifier,
    @Nullable String realm,
    TrustLevel trustLevel,
    boolean enabled,
    @Nullable Trust trust,
    List<MayRequest> mayRequest,
    @Nullable ClientAuth clientAuth,
    @Nullable ProbeSettings probe) {
  public PartnerApplication {
    mayRequest = mayRequest == null ? List.of() : List.copyOf(mayRequest);
  }
}
