package dev.concordat.simulator.trust;

import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.contracts.metadata.SigningCertificate;
import dev.concordat.contracts.names.PrincipalName;
import dev.concordat.simulator.trust.PartnerApplication.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The partner applications and token servers of one simulated server. A document is read when
 * somebody is set up, and not again until it is refreshed. Somebody of the same issuer takes the
 * place of an earlier one; whether Exchange would refuse him is not documented (assumed).
 */
public final class PartnerApplications {

  /** Somebody who could not be set up; the message is the product's kind of text. */
  public static final class NotConfigured extends Exception {
    private static final long serialVersionUID = 1L;

    NotConfigured(String message) {
      super(message);
    }
  }

  /**
   * What a metadata document says.
   *
   * @param tokenEndpoint where tokens are issued, if anywhere
   */
  public record Document(
      PrincipalName issuer,
      List<SigningCertificate> certificates,
      @Nullable String tokenEndpoint) {}

  private final Map<String, PartnerApplication> applications = new ConcurrentSkipListMap<>();
  private final Map<String, TokenServer> tokenServers = new ConcurrentSkipListMap<>();
  private final Optional<TrustFile> file;

  /**
   * Those that are kept in this file.
   *
   * @param file empty to keep nothing
   */
  public PartnerApplications(Optional<Path> file) {
    this.file = file.map(TrustFile::new);
    this.file.ifPresent(
        it ->
            it.read()
                .ifPresent(
                    kept -> {
                      kept.applications().forEach(one -> applications.put(one.name(), one));
                      kept.tokenServers().forEach(one -> tokenServers.put(one.name(), one));
                    }));
  }

  /**
   * Reads a metadata document.
   *
   * @throws NotConfigured if it is none
   */
  public static Document read(String url, byte[] document) throws NotConfigured {
    return switch (AuthMetadataReader.read(document)) {
      case Reading.Refused refused ->
          throw new NotConfigured(
              "The auth metadata document at %s is not valid: %s".formatted(url, refused.detail()));
      case Reading.Accepted(var read, _) ->
          new Document(
              PrincipalName.parse(read.issuer()),
              read.keys().stream().map(key -> SigningCertificate.parse(key.certificate())).toList(),
              read.tokenEndpoint().orElse(null));
    };
  }

  /**
   * Sets one up as {@code Configure-EnterprisePartnerApplication.ps1} does.
   *
   * @param document what its auth metadata URL answers
   */
  public PartnerApplication configure(
      PartnerApplication.Type type, String authMetadataUrl, byte[] document) throws NotConfigured {
    Document read = read(authMetadataUrl, document);
    return put(
        new PartnerApplication(
            type.prefix() + "-" + UUID.randomUUID().toString().replace("-", ""),
            read.issuer(),
            new Source.Metadata(authMetadataUrl, false),
            read.certificates(),
            true,
            type.rights()));
  }

  /** Keeps one, in place of any other of its name or issuer. */
  public synchronized PartnerApplication put(PartnerApplication application) {
    applications
        .values()
        .removeIf(
            it ->
                it.issuer().equals(application.issuer())
                    && it.source().getClass().equals(application.source().getClass()));
    applications.put(application.name(), application);
    save();
    return application;
  }

  /** Keeps a token server, in place of any other of its name or issuer. */
  public synchronized TokenServer put(TokenServer server) {
    tokenServers.values().removeIf(it -> it.issuer().equals(server.issuer()));
    tokenServers.put(server.name(), server);
    save();
    return server;
  }

  /** Takes what its document says now: {@code Set-PartnerApplication -RefreshAuthMetadata}. */
  public synchronized PartnerApplication refresh(PartnerApplication application, byte[] document)
      throws NotConfigured {
    Document read = read(application.metadataUrl().orElse(""), document);
    remove(application);
    return put(application.as(read.issuer(), read.certificates()));
  }

  /** Takes what a token server's document says now. */
  public synchronized TokenServer refresh(TokenServer server, byte[] document)
      throws NotConfigured {
    Document read = read(server.metadataUrl(), document);
    remove(server);
    return put(
        new TokenServer(
            server.name(),
            read.issuer(),
            server.metadataUrl(),
            server.trustAnyTlsCertificate(),
            read.tokenEndpoint(),
            read.certificates(),
            server.enabled()));
  }

  /** Enables or disables one. */
  public PartnerApplication enable(PartnerApplication it, boolean enabled) {
    return put(it.enabled(enabled));
  }

  /** Removes one. */
  public synchronized void remove(PartnerApplication application) {
    applications.remove(application.name());
    save();
  }

  /** Removes a token server. */
  public synchronized void remove(TokenServer server) {
    tokenServers.remove(server.name());
    save();
  }

  /** All of them. */
  public List<PartnerApplication> all() {
    return List.copyOf(applications.values());
  }

  /** All token servers. */
  public List<TokenServer> tokenServers() {
    return List.copyOf(tokenServers.values());
  }

  /** The one of this name. */
  public Optional<PartnerApplication> named(String name) {
    return Optional.ofNullable(applications.get(name));
  }

  /** The token server of this name. */
  public Optional<TokenServer> tokenServerNamed(String name) {
    return Optional.ofNullable(tokenServers.get(name));
  }

  /** Whom the server trusts now. */
  public TrustView view() {
    return new TrustView(all(), tokenServers());
  }

  private void save() {
    file.ifPresent(it -> it.write(new TrustFile.Kept(all(), tokenServers())));
  }
}
