package dev.concordat.token.partners;

import dev.concordat.contracts.Topic;
import dev.concordat.contracts.events.ClientAuth;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.messaging.CompactedView;
import dev.concordat.messaging.Views;
import io.quarkus.runtime.Startup;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The partners as this replica knows them now. */
@Startup
@Singleton
public class Partners {

  private final CompactedView<PartnerRegistered> registrations;
  private final CompactedView<MetadataRefreshed> readings;

  @Inject
  Partners(Views views) {
    registrations = views.open(Topic.PARTNERS, PartnerRegistered.class);
    readings = views.open(Topic.METADATA, MetadataRefreshed.class);
  }

  /** Whether every registration that was there at the start has been read: no token before that. */
  public boolean known() {
    return registrations.hasCaughtUp() && readings.hasCaughtUp();
  }

  /**
   * Calls back with the name of a partner whose registration changed or ended, once this class
   * tells the new state. Must be quick.
   */
  public void onChange(Consumer<String> changed) {
    var _ = registrations.listen(change -> changed.accept(change.key()));
  }

  /**
   * Calls back with the name of a partner whose metadata document was read, once this class tells
   * what came of it. Must be quick.
   */
  void onReading(Consumer<String> read) {
    var _ = readings.listen(change -> read.accept(change.key()));
  }

  /** The names of the registered partners at this moment. */
  Set<String> names() {
    return registrations.snapshot().keySet();
  }

  /** The registration of this name. */
  public Optional<PartnerRegistered> registration(String name) {
    return registrations.get(name);
  }

  /** All registrations. */
  public Collection<PartnerRegistered> all() {
    return registrations.snapshot().values();
  }

  /** The latest reading of the metadata document of the partner of this name. */
  public Optional<MetadataRefreshed> reading(String name) {
    return readings.get(name);
  }

  /** Whether this is still what is registered under its name. */
  public boolean stillHolds(PartnerRegistered registration) {
    return registrations
        .get(registration.name())
        .filter(now -> now.revision() == registration.revision())
        .isPresent();
  }

  /**
   * Whether this very object is what is registered under its name: nothing was said of it since.
   */
  @SuppressWarnings("ReferenceEquality")
  public boolean isInUse(PartnerRegistered registration) {
    return registrations.get(registration.name()).orElse(null) == registration;
  }

  /** The workload of this name, if it is enabled and may prove itself. */
  public Optional<PartnerRegistered> workload(String name) {
    return registrations.get(name).filter(Partners::mayProveItself);
  }

  /**
   * The workload that runs as this service account. Empty also where several are registered with
   * it: which of them asks can't be told.
   *
   * @param subject for example {@code system:serviceaccount:concordat:probe-service}
   */
  public Optional<PartnerRegistered> workloadOf(String subject) {
    List<PartnerRegistered> found = new ArrayList<>();
    registrations.forEach(
        (name, registration) -> {
          ClientAuth clientAuth = registration.clientAuth();
          if (clientAuth != null
              && subject.equals(clientAuth.serviceAccount())
              && mayProveItself(registration)) {
            found.add(registration);
          }
        });
    return found.size() == 1 ? Optional.of(found.getFirst()) : Optional.empty();
  }

  private static boolean mayProveItself(PartnerRegistered registration) {
    return registration.kind() == PartnerKind.GENERIC
        && registration.enabled()
        && registration.clientAuth() != null;
  }
}
