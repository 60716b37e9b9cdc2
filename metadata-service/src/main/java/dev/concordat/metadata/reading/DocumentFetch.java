package dev.concordat.metadata.reading;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.contracts.metadata.AuthMetadataReader;
import dev.concordat.contracts.metadata.Reading;
import dev.concordat.outbound.GuardedHttp;
import dev.concordat.outbound.Limits;
import dev.concordat.outbound.OutboundAnswer;
import dev.concordat.outbound.OutboundFailure;
import dev.concordat.outbound.OutboundFailure.Reason;
import dev.concordat.outbound.OutboundFailure.TlsProblem;
import dev.concordat.outbound.OutboundRequest;
import dev.concordat.outbound.RedirectRule;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Fetches a partner's document through the guard; each thing that can go wrong has its problem. */
final class DocumentFetch {

  private static final Pattern MAX_AGE = Pattern.compile("(?:^|[,\\s])max-age\\s*=\\s*(\\d{1,9})");

  private final GuardedHttp http;
  private final Duration timeout;

  DocumentFetch(GuardedHttp http, Duration timeout) {
    this.http = http;
    this.timeout = timeout;
  }

  /**
   * @param etag of the document that is known already; absent to get it whatever it is
   */
  Fetched fetch(PartnerRegistered partner, Trust.ByMetadata trust, @Nullable String etag) {
    OutboundRequest request = request(trust, URI.create(trust.metadataUrl()));
    if (etag != null) {
      request = request.header("If-None-Match", etag);
    }
    try {
      return read(partner, trust, http.send(request), etag != null);
    } catch (OutboundFailure e) {
      return failed(partner.name(), e);
    }
  }

  private OutboundRequest request(Trust.ByMetadata trust, URI uri) {
    return OutboundRequest.get(uri)
        .header("Accept", "application/json")
        .trusting(trust.caBundle())
        .allowingHttp(Boolean.TRUE.equals(trust.allowHttp()))
        .within(new Limits(timeout, AuthMetadataReader.MAX_LENGTH))
        .following(RedirectRule.CHECKED);
  }

  private Fetched read(
      PartnerRegistered partner, Trust.ByMetadata trust, OutboundAnswer answer, boolean conditional)
      throws OutboundFailure {
    String etag = answer.header("etag").filter(it -> it.length() <= 256).orElse(null);
    if (answer.status() == 304 && conditional) {
      return new Fetched.Unmodified(etag, maxAge(answer), tlsEnd(answer));
    }
    if (answer.status() != 200) {
      return status(partner.name(), answer);
    }
    Optional<DiscoveryDocument> discovery = DiscoveryDocument.read(partner.kind(), answer.body());
    if (discovery.isPresent()) {
      OutboundAnswer keys = http.send(request(trust, discovery.get().jwksUri()));
      return keys.status() == 200
          // Its entity tag says nothing of the keys, which are another document.
          ? judged(partner.name(), answer, null, discovery.get().with(partner, keys.body()))
          : status(partner.name(), keys);
    }
    return judged(partner.name(), answer, etag, AuthMetadataReader.read(answer.body()));
  }

  private static Fetched judged(
      String partner, OutboundAnswer answer, @Nullable String etag, Reading reading) {
    return switch (reading) {
      case Reading.Accepted(var document, var warnings) ->
          new Fetched.Document(document, warnings, etag, maxAge(answer), tlsEnd(answer));
      case Reading.Refused(String code, String detail, boolean html) ->
          new Fetched.Unusable(
              Problem.of(
                      html ? "metadata-html" : "metadata-invalid",
                      html
                          ? "There is a page where the document should be"
                          : "The document can't be used",
                      422,
                      "What %s answers is not used: %s. %s"
                          .formatted(
                              answer.uri(),
                              detail,
                              html
                                  ? "Publish the document without pre-authentication, or register the"
                                      + " product's own URL (Exchange: /autodiscover/metadata/json/1,"
                                      + " SharePoint: /_layouts/15/metadata/json/1, Skype for"
                                      + " Business: /metadata/json/1)."
                                  : "Open the URL in a browser on the partner's side and compare."))
                  .with("partner", partner)
                  .with("reason", code));
    };
  }

  private static Fetched status(String partner, OutboundAnswer answer) {
    return new Fetched.Unusable(
        Problem.of(
                "metadata-http-status",
                "There is no document at this URL",
                502,
                "%s answers %d. %s"
                    .formatted(answer.uri(), answer.status(), statusRemedy(answer.status())))
            .with("partner", partner)
            .with("httpStatus", answer.status()));
  }

  private static String statusRemedy(int status) {
    return switch (status) {
      case 401, 403 ->
          "The document must be readable without signing in: publish it without pre-authentication.";
      case 404 ->
          "Check the path: Exchange has /autodiscover/metadata/json/1, SharePoint"
              + " /_layouts/15/metadata/json/1, Skype for Business /metadata/json/1.";
      case 503 -> "The site or its application pool is stopped or overloaded there.";
      default -> "Open the URL in a browser on the partner's side and compare.";
    };
  }

  private static Fetched failed(String partner, OutboundFailure failure) {
    Problem problem =
        switch (failure.reason()) {
          case Reason.RefusedUrl _ ->
              problem(
                  "metadata-url-refused",
                  "The URL is not called",
                  failure,
                  "Register the https URL, or allow plain http for this partner"
                      + " (trust.allowHttp) in a laboratory.");
          case Reason.RefusedAddress _ ->
              problem(
                  "metadata-address-refused",
                  "The address is not called",
                  failure,
                  "If the partner really is there, add its range to"
                      + " concordat.outbound.allowed-addresses.");
          case Reason.UnknownHost _ ->
              problem(
                  "metadata-host-unknown",
                  "The name can't be resolved",
                  failure,
                  "Check the name, and that this cluster's DNS knows the partner's domain.");
          case Reason.ConnectFailed _ ->
              problem(
                  "metadata-unreachable",
                  "The partner can't be reached",
                  failure,
                  "Check port and firewall between here and there.");
          case Reason.TlsFailed(TlsProblem tls, _) ->
              problem("metadata-tls", "The partner's TLS is not trusted", failure, tlsRemedy(tls));
          case Reason.TimedOut _ ->
              problem(
                  "metadata-timeout",
                  "The partner is too slow",
                  failure,
                  "Try the URL from this cluster; a firewall that drops packets looks the same.");
          case Reason.TooLarge _ ->
              problem(
                  "metadata-too-large",
                  "The answer is too large for a document",
                  failure,
                  "Check the URL: an auth metadata document has a few kilobytes.");
          case Reason.Undecodable _ ->
              problem(
                  "metadata-undecodable",
                  "The answer can't be unpacked",
                  failure,
                  "Only gzip is asked for; look at load balancers and proxies that pack answers.");
          case Reason.ProxyFailed _ ->
              problem(
                  "metadata-proxy",
                  "The proxy on the way does not let it through",
                  failure,
                  "Check concordat.outbound.proxy and no-proxy, or let the proxy allow this host.");
          case Reason.TooManyRedirects _ ->
              problem(
                  "metadata-redirects",
                  "It redirects in circles",
                  failure,
                  "Register the last URL.");
          case Reason.RefusedRedirect _ ->
              problem(
                  "metadata-redirects",
                  "It redirects to where requests do not go",
                  failure,
                  "Register the URL of the document itself.");
          case Reason.ConnectionLost _ ->
              problem(
                  "metadata-connection-lost",
                  "The connection broke",
                  failure,
                  "It is tried again by itself; if it stays, look at proxies in between.");
        };
    return failure.reason() instanceof Reason.TooLarge
            || failure.reason() instanceof Reason.Undecodable
        ? new Fetched.Unusable(problem.with("partner", partner))
        : new Fetched.Unreachable(problem.with("partner", partner));
  }

  private static Problem problem(
      String code, String title, OutboundFailure failure, String remedy) {
    return Problem.of(code, title, 502, failure.sentence() + " " + remedy);
  }

  private static String tlsRemedy(TlsProblem problem) {
    return switch (problem) {
      case UNTRUSTED_ROOT ->
          "Give the partner's root certificate with the registration (trust.caBundle), or to all of"
              + " the suite (concordat.outbound.ca-bundle).";
      case NAME_MISMATCH ->
          "Register the URL by a name that the certificate has, or add this name to it.";
      case EXPIRED -> "Renew the TLS certificate on the partner's side.";
      case NOT_YET_VALID -> "Check the clocks on both sides.";
      case HANDSHAKE -> "Check that this port speaks TLS 1.2 or 1.3.";
    };
  }

  private static Optional<Instant> tlsEnd(OutboundAnswer answer) {
    return answer.chain().stream().findFirst().map(it -> it.getNotAfter().toInstant());
  }

  private static Optional<Duration> maxAge(OutboundAnswer answer) {
    Matcher found =
        MAX_AGE.matcher(String.join(",", answer.all("cache-control")).toLowerCase(Locale.ROOT));
    return found.find()
        ? Optional.of(Duration.ofSeconds(Long.parseLong(found.group(1))))
        : Optional.empty();
  }
}
