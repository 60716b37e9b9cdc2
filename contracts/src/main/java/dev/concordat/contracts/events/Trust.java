package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the certificates come from that a partner's tokens are checked against. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({
  @JsonSubTypes.Type(Trust.ByMetadata.class),
  @JsonSubTypes.Type(Trust.ByCertificates.class),
  @JsonSubTypes.Type(Trust.ByTokenServer.class)
})
public sealed interface Trust {

  /**
   * The certificates in the partner's auth metadata document.
   *
   * @param metadataUrl where the document is; https unless {@code allowHttp}
   * @param caBundle PEM certificates that the partner's TLS certificate must chain to, where the
   *     platform's own are not enough
   * @param allowHttp whether plain http is allowed for this partner; absent means no
   */
  record ByMetadata(String metadataUrl, @Nullable String caBundle, @Nullable Boolean allowHttp)
      implements Trust {}

  /**
   * Certificates given by hand.
   *
   * @param certificates PEM, or base64 DER as the cmdlets take it
   */
  record ByCertificates(List<String> certificates) implements Trust {
    public ByCertificates {
      certificates = List.copyOf(certificates);
    }
  }

  /**
   * A token server vouches for the partner ({@code -UseOAuthServer}).
   *
   * @param tokenServer the name of a registered partner of kind {@code token-server}
   */
  record ByTokenServer(String tokenServer) implements Trust {}
}
