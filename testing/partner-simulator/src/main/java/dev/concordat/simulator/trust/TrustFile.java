package dev.concordat.simulator.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.TrustLevel;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.trust.PartnerApplication.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Where a server's partner applications and token servers stay: written whole or not at all. */
final class TrustFile {

  /** What it holds. */
  record Kept(List<PartnerApplication> applications, List<TokenServer> tokenServers) {}

  private final Path file;

  TrustFile(Path file) {
    this.file = file;
  }

  Optional<Kept> read() {
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      JsonNode json = Json.mapper().readTree(Files.readAllBytes(file));
      // Before there were token servers, the file was a list.
      JsonNode kept = json.isArray() ? json : json.path("applications");
      var applications = new ArrayList<PartnerApplication>();
      kept.forEach(it -> applications.add(application(it)));
      var servers = new ArrayList<TokenServer>();
      json.path("tokenServers").forEach(it -> servers.add(tokenServer(it)));
      return Optional.of(new Kept(List.copyOf(applications), List.copyOf(servers)));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          file + " can't be read; delete it, and set the partner applications up again", e);
    } catch (IOException e) {
      throw new IllegalStateException(file + " can't be read", e);
    }
  }

  void write(Kept kept) {
    ObjectNode json = Json.mapper().createObjectNode();
    var applications = json.putArray("applications");
    kept.applications.forEach(it -> write(it, applications.addObject()));
    var servers = json.putArray("tokenServers");
    kept.tokenServers.forEach(it -> write(it, servers.addObject()));
    Path draft = file.resolveSibling(file.getFileName() + ".draft");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.write(draft, Json.mapper().writeValueAsBytes(json));
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalStateException("the state folder can't be written: " + file, e);
    }
  }

  private static void write(PartnerApplication it, ObjectNode json) {
    json.put("name", it.name());
    json.put("issuer", it.issuer().toString());
    json.put("enabled", it.enabled());
    switch (it.source()) {
      case Source.Metadata(String url, boolean trustAny) ->
          json.put("authMetadataUrl", url).put("trustAnyTlsCertificate", trustAny);
      case Source.Certificate _ -> json.put("source", "certificate");
      case Source.ThroughTokenServer _ -> json.put("source", "token-server");
    }
    write(it.certificates(), json);
    switch (it.rights()) {
      case Rights.AtExchange(
              String account,
              Set<String> roles,
              List<String> actAs,
              List<String> appOnly,
              boolean sids) -> {
        json.put("linkedAccount", account).put("acceptsSids", sids);
        roles.forEach(json.putArray("roles")::add);
        actAs.forEach(json.putArray("actAsPermissions")::add);
        appOnly.forEach(json.putArray("appOnlyPermissions")::add);
      }
      case Rights.AtSkype(TrustLevel level, boolean sids) ->
          json.put("trustLevel", level.name()).put("acceptsSids", sids);
      case Rights.AtSharePoint(boolean broker) -> json.put("trustBroker", broker);
    }
  }

  private static void write(TokenServer it, ObjectNode json) {
    json.put("name", it.name());
    json.put("issuer", it.issuer().toString());
    json.put("metadataUrl", it.metadataUrl());
    json.put("trustAnyTlsCertificate", it.trustAnyTlsCertificate());
    json.put("tokenEndpoint", it.tokenEndpoint());
    json.put("enabled", it.enabled());
    write(it.certificates(), json);
  }

  private static void write(List<SigningCertificate> certificates, ObjectNode json) {
    var array = json.putArray("certificates");
    certificates.forEach(it -> array.add(it.base64()));
  }

  private static PartnerApplication application(JsonNode it) {
    Source source =
        switch (it.path("source").asText("")) {
          case "certificate" -> new Source.Certificate();
          case "token-server" -> new Source.ThroughTokenServer();
          default ->
              new Source.Metadata(
                  it.path("authMetadataUrl").asText(),
                  it.path("trustAnyTlsCertificate").asBoolean());
        };
    return new PartnerApplication(
        it.path("name").asText(),
        PrincipalName.parse(it.path("issuer").asText()),
        source,
        certificates(it),
        it.path("enabled").asBoolean(),
        rights(it));
  }

  private static Rights rights(JsonNode it) {
    boolean sids = it.path("acceptsSids").asBoolean();
    if (it.has("trustBroker")) {
      return new Rights.AtSharePoint(it.path("trustBroker").asBoolean());
    }
    if (it.has("trustLevel")) {
      return new Rights.AtSkype(
          TrustLevel.valueOf(it.path("trustLevel").asText().toUpperCase(Locale.ROOT)), sids);
    }
    if (it.has("type")) {
      return PartnerApplication.Type.named(it.path("type").asText()).rights();
    }
    return new Rights.AtExchange(
        it.path("linkedAccount").textValue(),
        new LinkedHashSet<>(texts(it.path("roles"))),
        texts(it.path("actAsPermissions")),
        texts(it.path("appOnlyPermissions")),
        sids);
  }

  private static TokenServer tokenServer(JsonNode it) {
    return new TokenServer(
        it.path("name").asText(),
        PrincipalName.parse(it.path("issuer").asText()),
        it.path("metadataUrl").asText(),
        it.path("trustAnyTlsCertificate").asBoolean(),
        it.path("tokenEndpoint").textValue(),
        certificates(it),
        it.path("enabled").asBoolean());
  }

  private static List<SigningCertificate> certificates(JsonNode it) {
    return texts(it.path("certificates")).stream().map(SigningCertificate::parse).toList();
  }

  private static List<String> texts(JsonNode array) {
    var texts = new ArrayList<String>();
    array.forEach(it -> texts.add(it.asText()));
    return List.copyOf(texts);
  }
}
