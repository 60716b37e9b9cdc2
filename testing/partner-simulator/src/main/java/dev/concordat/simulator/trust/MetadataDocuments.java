package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.HttpCall;
import dev.concordat.simulator.faults.Effect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;

/** The auth metadata document of each product, in the shape in which it writes it (trust.md 2). */
public final class MetadataDocuments {

  private MetadataDocuments() {}

  /** The document as it is asked for, or as a fault has it. */
  public static HttpAnswer answer(ServerIdentity server, HttpCall call) {
    ServerIdentity shown =
        call.effect(Effect.DocumentRealm.class).map(it -> server.in(it.realm())).orElse(server);
    return HttpAnswer.json(200, of(shown, call.authority(), certificates(server, call)));
  }

  private static List<SigningCertificate> certificates(ServerIdentity server, HttpCall call) {
    if (call.effect(Effect.DocumentWithoutKeys.class).isPresent()) {
      return List.of();
    }
    return call.effect(Effect.StaleDocument.class).isPresent()
        ? server.keys().stale()
        : server.keys().published();
  }

  /**
   * The document.
   *
   * @param authority the host, with a port off 443, that it is published under
   * @param certificates those that it shows, the current one first
   */
  private static String of(
      ServerIdentity server, String authority, List<SigningCertificate> certificates) {
    return switch (server.kind()) {
      case EXCHANGE ->
          full(server, "Exchange", authority, certificates, server.issuer().toString());
      // No sample of its document was found: the shape of Exchange's, this name and audience are
      // assumed.
      case SKYPE ->
          full(
              server,
              "Lync",
              authority,
              certificates,
              "%s/%s@%s"
                  .formatted(server.kind().applicationIdentifier(), authority, server.realm()));
      case SHAREPOINT -> poor(server, certificates);
    };
  }

  /** As in "Validate an Exchange identity token". */
  private static String full(
      ServerIdentity server,
      String name,
      String authority,
      List<SigningCertificate> certificates,
      String audience) {
    String content =
        certificates.stream().map(SigningCertificate::thumbprint).collect(Collectors.joining());
    return new String(
        AuthMetadataWriter.write(
            new AuthMetadataDocument(
                "_" + UUID.nameUUIDFromBytes(content.getBytes(StandardCharsets.US_ASCII)),
                "1.0",
                name,
                server.realm(),
                server.kind().applicationIdentifier(),
                server.issuer().toString(),
                List.of(audience),
                certificates.stream().map(AuthMetadataDocument.Key::of).toList(),
                List.of(
                    new AuthMetadataDocument.Endpoint(
                        "https://" + authority + server.kind().metadataPath(),
                        "OAuth2",
                        "metadata")))),
        StandardCharsets.UTF_8);
  }

  /**
   * As captured from a farm of the Subscription Edition: no {@code x5t}, realm, version or
   * endpoints, other case, and each slash escaped.
   */
  private static String poor(ServerIdentity server, List<SigningCertificate> certificates) {
    String id = server.kind().applicationIdentifier();
    return certificates.stream()
        .map(
            it ->
                "{\"keyValue\":{\"type\":\"x509certificate\",\"value\":\"%s\"},\"usage\":\"Signing\"}"
                    .formatted(it.base64().replace("/", "\\/")))
        .collect(
            Collectors.joining(
                ",",
                "{\"issuer\":\"%s\",\"keys\":[".formatted(server.issuer()),
                "],\"name\":\"%s\",\"serviceName\":\"%s\"}".formatted(id, id)));
  }
}
