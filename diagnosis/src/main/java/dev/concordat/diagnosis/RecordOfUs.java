package dev.concordat.diagnosis;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.Diagnosis.Confidence;
import dev.concordat.contracts.events.Diagnosis.Remedy;
import dev.concordat.contracts.events.SigningKeyPublished;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a partner has on record of us, as its {@code Get-PartnerApplication} shows it.
 *
 * @param name what it calls us
 * @param realm ours, as it has it; absent where it takes its own
 * @param metadataUrl where it reads our document; absent where it was given certificates
 * @param keyIds the signing keys of ours that it holds, as {@code x5t}
 * @param authorized whether it has a linked account for us, or permissions
 */
public record RecordOfUs(
    String name,
    boolean enabled,
    @Nullable String realm,
    @Nullable String metadataUrl,
    List<String> keyIds,
    boolean authorized) {

  public RecordOfUs {
    keyIds = List.copyOf(keyIds);
  }

  /**
   * Why a token of ours would be refused there; empty where the record gives no reason.
   *
   * @param record absent where it has none
   */
  public static Optional<Diagnosis> diagnose(@Nullable RecordOfUs record, Deployment here) {
    var remedies = new Remedies(here);
    var theirs = new TheirRemedies(here);
    if (record == null) {
      return Optional.of(
          is(
              Cause.ISSUER_UNKNOWN,
              Confidence.PROVED,
              List.of("none of its partner applications has the identifier of " + here.us()),
              theirs.registerUs()));
    }
    List<String> evidence = record.evidence();
    if (!record.enabled) {
      return Optional.of(is(Cause.ISSUER_UNKNOWN, Confidence.PROVED, evidence, theirs.enableUs()));
    }
    String realm = record.realm;
    if (realm != null && !realm.equals(here.us().realm())) {
      return Optional.of(
          is(
              realm.equalsIgnoreCase(here.us().realm()) ? Cause.ISSUER_CASE : Cause.ISSUER_REALM,
              Confidence.PROVED,
              evidence,
              theirs.setRealmOfUs()));
    }
    Optional<String> signing =
        here.signingKeys().values().stream()
            .filter(it -> it.phase() == SigningKeyPublished.Phase.CURRENT)
            .map(SigningKeyPublished::keyId)
            .findFirst();
    if (!record.keyIds.isEmpty() && signing.filter(it -> !record.keyIds.contains(it)).isPresent()) {
      return Optional.of(
          is(
              Cause.SIGNATURE_REFUSED,
              Confidence.PROVED,
              evidence,
              theirs.refreshUs(),
              remedies.keys()));
    }
    return record.authorized
        ? Optional.empty()
        : Optional.of(is(Cause.PERMISSION_MISSING, Confidence.PROVED, evidence, theirs.roles()));
  }

  private List<String> evidence() {
    var lines = new ArrayList<String>();
    lines.add("Name: " + Shown.text(name));
    lines.add("Enabled: " + enabled);
    lines.add("Realm: " + (realm == null ? "(its own)" : Shown.text(realm)));
    lines.add(
        metadataUrl == null
            ? "AuthMetadataUrl: (none, it was given certificates)"
            : "AuthMetadataUrl: " + Shown.text(metadataUrl));
    keyIds.forEach(it -> lines.add("it holds our key " + it));
    lines.add(authorized ? "it has a linked account or permissions" : "LinkedAccount: (none)");
    return lines;
  }

  private static Diagnosis is(
      Cause cause, Confidence confidence, List<String> evidence, Remedy... remedies) {
    return new Diagnosis(cause.code(), cause.meaning(), confidence, evidence, List.of(remedies));
  }
}
