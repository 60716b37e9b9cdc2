package dev.concordat.simulator.trust;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.contracts.tokens.TrustedIssuer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * The partner applications of the simulated Exchange, set up as {@code
 * Configure-EnterprisePartnerApplication.ps1} does it: the document is read at that moment and not
 * again until somebody asks for it.
 */
public final class PartnerApplications {

  /** A partner application that could not be set up; the message is the product's kind of text. */
  public static final class NotConfigured extends Exception {
    private static final long serialVersionUID = 1L;

    NotConfigured(String message) {
      super(message);
    }
  }

  private static final String FILE = "partner-applications.json";

  private final Map<PrincipalName, PartnerApplication> applications = new ConcurrentHashMap<>();
  private final Optional<Path> stateFolder;

  /** Those that were set up in this state folder before. */
  public PartnerApplications(Optional<Path> stateFolder) {
    this.stateFolder = stateFolder;
    stateFolder.map(folder -> folder.resolve(FILE)).filter(Files::exists).ifPresent(this::load);
  }

  /**
   * Sets one up, or replaces the one of the same issuer.
   *
   * @param document what its auth metadata URL answers
   */
  public PartnerApplication configure(
      PartnerApplication.Type type, String authMetadataUrl, byte[] document) throws NotConfigured {
    String prefix =
        switch (type) {
          case LYNC -> "LyncEnterprise-";
          case SHAREPOINT -> "SharePointEnterprise-";
          case GENERIC -> "GenericEnterprise-";
        };
    var application =
        read(
            prefix + UUID.randomUUID().toString().replace("-", ""),
            type,
            authMetadataUrl,
            document);
    applications.put(application.issuer(), application);
    save();
    return application;
  }

  /** Reads a document again: {@code Set-PartnerApplication -RefreshAuthMetadata}. */
  public PartnerApplication refresh(PartnerApplication application, byte[] document)
      throws NotConfigured {
    var refreshed =
        read(application.name(), application.type(), application.authMetadataUrl(), document);
    applications.remove(application.issuer());
    applications.put(refreshed.issuer(), refreshed);
    save();
    return refreshed;
  }

  /** Enables or disables one. */
  public PartnerApplication enable(PartnerApplication it, boolean enabled) {
    var changed =
        new PartnerApplication(
            it.name(), it.type(), it.authMetadataUrl(), it.issuer(), it.certificates(), enabled);
    applications.put(it.issuer(), changed);
    save();
    return changed;
  }

  /** Removes one. */
  public void remove(PartnerApplication application) {
    applications.remove(application.issuer());
    save();
  }

  /** All of them. */
  public List<PartnerApplication> all() {
    return List.copyOf(applications.values());
  }

  /** The one of this name. */
  public Optional<PartnerApplication> named(String name) {
    return applications.values().stream().filter(it -> it.name().equals(name)).findFirst();
  }

  /** The enabled one of this issuer. */
  Optional<PartnerApplication> of(PrincipalName issuer) {
    return Optional.ofNullable(applications.get(issuer)).filter(PartnerApplication::enabled);
  }

  /** The issuers whose tokens count now. */
  TrustedIssuer.Lookup trusted() {
    return TrustedIssuer.Lookup.among(
        applications.values().stream()
            .filter(PartnerApplication::enabled)
            .map(PartnerApplication::trusted)
            .toList());
  }

  private static PartnerApplication read(
      String name, PartnerApplication.Type type, String url, byte[] document) throws NotConfigured {
    return switch (AuthMetadataReader.read(document)) {
      case Reading.Refused refused ->
          throw new NotConfigured(
              "The auth metadata document at %s is not valid: %s".formatted(url, refused.detail()));
      case Reading.Accepted(var read, _) ->
          new PartnerApplication(
              name,
              type,
              url,
              PrincipalName.parse(read.issuer()),
              read.keys().stream().map(key -> SigningCertificate.parse(key.certificate())).toList(),
              true);
    };
  }

  private void save() {
    if (stateFolder.isEmpty()) {
      return;
    }
    var saved = new ArrayList<Map<String, Object>>();
    for (PartnerApplication it : applications.values()) {
      var one = new LinkedHashMap<String, Object>();
      one.put("name", it.name());
      one.put("type", it.type().name());
      one.put("authMetadataUrl", it.authMetadataUrl());
      one.put("issuer", it.issuer().toString());
      one.put("enabled", it.enabled());
      one.put("certificates", it.certificates().stream().map(SigningCertificate::base64).toList());
      saved.add(one);
    }
    Path file = stateFolder.get().resolve(FILE);
    Path draft = file.resolveSibling(FILE + ".draft");
    try {
      Files.createDirectories(stateFolder.get());
      Files.write(draft, Json.mapper().writeValueAsBytes(saved));
      Files.move(draft, file, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new IllegalStateException("the state folder can't be written: " + file, e);
    }
  }

  private void load(Path file) {
    Function<JsonNode, PartnerApplication> read =
        it -> {
          var certificates = new ArrayList<SigningCertificate>();
          it.path("certificates")
              .forEach(one -> certificates.add(SigningCertificate.parse(one.asText())));
          return new PartnerApplication(
              it.path("name").asText(),
              PartnerApplication.Type.named(it.path("type").asText()),
              it.path("authMetadataUrl").asText(),
              PrincipalName.parse(it.path("issuer").asText()),
              List.copyOf(certificates),
              it.path("enabled").asBoolean());
        };
    try {
      for (JsonNode one : Json.mapper().readTree(Files.readAllBytes(file))) {
        var application = read.apply(one);
        applications.put(application.issuer(), application);
      }
    } catch (JsonProcessingException | IllegalArgumentException e) {
      throw new IllegalArgumentException(
          file + " can't be read; delete it, and set the partner applications up again", e);
    } catch (IOException e) {
      throw new IllegalStateException(file + " can't be read", e);
    }
  }
}
