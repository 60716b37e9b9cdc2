package dev.concordat.probe.running;

import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.contracts.tokens.SignatureCheck;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.Shown;
import dev.concordat.diagnosis.Unreached;
import dev.concordat.outbound.OutboundAnswer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is tried before a partner is blamed for refusing a token: our own document by its public
 * URL, the partner's as it is now, and our own token with our own published key. Each is only
 * noted; what it means is the diagnosis' to say.
 */
final class Proofs {

  /** For all of them together, on top of the probe's own time. */
  private static final Duration TIME = Duration.ofSeconds(5);

  private final Conversation conversation;
  private final ProofDocuments documents;
  private final String partner;
  private final boolean anew;
  private final URI ourUrl;
  private final Optional<URI> theirUrl;

  /**
   * @param anew whether the documents must be as they are now, and not as a few seconds ago
   */
  Proofs(
      Conversation conversation,
      ProofDocuments documents,
      String partner,
      boolean anew,
      URI ourUrl,
      Optional<URI> theirUrl) {
    this.conversation = conversation;
    this.documents = documents;
    this.partner = partner;
    this.anew = anew;
    this.ourUrl = ourUrl;
    this.theirUrl = theirUrl;
  }

  /** Gathers them where a token was refused, or where only the server itself could tell. */
  void gather(StageFailed failed) {
    if (!(failed.decisive() instanceof Observation.Answered answered)
        || answered.status() != 401
        || Thread.currentThread().isInterrupted()) {
      return;
    }
    conversation.extend(TIME);
    Optional<AuthMetadataDocument> ours = read(Call.OUR_METADATA, ourUrl);
    theirUrl.ifPresent(url -> read(Call.THEIR_METADATA, url));
    ours.ifPresent(this::verifyOurToken);
  }

  private Optional<AuthMetadataDocument> read(Call call, URI url) {
    Optional<ProofDocuments.Read> read =
        documents.get(partner, call, url, anew, TIME, () -> readNow(call, url));
    read.ifPresent(it -> conversation.note(it.read()));
    return read.map(ProofDocuments.Read::document);
  }

  private Optional<ProofDocuments.Read> readNow(Call call, URI url) {
    OutboundAnswer raw;
    try {
      raw = conversation.getForProof(call, url);
    } catch (StageFailed failed) {
      return failed.decisive() instanceof Observation.Unanswered it
          ? Optional.of(of(call, url, null, it.reason(), it.sentence()))
          : Optional.empty();
    }
    return Optional.of(
        raw.status() != 200
            ? of(call, url, null, null, "it answers HTTP " + raw.status())
            : switch (AuthMetadataReader.read(raw.body())) {
              case Reading.Accepted(AuthMetadataDocument document, _) ->
                  of(call, url, document, null, null);
              case Reading.Refused(_, String detail, _) ->
                  of(call, url, null, null, Shown.text(detail));
            });
  }

  private static ProofDocuments.Read of(
      Call call,
      URI url,
      @Nullable AuthMetadataDocument document,
      @Nullable Unreached unreached,
      @Nullable String problem) {
    return new ProofDocuments.Read(
        new Observation.DocumentRead(
            call,
            url,
            document == null ? null : Shown.text(document.issuer()),
            document == null
                ? List.of()
                : document.keys().stream().map(AuthMetadataDocument.Key::x5t).toList(),
            unreached,
            problem),
        document);
  }

  private void verifyOurToken(AuthMetadataDocument ours) {
    Optional<S2SToken> token = conversation.lastSignedToken();
    if (token.isEmpty()) {
      return;
    }
    S2SToken signed = token.get();
    Optional<SigningCertificate> key =
        ours.keys().stream()
            .filter(it -> it.x5t().equals(signed.header().x5t()))
            .findFirst()
            .flatMap(it -> SigningCertificate.tryParse(it.certificate()));
    key.ifPresent(
        it ->
            conversation.note(
                new Observation.TokenVerified(
                    SignatureCheck.byPlatform()
                        .holds(it, signed.signingInput(), signed.signature()))));
  }
}
