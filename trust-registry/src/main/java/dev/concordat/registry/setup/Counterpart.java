package dev.concordat.registry.setup;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The partner whose servers are to accept us.
 *
 * @param name what it is called here
 * @param kind what it is
 * @param metadataUrl where its document is, as the admin wrote it; absent where its certificates
 *     come otherwise
 * @param registered whether it is registered here
 * @param enabled whether tokens are issued for it
 * @param workload whether it is a service of ours that only asks for tokens
 * @param sipAddresses mailboxes of its users that are probed
 */
public record Counterpart(
    String name,
    PartnerKind kind,
    @Nullable String metadataUrl,
    boolean registered,
    boolean enabled,
    boolean workload,
    List<String> sipAddresses) {

  /** What a name may be; assumed, see the rule of registrations. */
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9 ._-]{0,44}");

  static final String NAME_RULE =
      "a letter or digit, then up to 44 letters, digits, blanks, dots, hyphens or underscores";

  public Counterpart {
    sipAddresses = List.copyOf(sipAddresses);
  }

  /** A partner that is registered. */
  public static Counterpart of(PartnerRegistered partner) {
    return new Counterpart(
        partner.name(),
        partner.kind(),
        partner.trust() instanceof Trust.ByMetadata byMetadata ? byMetadata.metadataUrl() : null,
        true,
        partner.enabled(),
        partner.trust() == null,
        partner.probe() == null ? List.of() : partner.probe().sipAddresses());
  }

  /**
   * A partner that is known by the URL of its metadata document alone.
   *
   * @throws SetupRefused naming the parameter that does not hold
   */
  public static Counterpart described(
      @Nullable String name, @Nullable String kind, @Nullable String metadataUrl)
      throws SetupRefused {
    PartnerKind known = kind == null ? null : kindNamed(kind);
    if (known == null) {
      throw SetupRefused.parameter("kind", "exchange, skype, sharepoint, token-server or generic");
    }
    String called = name == null ? kindName(known) : name;
    if (!NAME.matcher(called).matches()) {
      throw SetupRefused.parameter("name", NAME_RULE);
    }
    if (metadataUrl == null) {
      throw SetupRefused.parameter("metadataUrl", WebUrl.RULE);
    }
    WebUrl url =
        WebUrl.https(metadataUrl)
            .orElseThrow(() -> SetupRefused.parameter("metadataUrl", WebUrl.RULE));
    return new Counterpart(called, known, url.text(), false, true, false, List.of());
  }

  static String kindName(PartnerKind kind) {
    return kind.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static @Nullable PartnerKind kindNamed(String name) {
    for (PartnerKind kind : PartnerKind.values()) {
      if (kindName(kind).equals(name)) {
        return kind;
      }
    }
    return null;
  }
}
