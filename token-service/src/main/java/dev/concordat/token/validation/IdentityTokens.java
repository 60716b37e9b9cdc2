package dev.concordat.token.validation;

import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.IdentityTokenValidation;
import dev.concordat.contracts.tokens.IdentityTokenValidation.AddIn;
import dev.concordat.contracts.tokens.IdentityTokenValidation.Answer;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.token.partners.KnownPartner;
import dev.concordat.token.partners.PartnerDirectory;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Judges Exchange identity tokens of Outlook add-ins. Their {@code amurl} is never fetched: it only
 * chooses among the metadata documents of registered, enabled Exchange servers, which the
 * metadata-service reads.
 */
@Singleton
public class IdentityTokens {

  private final IdentityTokenValidation rules;
  private final PartnerDirectory directory;
  private final Set<String> addIns;
  private final ValidationLog log;
  private final InstantSource clock;

  @Inject
  IdentityTokens(
      ValidationConfig config, PartnerDirectory directory, ValidationLog log, InstantSource clock) {
    this.rules = new IdentityTokenValidation(config.settings(), SignatureCheck.byPlatform());
    this.directory = directory;
    this.addIns = config.addIns().orElse(Set.of());
    this.log = log;
    this.clock = clock;
  }

  /** Whether a token is of this kind, by what it says of itself. */
  static boolean looksLike(S2SToken token) {
    return !token.userToken() && token.claims().has("appctx");
  }

  Judgement judge(String token) {
    Instant now = clock.instant();
    var addIn =
        new AddIn(addIns, exchanges().map(Exchange::url).collect(Collectors.toUnmodifiableSet()));
    return switch (rules.validate(token, addIn, this::keys, now)) {
      case Answer.Unknown(var refusal) -> {
        log.refused(refusal);
        yield new Judgement.Refused(refusal);
      }
      case Answer.Known known -> {
        log.accepted(false);
        yield new Judgement.KnownUser(
            known.userKey(), known.issuer(), known.audience(), known.from(), known.until());
      }
    };
  }

  private record Exchange(URI url, KnownPartner partner) {}

  private Stream<Exchange> exchanges() {
    return directory
        .all()
        .filter(partner -> partner.registration().enabled())
        .filter(partner -> partner.registration().kind() == PartnerKind.EXCHANGE)
        .flatMap(
            partner ->
                partner.registration().trust() instanceof Trust.ByMetadata trust
                    ? Stream.of(new Exchange(URI.create(trust.metadataUrl()), partner))
                    : Stream.empty());
  }

  private List<SigningCertificate> keys(URI metadataUrl) {
    return exchanges()
        .filter(exchange -> exchange.url().equals(metadataUrl))
        .flatMap(exchange -> exchange.partner().keys().stream())
        .toList();
  }
}
