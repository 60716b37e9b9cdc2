package dev.concordat.contracts.tokens;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Decides whether an Exchange user identity token holds for an add-in's web server ("Inside the
 * Exchange identity token", "Validate an Exchange identity token"). It is no server-to-server token
 * and proves nothing to a partner.
 */
public final class IdentityTokenValidation {

  /** The only version that there is. */
  public static final String VERSION = "ExIdTok.V1";

  private final SignedTokenRules signedTokens;

  /** A validation with these switches, and with this way of verifying signatures. */
  public IdentityTokenValidation(ValidationSettings settings, SignatureCheck signatures) {
    this.signedTokens = new SignedTokenRules(settings, signatures);
  }

  /** A validation with every switch at its default and the platform's signatures. */
  public static IdentityTokenValidation withDefaults() {
    return new IdentityTokenValidation(ValidationSettings.DEFAULT, SignatureCheck.byPlatform());
  }

  /** How a validation finds the keys of an Exchange, by the URL of its metadata document. */
  @FunctionalInterface
  public interface Keys {

    /**
     * The keys that the document at this URL publishes. Only ever asked for URLs that the add-in is
     * configured with.
     */
    List<SigningCertificate> publishedAt(URI metadataUrl);
  }

  /**
   * Who is asked to accept the token.
   *
   * @param audiences the add-in's URLs, any of which {@code aud} must be exactly
   * @param metadataUrls the Exchange metadata documents that it is configured with
   */
  public record AddIn(Set<String> audiences, Set<URI> metadataUrls) {
    public AddIn {
      audiences = Set.copyOf(audiences);
      metadataUrls = Set.copyOf(metadataUrls);
    }
  }

  /** Whether the token holds. */
  public sealed interface Answer {

    /**
     * It holds.
     *
     * @param userKey stands for the user of that Exchange, the same in every token: base64url of
     *     the SHA-256 over metadata URL and mailbox id
     * @param issuer as the token names it
     * @param audience the add-in that it is for
     * @param from its beginning
     * @param until the earlier of its expiry and the certificate's end
     */
    record Known(String userKey, String issuer, String audience, Instant from, Instant until)
        implements Answer {}

    /** It doesn't. */
    record Unknown(Refusal refusal) implements Answer {}
  }

  /** Decides about a token as it was sent. */
  public Answer validate(String token, AddIn addIn, Keys keys, Instant now) {
    return switch (S2SToken.parse(token)) {
      case Refusal refusal -> new Answer.Unknown(refusal);
      case S2SToken parsed -> {
        try {
          yield decide(parsed, addIn, keys, now);
        } catch (Broken broken) {
          yield new Answer.Unknown(broken.refusal());
        }
      }
    };
  }

  private Answer decide(S2SToken token, AddIn addIn, Keys keys, Instant now) throws Broken {
    SignedTokenRules.algorithm(token);
    if (token.userToken() || !"JWT".equals(token.header().typ())) {
      throw new Broken(Rule.VERSION, "it is not of the type JWT");
    }
    if (token.header().x5t() == null) {
      throw new Broken(Rule.KEY, "its header names no key (x5t)");
    }
    TokenClaims context =
        token
            .claims()
            .appContext()
            .orElseThrow(() -> new Broken(Rule.VERSION, "it has no appctx that can be read"));
    if (!context.text("version").equals(Optional.of(VERSION))) {
      throw new Broken(Rule.VERSION, "its appctx is not of the version " + VERSION);
    }
    URI metadataUrl = metadataUrl(context, addIn);
    SigningCertificate key = signedTokens.key(token, keys.publishedAt(metadataUrl), Set.of());
    SignedTokenRules.certificate(key, now);
    SignedTokenRules.Times times = signedTokens.times(token.claims(), now);
    String audience =
        token
            .claims()
            .audience()
            .filter(addIn.audiences()::contains)
            .orElseThrow(() -> new Broken(Rule.AUD, "its audience is no URL of the add-in"));
    String mailbox =
        context
            .text("msexchuid")
            .filter(id -> !id.isBlank())
            .orElseThrow(() -> new Broken(Rule.USER, "its appctx has no msexchuid"));
    return new Answer.Known(
        userKey(metadataUrl, mailbox),
        token.claims().issuer().orElse(""),
        audience,
        times.notBefore(),
        TokenValidation.earliest(times.expiry(), key.notAfter()));
  }

  /** The configured URL that the token names, found before anything is fetched. */
  private static URI metadataUrl(TokenClaims context, AddIn addIn) throws Broken {
    Optional<String> named = context.text("amurl").flatMap(IdentityTokenValidation::canonical);
    return addIn.metadataUrls().stream()
        .filter(configured -> named.isPresent() && named.equals(canonical(configured.toString())))
        .findFirst()
        .orElseThrow(
            () -> new Broken(Rule.AMURL, "its amurl is no metadata document that is configured"));
  }

  /** Without port 443 and with scheme and host in lower case; empty where it is no https URL. */
  private static Optional<String> canonical(String url) {
    try {
      var parsed = new URI(url);
      if (!"https".equalsIgnoreCase(parsed.getScheme())
          || parsed.getHost() == null
          || parsed.getRawUserInfo() != null
          || parsed.getRawFragment() != null) {
        return Optional.empty();
      }
      String port = parsed.getPort() < 0 || parsed.getPort() == 443 ? "" : ":" + parsed.getPort();
      String query = parsed.getRawQuery() == null ? "" : "?" + parsed.getRawQuery();
      return Optional.of(
          "https://"
              + parsed.getHost().toLowerCase(Locale.ROOT)
              + port
              + parsed.getRawPath()
              + query);
    } catch (URISyntaxException noUrl) {
      return Optional.empty();
    }
  }

  private static String userKey(URI metadataUrl, String mailbox) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256")
              .digest((metadataUrl + "\n" + mailbox).getBytes(StandardCharsets.UTF_8));
      return Base64.getUrlEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException absent) {
      throw new IllegalStateException("every Java platform has SHA-256", absent);
    }
  }
}
