package dev.concordat.token.partners;

import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.token.rules.PartnerIdentity;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A partner at one moment: its registration, what its metadata document said last, and what follows
 * from both. Another object stands for it after each change, so that whoever remembers something of
 * a partner can tell by identity whether it still holds.
 */
public final class KnownPartner {

  private final PartnerRegistered registration;
  private final @Nullable MetadataRefreshed reading;
  private final @Nullable PrincipalName principal;
  private volatile @Nullable List<SigningCertificate> keys;

  KnownPartner(PartnerRegistered registration, @Nullable MetadataRefreshed reading) {
    this.registration = registration;
    this.reading = reading;
    this.principal = PartnerIdentity.known(registration, reading).orElse(null);
  }

  /** Its registration. */
  public PartnerRegistered registration() {
    return registration;
  }

  /** The latest reading of its metadata document. */
  public Optional<MetadataRefreshed> reading() {
    return Optional.ofNullable(reading);
  }

  /** The name under which it acts and is called, as its own tokens spell it. */
  public Optional<PrincipalName> principal() {
    return Optional.ofNullable(principal);
  }

  /** The certificates of the keys that sign its tokens; read when first asked for. */
  public List<SigningCertificate> keys() {
    List<SigningCertificate> known = keys;
    if (known == null) {
      known = read();
      keys = known;
    }
    return known;
  }

  /** Its host names, as far as its metadata URL and its document tell them. */
  Set<String> hosts() {
    var hosts = new HashSet<String>();
    if (registration.trust() instanceof Trust.ByMetadata trust) {
      host(trust.metadataUrl()).ifPresent(hosts::add);
    }
    var document = reading == null ? null : reading.document();
    if (document != null) {
      document.allowedAudiences().stream()
          .flatMap(text -> AudienceName.tryParse(text).stream())
          .map(AudienceName::hostName)
          .forEach(hosts::add);
    }
    return hosts;
  }

  private static Optional<String> host(String url) {
    try {
      return Optional.ofNullable(URI.create(url).getHost()).map(AudienceName::canonicalHost);
    } catch (IllegalArgumentException noUrl) {
      return Optional.empty();
    }
  }

  private List<SigningCertificate> read() {
    return switch (registration.trust()) {
      case Trust.ByCertificates(List<String> certificates) ->
          certificates.stream()
              .flatMap(text -> SigningCertificate.tryParse(text).stream())
              .toList();
      case Trust.ByMetadata _ -> {
        var document = reading == null ? null : reading.document();
        yield document == null
            ? List.of()
            : document.keys().stream()
                .flatMap(key -> SigningCertificate.tryParse(key.certificate()).stream())
                .toList();
      }
      case Trust.ByTokenServer _ -> List.of();
      case null -> List.of();
    };
  }

  @Override
  public String toString() {
    return "KnownPartner[" + registration.name() + "]";
  }
}
