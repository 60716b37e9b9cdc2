package dev.concordat.contracts.events;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The whole state of a partner application after a change; the record of its name on the partners
 * topic. The fields of {@link PartnerApplication} lie flat beside those that tell of the change.
 *
 * @param declaredIn the file that declares it; absent where it was registered by hand
 * @param revision counts every change of the registry, without gaps
 * @param changedAt when the registry decided
 * @param changedBy who asked for it
 */
public record PartnerRegistered(
    String name,
    PartnerKind kind,
    @Nullable String applicationIdentifier,
    @Nullable String realm,
    TrustLevel trustLevel,
    boolean enabled,
    @Nullable Trust trust,
    List<MayRequest> mayRequest,
    @Nullable ClientAuth clientAuth,
    @Nullable ProbeSettings probe,
    @Nullable String declaredIn,
    long revision,
    Instant changedAt,
    String changedBy)
    implements Event {

  public PartnerRegistered {
    mayRequest = mayRequest == null ? List.of() : List.copyOf(mayRequest);
  }

  /** The event that makes a declaration the state of its name. */
  public static PartnerRegistered of(
      PartnerApplication declared,
      @Nullable String declaredIn,
      long revision,
      Instant changedAt,
      String changedBy) {
    return new PartnerRegistered(
        declared.name(),
        declared.kind(),
        declared.applicationIdentifier(),
        declared.realm(),
        declared.trustLevel(),
        declared.enabled(),
        declared.trust(),
        declared.mayRequest(),
        declared.clientAuth(),
        declared.probe(),
        declaredIn,
        revision,
        changedAt,
        changedBy);
  }

  /** What was declared, without who and when. */
  public PartnerApplication application() {
    return new PartnerApplication(
        name,
        kind,
        applicationIdentifier,
        realm,
        trustLevel,
        enabled,
        trust,
        mayRequest,
        clientAuth,
        probe);
  }
}
