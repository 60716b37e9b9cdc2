package dev.concordat.probe.running;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.contracts.tokens.S2SToken;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.Shown;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.outbound.Limits;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.outbound.OutboundFailure;
import dev.concordat.outbound.OutboundRequest;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Gets user tokens from the token-service, as any workload does: a token exchange (RFC 8693) whose
 * subject is the mailbox's SIP address. The assertion that proves us is read from its file each
 * time, since the platform replaces it while we run.
 */
public final class TokenClient {

  private static final int LARGEST_ANSWER = 64 * 1024;
  private static final long LONGEST_ASSERTION = 16L * 1024;

  private final GuardedHttp http;
  private final URI endpoint;
  private final Path assertionFile;

  /**
   * @param tokenService the token-service's URL without a path
   * @param assertionFile where the assertion is
   */
  public TokenClient(GuardedHttp http, URI tokenService, Path assertionFile) {
    this.http = http;
    this.endpoint = tokenService.resolve("/oauth2/token");
    this.assertionFile = assertionFile;
  }

  /** What asking for a token came to. */
  sealed interface Outcome {

    /** What was seen of it; never the token itself. */
    Observation seen();

    /** A token. */
    record Token(String value, Observation.TokenIssued seen) implements Outcome {
      @Override
      public String toString() {
        return "Token[for " + seen.url().getHost() + "]";
      }
    }

    /** None. */
    record None(Observation seen) implements Outcome {}
  }

  /**
   * Asks for a token that acts for a user at this URL.
   *
   * @param signingKey the key that must sign it; absent for the one that signs now
   * @param fresh whether it is to be signed afresh
   */
  Outcome userToken(
      String partner,
      SipAddress user,
      URI url,
      @Nullable String signingKey,
      boolean fresh,
      Duration atMost) {
    String assertion;
    try {
      assertion = assertion();
    } catch (IOException e) {
      return new Outcome.None(
          new Observation.AssertionUnreadable(
              assertionFile.toString(),
              e instanceof NoSuchFileException
                  ? "there is no such file"
                  : Shown.text(String.valueOf(e.getMessage()))));
    }
    var form = new LinkedHashMap<String, String>();
    form.put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange");
    form.put("subject_token", user.uri());
    form.put("subject_token_type", "urn:concordat:params:oauth:token-type:sip-address");
    form.put("user_smtp", user.address());
    form.put("audience", partner);
    form.put("resource", url.toString());
    if (signingKey != null) {
      form.put("signing_key", signingKey);
    }
    form.put("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
    form.put("client_assertion", assertion);
    var request =
        OutboundRequest.post(endpoint, "application/x-www-form-urlencoded", encoded(form))
            .header("Accept-Encoding", "identity")
            .allowingHttp(true)
            .within(new Limits(atMost, LARGEST_ANSWER));
    try {
      return read(url, http.send(fresh ? request.header("Cache-Control", "no-cache") : request));
    } catch (OutboundFailure e) {
      return silent(e.sentence());
    }
  }

  private String assertion() throws IOException {
    if (Files.size(assertionFile) > LONGEST_ASSERTION) {
      throw new IOException("it is longer than 16 KiB");
    }
    String text = Files.readString(assertionFile, StandardCharsets.US_ASCII).strip();
    if (!text.matches("[A-Za-z0-9._=-]+")) {
      throw new IOException("it holds no token");
    }
    return text;
  }

  private static byte[] encoded(Map<String, String> form) {
    return form.entrySet().stream()
        .map(it -> it.getKey() + "=" + URLEncoder.encode(it.getValue(), StandardCharsets.UTF_8))
        .collect(Collectors.joining("&"))
        .getBytes(StandardCharsets.US_ASCII);
  }

  private Outcome read(URI url, OutboundAnswer answer) {
    JsonNode json;
    try {
      json = Json.mapper().readTree(answer.body());
    } catch (JacksonException e) {
      return notUnderstood(answer);
    } catch (IOException e) {
      return notUnderstood(answer);
    }
    String token = json.path("access_token").asText("");
    if (answer.status() == 200 && !token.isEmpty()) {
      return new Outcome.Token(token, issued(url, token, json.path("token_source").asText("")));
    }
    if (json.path("error").isTextual()) {
      return new Outcome.None(
          new Observation.TokenRefused(
              url,
              answer.status(),
              Shown.text(json.path("error").asText()),
              Shown.text(json.path("reason").asText("")),
              Shown.text(json.path("error_description").asText(""))));
    }
    return notUnderstood(answer);
  }

  private static Observation.TokenIssued issued(URI url, String token, String source) {
    if (S2SToken.parse(token) instanceof S2SToken parsed) {
      S2SToken signed = parsed.signedToken();
      return new Observation.TokenIssued(
          url,
          signed.header().x5t(),
          signed.claims().audience().map(Shown::text).orElse(null),
          !source.equals("cached"));
    }
    return new Observation.TokenIssued(url, null, null, !source.equals("cached"));
  }

  private Outcome notUnderstood(OutboundAnswer answer) {
    return silent(
        "%s answered HTTP %d with something that is no answer of the token-service."
            .formatted(endpoint, answer.status()));
  }

  private static Outcome silent(String sentence) {
    return new Outcome.None(new Observation.TokenServiceSilent(sentence));
  }
}
