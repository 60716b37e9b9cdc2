package dev.concordat.contracts.events;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the certificates come from that a partner's tokens are checked against. In JSON, what an
 * object says tells which of the three it is; one that says more than one of them, or none, is
 * refused, because nobody could tell which was meant.
 */
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

  @JsonCreator
  private static Trust read(
      @JsonProperty("metadataUrl") @Nullable String metadataUrl,
      @JsonProperty("caBundle") @Nullable String caBundle,
      @JsonProperty("allowHttp") @Nullable Boolean allowHttp,
      @JsonProperty("certificates") @Nullable List<String> certificates,
      @JsonProperty("tokenServer") @Nullable String tokenServer) {
    if (metadataUrl != null && certificates == null && tokenServer == null) {
      return new ByMetadata(metadataUrl, caBundle, allowHttp);
    }
    if (certificates != null && metadataUrl == null && tokenServer == null) {
      return new ByCertificates(certificates);
    }
    if (tokenServer != null && metadataUrl == null && certificates == null) {
      return new ByTokenServer(tokenServer);
    }
    throw new IllegalArgumentException(
        "trust is exactly one of metadataUrl, certificates and tokenServer");
  }
}
