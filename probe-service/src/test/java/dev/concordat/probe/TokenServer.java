package dev.concordat.probe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataDocument;
import dev.concordat.contracts.metadata.AuthMetadataWriter;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.AudienceName;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.contracts.tokens.ActorTokenClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/**
 * What the token-service is to the probe: {@code POST /oauth2/token}, with tokens that are really
 * signed. Tests may have it sign with another key, or refuse.
 */
public final class TokenServer implements AutoCloseable {

  public static final PrincipalName US =
      PrincipalName.parse("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");
  private static final String EXCHANGE = "00000002-0000-0ff1-ce00-000000000000";

  /** A request for a token, as far as tests look at it. */
  public record Asked(Map<String, String> form, String cacheControl) {}

  private final HttpServer server;
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile TestKeys.Pair key = TestKeys.certificate();
  private volatile String refusal = "";
  private volatile byte[] published = document();

  public TokenServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/oauth2/token", this::answer);
    server.createContext("/metadata/json/1", this::publish);
    server.start();
  }

  public String url() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  /** The certificate of the key that signs. */
  public SigningCertificate certificate() {
    return key.certificate();
  }

  /** Signs with a new key from now on, which is not in our document yet. */
  public void rollOver() {
    key = TestKeys.certificate();
  }

  /** Signs with this key from now on, which is not in our document yet. */
  public void signWith(TestKeys.Pair other) {
    key = other;
  }

  /** Has the key that signs in our document from now on. */
  public void publish() {
    published = document();
  }

  /** Answers with this from now on where our document is. */
  public void publish(byte[] instead) {
    published = instead;
  }

  private void publish(HttpExchange exchange) throws IOException {
    try (exchange) {
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(200, published.length);
      exchange.getResponseBody().write(published);
    }
  }

  /** Refuses with this reason from now on; signs again where it is empty. */
  public void refuse(String reason) {
    refusal = reason;
  }

  /** Every request so far. */
  public List<Asked> asked() {
    return asked;
  }

  /** Our auth metadata document. */
  public byte[] document() {
    return document(US);
  }

  /** The same as another issuer's. */
  public byte[] document(PrincipalName issuer) {
    return AuthMetadataWriter.write(
        new AuthMetadataDocument(
            null,
            "1.0",
            "Concordat",
            issuer.realm(),
            issuer.applicationIdentifier(),
            issuer.toString(),
            List.of(),
            List.of(AuthMetadataDocument.Key.of(key.certificate())),
            List.of()));
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      var form = new HashMap<String, String>();
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      for (String pair : body.split("&", -1)) {
        String[] parts = pair.split("=", 2);
        form.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
      }
      asked.add(new Asked(form, exchange.getRequestHeaders().getFirst("Cache-Control")));
      boolean refused = !refusal.isEmpty();
      Map<String, Object> answer =
          refused
              ? Map.of(
                  "error",
                  "invalid_target",
                  "reason",
                  refusal,
                  "error_description",
                  "Refused, as was asked for.")
              : Map.of(
                  "access_token",
                  token(form),
                  "token_type",
                  "Bearer",
                  "expires_in",
                  28800,
                  "token_source",
                  exchange.getRequestHeaders().containsKey("Cache-Control") ? "fresh" : "cached");
      byte[] json = Json.mapper().writeValueAsBytes(answer);
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.sendResponseHeaders(refused ? 400 : 200, json.length);
      exchange.getResponseBody().write(json);
    }
  }

  private String token(Map<String, String> form) {
    SipAddress user = SipAddress.parse(form.get("subject_token"));
    Instant now = Instant.now();
    var actor =
        ActorTokenClaims.selfIssued(
            AudienceName.ofCall(EXCHANGE, URI.create(form.get("resource")), "litwareinc.com"),
            US,
            now.minusSeconds(60),
            now.plus(Duration.ofHours(8)));
    TestKeys.Pair signing = key;
    String input = actor.signingInput(signing.certificate().x5t());
    try {
      var signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(signing.privateKey());
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      String signed =
          input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature.sign());
      return UserTokenClaims.around(
              actor,
              UserTokenClaims.forExchange(form.get("user_upn"), form.get("user_smtp"), user),
              signed)
          .token();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
