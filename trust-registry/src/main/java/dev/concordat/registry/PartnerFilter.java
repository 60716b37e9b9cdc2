package dev.concordat.registry;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which partners are asked for; what is absent leaves none out.
 *
 * @param kind only these
 * @param enabled only these
 * @param trust where their certificates come from
 * @param applicationIdentifier exactly this
 * @param realm exactly this, whatever its case
 * @param declaredIn what a file declares whose source and path begin so; empty for those by hand
 * @param text what the name or the metadata URL contains, whatever the case
 */
public record PartnerFilter(
    @Nullable PartnerKind kind,
    @Nullable Boolean enabled,
    @Nullable TrustSource trust,
    @Nullable String applicationIdentifier,
    @Nullable String realm,
    @Nullable String declaredIn,
    @Nullable String text)
    implements Predicate<PartnerRegistered> {

  /** Where a partner's certificates come from. */
  public enum TrustSource {
    METADATA,
    CERTIFICATES,
    TOKEN_SERVER,
    NONE;

    static TrustSource of(@Nullable Trust trust) {
      return switch (trust) {
        case Trust.ByMetadata _ -> METADATA;
        case Trust.ByCertificates _ -> CERTIFICATES;
        case Trust.ByTokenServer _ -> TOKEN_SERVER;
        case null -> NONE;
      };
    }
  }

  @Override
  public boolean test(PartnerRegistered partner) {
    return (kind == null || kind == partner.kind())
        && (enabled == null || enabled == partner.enabled())
        && (trust == null || trust == TrustSource.of(partner.trust()))
        && (applicationIdentifier == null
            || applicationIdentifier.equals(partner.applicationIdentifier()))
        && (realm == null || realm.equalsIgnoreCase(partner.realm()))
        && (declaredIn == null || isDeclaredIn(partner, declaredIn))
        && (text == null || mentions(partner, text.toLowerCase(Locale.ROOT)));
  }

  private static boolean isDeclaredIn(PartnerRegistered partner, String file) {
    String declaredIn = partner.declaredIn();
    return file.isEmpty() ? declaredIn == null : declaredIn != null && declaredIn.startsWith(file);
  }

  private static boolean mentions(PartnerRegistered partner, String text) {
    return partner.name().toLowerCase(Locale.ROOT).contains(text)
        || (partner.trust() instanceof Trust.ByMetadata metadata
            && metadata.metadataUrl().toLowerCase(Locale.ROOT).contains(text));
  }

  /** The constant whose name a person writes in lower case, with hyphens. */
  public static <E extends Enum<E>> Optional<E> named(Class<E> type, String name) {
    for (E constant : type.getEnumConstants()) {
      if (constant.name().replace('_', '-').equalsIgnoreCase(name)) {
        return Optional.of(constant);
      }
    }
    return Optional.empty();
  }
}
