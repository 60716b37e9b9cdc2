package dev.concordat.token.oauth;

import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.token.signing.TokenConfig;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/**
 * The certificate by which a client proves itself in TLS: that of the connection, or the one that
 * an ingress hands on in the header that is configured for it. Without that configuration no header
 * is looked at.
 */
@Singleton
public class PresentedCertificate {

  private static final int LONGEST = 64 * 1024;

  /** How an element of Envoy's X-Forwarded-Client-Cert begins. */
  private static final Pattern ENVOY =
      Pattern.compile("(?:By|Hash|Cert|Chain|Subject|URI|DNS)=", Pattern.CASE_INSENSITIVE);

  private final @Nullable String header;

  @Inject
  PresentedCertificate(TokenConfig config) {
    header = config.forwardedCertificateHeader().orElse(null);
  }

  /**
   * The certificate of whoever called the ingress that asks us; the ingress's own connection says
   * nothing of it.
   */
  public @Nullable X509Certificate forwarded(HttpServerRequest request) {
    List<String> values = header == null ? List.of() : request.headers().getAll(header);
    return values.size() == 1 ? read(values.getFirst()).orElse(null) : null;
  }

  /** The certificate of this request, if there is one. */
  @Nullable X509Certificate of(HttpServerRequest request) {
    if (header != null) {
      return forwarded(request);
    }
    if (!request.isSSL()) {
      return null;
    }
    try {
      return request.sslSession().getPeerCertificates()[0] instanceof X509Certificate certificate
          ? certificate
          : null;
    } catch (SSLPeerUnverifiedException none) {
      return null;
    }
  }

  /**
   * Reads what an ingress writes: base64 DER between colons (RFC 9440), URL-encoded PEM (nginx),
   * base64 DER with further certificates behind a comma (Traefik), or the {@code Cert="…"} of
   * Envoy, where it has one element: with several, somebody before the ingress began the list.
   */
  static Optional<X509Certificate> read(String value) {
    if (value.length() > LONGEST) {
      return Optional.empty();
    }
    String text = value.strip();
    if (ENVOY.matcher(text).lookingAt()) {
      String quoted = certificateOfEnvoy(text);
      if (quoted == null) {
        return Optional.empty();
      }
      text = quoted;
    }
    if (text.startsWith(":") && text.endsWith(":") && text.length() > 2) {
      text = text.substring(1, text.length() - 1);
    }
    try {
      // A plus stands for itself here: none of them writes blanks in a form's way.
      text =
          text.indexOf('%') < 0
              ? text
              : URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException notEncoded) {
      return Optional.empty();
    }
    int comma = text.indexOf(',');
    return SigningCertificate.tryParse(comma < 0 ? text : text.substring(0, comma))
        .map(SigningCertificate::x509);
  }

  /**
   * The only {@code Cert} of the only element. What stands between quotes parts nothing: a subject
   * is the client's own choice.
   */
  private static @Nullable String certificateOfEnvoy(String element) {
    String certificate = null;
    boolean quoted = false;
    int begin = 0;
    for (int i = 0; i <= element.length(); i++) {
      char it = i < element.length() ? element.charAt(i) : ';';
      if (quoted) {
        if (it == '\\') {
          i++;
        } else if (it == '"') {
          quoted = false;
        }
      } else if (it == '"') {
        quoted = true;
      } else if (it == ',') {
        return null;
      } else if (it == ';') {
        String pair = element.substring(begin, Math.min(i, element.length()));
        begin = i + 1;
        if (pair.regionMatches(true, 0, "Cert=", 0, 5)) {
          if (certificate != null) {
            return null;
          }
          certificate = pair.substring(5).replace("\"", "");
        }
      }
    }
    return certificate;
  }
}
