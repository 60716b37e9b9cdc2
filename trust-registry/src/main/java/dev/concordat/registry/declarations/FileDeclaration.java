package dev.concordat.registry.declarations;

import dev.concordat.contracts.events.PartnerApplication;
import java.util.Map;

/**
 * A partner application as a file declares it: the fields of {@link PartnerDeclaration} with a
 * name, and two that only a file has.
 *
 * @param takeOver whether the file is to declare what was registered by hand, or what another
 *     folder declares
 * @param acceptIdentityChange whether another kind, application identifier or realm under the same
 *     name is meant
 * @param place where it begins
 * @param fields where its fields stand, by their names as the rules write them: {@code
 *     trust.metadataUrl}, {@code mayRequest[0].partner}
 */
public record FileDeclaration(
    PartnerApplication partner,
    boolean takeOver,
    boolean acceptIdentityChange,
    Place place,
    Map<String, Place> fields) {

  public FileDeclaration {
    fields = Map.copyOf(fields);
  }

  /** Where a field stands; of one that isn't there, where it would. */
  public Place place(String field) {
    return nearest(fields, field, place);
  }

  /** The place of a field, or of what it is in. */
  static Place nearest(Map<String, Place> fields, String field, Place otherwise) {
    String at = field;
    while (!at.isEmpty()) {
      Place found = fields.get(at);
      if (found != null) {
        return found;
      }
      at = at.substring(0, Math.max(0, Math.max(at.lastIndexOf('.'), at.lastIndexOf('['))));
    }
    return otherwise;
  }
}
