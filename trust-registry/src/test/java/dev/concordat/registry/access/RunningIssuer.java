package dev.concordat.registry.access;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.concordat.contracts.Json;
import dev.concordat.registry.http.RunningSuite;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.security.interfaces.RSAPublicKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An OpenID Connect issuer over HTTP, with its discovery document and its key set, instead of a key
 * that the service is given. {@code POST /rotate} has it publish the second of its keys alone. The
 * tests sign with its keys by themselves.
 */
public final class RunningIssuer implements QuarkusTestResourceLifecycleManager {

  static final String ISSUER = "test.issuer.url";
  static final String FIRST = "first";
  static final String SECOND = "second";
  static final String AUDIENCE = "concordat";
  static final String GITOPS = "system:serviceaccount:concordat:gitops";
  static final String DASHBOARD = "system:serviceaccount:monitoring:dashboard";

  private final RunningSuite suite = new RunningSuite();
  private final Map<String, KeyPair> keys = new HashMap<>();
  private volatile String published = FIRST;
  private @Nullable HttpServer server;

  static String privateKey(String keyId) {
    return "test.issuer.private-key." + keyId;
  }

  static String publicKey(String keyId) {
    return "test.issuer.public-key." + keyId;
  }

  @Override
  public Map<String, String> start() {
    var settings = new HashMap<>(suite.start());
    settings.keySet().removeIf(it -> it.startsWith("quarkus.oidc.") || it.startsWith("test.oidc."));
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048);
      for (String keyId : List.of(FIRST, SECOND)) {
        KeyPair pair = generator.generateKeyPair();
        keys.put(keyId, pair);
        settings.put(privateKey(keyId), base64(pair.getPrivate().getEncoded()));
        settings.put(publicKey(keyId), base64(pair.getPublic().getEncoded()));
      }
      var started =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      server = started;
      String url = "http://127.0.0.1:" + started.getAddress().getPort();
      started.createContext(
          "/.well-known/openid-configuration",
          exchange -> answer(exchange, Map.of("issuer", url, "jwks_uri", url + "/jwks")));
      started.createContext("/jwks", exchange -> answer(exchange, Map.of("keys", List.of(jwk()))));
      started.createContext(
          "/rotate",
          exchange -> {
            published = SECOND;
            answer(exchange, Map.of());
          });
      started.start();
      settings.put(ISSUER, url);
      settings.put("quarkus.oidc.auth-server-url", url);
      settings.put("quarkus.oidc.token.audience", AUDIENCE);
      settings.put("quarkus.oidc.token.forced-jwk-refresh-interval", "1S");
      settings.put("concordat.access.remembered", "2S");
      settings.put("concordat.access.admins", GITOPS);
      settings.put("concordat.access.viewers", DASHBOARD);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has RSA", e);
    }
    return settings;
  }

  @Override
  public void stop() {
    if (server != null) {
      server.stop(0);
    }
    suite.stop();
  }

  private Map<String, String> jwk() {
    var key = (RSAPublicKey) Objects.requireNonNull(keys.get(published)).getPublic();
    return Map.of(
        "kty",
        "RSA",
        "use",
        "sig",
        "alg",
        "RS256",
        "kid",
        published,
        "n",
        unsigned(key.getModulus()),
        "e",
        unsigned(key.getPublicExponent()));
  }

  private static void answer(HttpExchange exchange, Object body) throws IOException {
    byte[] json = Json.mapper().writeValueAsBytes(body);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, json.length);
    exchange.getResponseBody().write(json);
    exchange.close();
  }

  private static String unsigned(BigInteger number) {
    byte[] bytes = number.toByteArray();
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes);
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }
}
