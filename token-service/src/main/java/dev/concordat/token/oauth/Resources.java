package dev.concordat.token.oauth;

import dev.concordat.contracts.events.MayRequest;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.RealmComparison;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.partners.PartnerDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Finds the partner that a {@code resource} names: {@code <application identifier>/<host>@<realm>},
 * or an https URL of a host that a partner is registered with or publishes.
 */
@Singleton
public class Resources {

  private final PartnerDirectory directory;

  @Inject
  Resources(PartnerDirectory directory) {
    this.directory = directory;
  }

  /**
   * The partner that is meant. Where several are registered under the same name, their tokens are
   * the same; it is then one that the client may call, if there is one.
   *
   * @param client who asks
   */
  Optional<KnownPartner> partner(String resource, PartnerRegistered client) {
    List<KnownPartner> named = named(resource).toList();
    return named.stream()
        .filter(partner -> partner.registration().enabled() && mayCall(client, partner))
        .findFirst()
        .or(() -> named.stream().filter(partner -> partner.registration().enabled()).findFirst())
        .or(() -> named.stream().findFirst());
  }

  private static boolean mayCall(PartnerRegistered client, KnownPartner partner) {
    return client.mayRequest().stream()
        .map(MayRequest::partner)
        .anyMatch(
            name ->
                name.equals(MayRequest.EVERY_PARTNER)
                    || name.equals(partner.registration().name()));
  }

  private Stream<KnownPartner> named(String resource) {
    Optional<AudienceName> audience = AudienceName.tryParse(resource);
    if (audience.isPresent()) {
      return directory.acting(audience.get().principal(), RealmComparison.IGNORE_CASE);
    }
    try {
      URI url = URI.create(resource);
      return "https".equalsIgnoreCase(url.getScheme()) && url.getHost() != null
          ? directory.calledBy(url.getHost())
          : Stream.empty();
    } catch (IllegalArgumentException noUrl) {
      return Stream.empty();
    }
  }
}
