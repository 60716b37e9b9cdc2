package dev.concordat.diagnosis;

import static dev.concordat.contracts.events.Diagnosis.Confidence.LIKELY;
import static dev.concordat.contracts.events.Diagnosis.Confidence.PROVED;
import static dev.concordat.contracts.events.Diagnosis.Confidence.UNRECOGNISED;

import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.contracts.challenges.MsDiagnostics;
import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.Diagnosis.Confidence;
import dev.concordat.contracts.events.Diagnosis.Remedy;
import dev.concordat.contracts.events.MetadataRefreshed;
import dev.concordat.contracts.names.PrincipalName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Says why a probe failed. What proves itself on our own side is tried before the partner is
 * blamed; a code that isn't known is called not recognised and shown with everything seen, never
 * guessed.
 */
public final class ProbeDiagnosis {

  /** More than this apart, and tokens are not yet, or no longer, valid (trust.md 5.1, rule 8). */
  private static final Duration TOLERATED_SKEW = Duration.ofMinutes(5);

  private static final Pattern EXPECTED_AND_ACTUAL =
      Pattern.compile("Expected '(https?)://([^']*)'.*Actual '(https?)://([^']*)'");

  private final Failure failure;
  private final Observation decisive;
  private final Deployment here;
  private final Remedies remedies;
  private final Suspicions suspicions;

  private ProbeDiagnosis(Failure failure) {
    this.failure = failure;
    decisive = failure.decisive();
    here = failure.here();
    remedies = new Remedies(here);
    suspicions = new Suspicions(failure, remedies);
  }

  /**
   * The diagnosis.
   *
   * @param decisive what made the probe fail
   * @param seen everything that it saw, in order
   * @param here what is known of this deployment
   */
  public static Diagnosis of(Observation decisive, List<Observation> seen, Deployment here) {
    return new ProbeDiagnosis(new Failure(decisive, seen, here)).diagnose();
  }

  private Diagnosis diagnose() {
    return switch (decisive) {
      case Observation.Answered it -> answered(it);
      case Observation.Unanswered it -> unanswered(it);
      case Observation.TokenRefused it -> tokenRefused(it);
      case Observation.TokenServiceSilent _ -> tokenServiceSilent();
      case Observation.AssertionUnreadable it ->
          is(
              Cause.CLIENT_ASSERTION_UNREADABLE,
              PROVED,
              remedies.service(
                  "the probe-service's host or pod",
                  "ls -l " + PowerShell.shell(it.file()),
                  "The file must be there and readable; concordat.probe.client-assertion-file names"
                      + " it."));
      case Observation.PartnerGone it ->
          it.disabled()
              ? is(Cause.PARTNER_DISABLED, PROVED, remedies.enablePartner())
              : is(Cause.PARTNER_UNKNOWN, PROVED, remedies.listPartners());
      case Observation.NoEwsUrl _ ->
          is(Cause.EWS_URL_MISSING, PROVED, remedies.ewsUrls(), remedies.pinEwsUrl());
      case Observation.RedirectNotFollowed it -> redirected(it);
      case Observation.RedirectLoop _ ->
          is(Cause.AUTODISCOVER_LOOP, PROVED, remedies.ewsUrls(), remedies.pinEwsUrl());
      case Observation.NoFolder _ ->
          is(Cause.FOLDER_MISSING, PROVED, remedies.makeFolder(), remedies.folderAccess());
      case Observation.Incomplete _ -> is(Cause.NOT_RECOGNISED, UNRECOGNISED, remedies.theirLogs());
      case Observation.ItemDiffers _ ->
          is(Cause.ITEM_DIFFERS, PROVED, remedies.probeAgain(), remedies.theirLogs());
      case Observation.OutOfTime _ ->
          is(Cause.OUT_OF_TIME, PROVED, remedies.probeAgain(), remedies.longerTime());
      case Observation.Cancelled _ -> is(Cause.CANCELLED, PROVED, remedies.probeAgain());
      case Observation.TokenIssued _, Observation.DocumentRead _, Observation.TokenVerified _ ->
          is(Cause.NOT_RECOGNISED, UNRECOGNISED);
    };
  }

  // Our own side.

  private Diagnosis tokenServiceSilent() {
    return is(
        Cause.TOKEN_SERVICE_UNREACHABLE,
        PROVED,
        remedies.suiteStatus(),
        remedies.service(
            "the probe-service's host or pod",
            "curl -sv -o /dev/null " + PowerShell.shell(here.tokenService().toString()),
            "Shows whether the token-service can be reached; concordat.probe.token-service-url says"
                + " where it is looked for."));
  }

  private Diagnosis tokenRefused(Observation.TokenRefused it) {
    return switch (it.reason()) {
      case "unknown-partner" -> is(Cause.PARTNER_UNKNOWN, PROVED, remedies.listPartners());
      case "partner-disabled" -> is(Cause.PARTNER_DISABLED, PROVED, remedies.enablePartner());
      case "identity-unknown" ->
          partnerHasNoKey()
              ? is(
                  Cause.PARTNER_CERTIFICATE_MISSING,
                  PROVED,
                  remedies.theirCertificate(),
                  remedies.refreshPartner())
              : is(
                  Cause.PARTNER_METADATA_UNREACHABLE,
                  PROVED,
                  remedies.refreshPartner(),
                  remedies.showPartner());
      case "identity-conflict" ->
          is(
              Cause.PARTNER_METADATA_CONFLICT,
              PROVED,
              remedies.showPartner(),
              remedies.acceptPartner());
      case "not-allowed" -> is(Cause.TOKEN_NOT_ALLOWED, PROVED, registerProbeService());
      case "trust-level" -> is(Cause.TOKEN_TRUST_LEVEL, PROVED, remedies.showPartner());
      case "invalid-client" -> clientRefused();
      case "not-ready" -> tokenServiceNotReady();
      case "unknown-signing-key" -> is(Cause.SIGNING_KEY_UNKNOWN, PROVED, remedies.keys());
      default ->
          switch (it.error()) {
            case "invalid_client" -> clientRefused();
            case "temporarily_unavailable" -> tokenServiceNotReady();
            default ->
                it.status() == 503
                    ? tokenServiceNotReady()
                    : is(Cause.TOKEN_REFUSED, PROVED, remedies.showPartner());
          };
    };
  }

  private boolean partnerHasNoKey() {
    MetadataRefreshed metadata = here.metadata();
    return metadata != null
        && metadata.problem() != null
        && "no-signing-key".equals(metadata.problem().extensions().get("reason"));
  }

  private Diagnosis clientRefused() {
    return is(
        Cause.TOKEN_CLIENT_REFUSED,
        PROVED,
        registerProbeService(),
        remedies.service(
            "the token-service's host or pod",
            "grep dev.concordat.audit <its log>",
            "Its audit log has the reason, which it tells no client."));
  }

  private Remedy registerProbeService() {
    return remedies.service(
        "a machine with ./concordat",
        "./concordat partner get concordat-probe",
        "The probe-service must be registered as an enabled partner of kind generic, with"
            + " clientAuth.serviceAccount = the sub of its token, and mayRequest for this partner as"
            + " anyone.");
  }

  private Diagnosis tokenServiceNotReady() {
    return is(Cause.TOKEN_SERVICE_NOT_READY, PROVED, remedies.suiteStatus(), remedies.probeAgain());
  }

  // The way there.

  private Diagnosis unanswered(Observation.Unanswered it) {
    URI url = it.url();
    Remedy fromHere = remedies.openFromHere(url);
    return switch (it.reason()) {
      case Unreached.UnknownHost _ ->
          is(
              Cause.HOST_UNKNOWN,
              PROVED,
              remedies.resolveName(String.valueOf(url.getHost())),
              remedies.pinEwsUrl());
      case Unreached.ConnectFailed _ ->
          is(Cause.HOST_UNREACHABLE, PROVED, fromHere, remedies.serverState());
      case Unreached.RefusedAddress(String address) ->
          is(Cause.ADDRESS_REFUSED, PROVED, remedies.allowAddress(address));
      case Unreached.RefusedUrl _ ->
          is(Cause.URL_REFUSED, PROVED, remedies.ewsUrls(), remedies.pinEwsUrl());
      case Unreached.TlsFailed(Unreached.TlsProblem problem, _) ->
          switch (problem) {
            case UNTRUSTED_ROOT ->
                is(Cause.TLS_UNTRUSTED, PROVED, remedies.trustAuthority(), fromHere);
            case NAME_MISMATCH -> is(Cause.TLS_NAME_MISMATCH, PROVED, remedies.ewsUrls(), fromHere);
            case EXPIRED -> is(Cause.TLS_EXPIRED, PROVED, renewTls(), fromHere);
            case NOT_YET_VALID -> is(Cause.TLS_NOT_YET_VALID, PROVED, remedies.clocks(), fromHere);
            case HANDSHAKE -> is(Cause.TLS_HANDSHAKE, PROVED, fromHere);
          };
      case Unreached.TimedOut _ -> is(Cause.TIMED_OUT, PROVED, fromHere, remedies.serverState());
      case Unreached.ConnectionLost _ ->
          is(Cause.CONNECTION_LOST, PROVED, remedies.probeAgain(), remedies.serverState());
      case Unreached.TooLarge _ -> is(Cause.ANSWER_TOO_LARGE, PROVED, fromHere);
      case Unreached.Undecodable _ -> is(Cause.NOT_EXCHANGE, PROVED, fromHere);
      case Unreached.ProxyFailed _ -> is(Cause.PROXY_FAILED, PROVED, remedies.proxy(url));
      case Unreached.TooManyRedirects _ ->
          is(Cause.AUTODISCOVER_LOOP, PROVED, remedies.ewsUrls(), remedies.pinEwsUrl());
      case Unreached.RefusedRedirect(String location) ->
          is(Cause.REDIRECT_REFUSED, PROVED, remedies.allowRedirects(hostOf(location)));
    };
  }

  private Remedy renewTls() {
    return remedies.service(
        "the server, or the load balancer in front of it",
        "Get-ExchangeCertificate | Format-List Thumbprint,Subject,Services,NotAfter",
        "Shows its TLS certificates; renew the one for IIS.");
  }

  private Diagnosis redirected(Observation.RedirectNotFollowed it) {
    return looksLikeLogin(it.target())
        ? is(Cause.PRE_AUTHENTICATION, LIKELY, remedies.publishWithoutLogin())
        : is(
            Cause.REDIRECT_REFUSED,
            PROVED,
            remedies.allowRedirects(hostOf(it.target())),
            remedies.pinEwsUrl());
  }

  private static boolean looksLikeLogin(String target) {
    String lower = target.toLowerCase(Locale.ROOT);
    return lower.contains("/auth")
        || lower.contains("logon")
        || lower.contains("login")
        || lower.contains("/owa")
        || lower.contains("/adfs/");
  }

  private static String hostOf(String target) {
    try {
      String host = URI.create(target).getHost();
      return host == null ? "<host>" : host;
    } catch (IllegalArgumentException e) {
      return "<host>";
    }
  }

  // What was answered.

  private Diagnosis answered(Observation.Answered it) {
    if (it.reply() instanceof Reply.Refused refused) {
      return refusedByCode(it, refused);
    }
    return switch (it.status()) {
      case 401 -> unauthorized(it);
      case 301, 302, 303, 307, 308 ->
          is(Cause.PRE_AUTHENTICATION, LIKELY, remedies.publishWithoutLogin());
      case 440 -> is(Cause.PRE_AUTHENTICATION, PROVED, remedies.publishWithoutLogin());
      case 403 -> is(Cause.ENDPOINT_FORBIDDEN, PROVED, remedies.serverState(), remedies.roles());
      case 404, 405, 410 ->
          is(Cause.ENDPOINT_MISSING, PROVED, remedies.virtualDirectories(), remedies.serverState());
      case 429 -> throttled();
      case 503 -> it.headers().containsKey("retry-after") ? throttled() : serverUnavailable();
      default -> {
        if (it.status() >= 500) {
          yield serverUnavailable();
        }
        yield it.reply() instanceof Reply.Foreign(Reply.Foreign.Form form, _)
                && form == Reply.Foreign.Form.HTML
            ? is(Cause.PRE_AUTHENTICATION, LIKELY, remedies.publishWithoutLogin())
            : is(Cause.NOT_EXCHANGE, PROVED, remedies.ewsUrls(), remedies.openFromHere(it.url()));
      }
    };
  }

  private Diagnosis throttled() {
    return is(Cause.THROTTLED, PROVED, remedies.throttling(), remedies.probeAgain());
  }

  private Diagnosis serverUnavailable() {
    return is(Cause.SERVER_UNAVAILABLE, PROVED, remedies.serverState(), remedies.recyclePools());
  }

  private Diagnosis refusedByCode(Observation.Answered answer, Reply.Refused refused) {
    String text = refused.message().toLowerCase(Locale.ROOT);
    if (text.contains("linked account") || text.contains("rbac")) {
      return is(Cause.PERMISSION_MISSING, LIKELY, remedies.roles());
    }
    return switch (refused.code()) {
      case "ErrorNonExistentMailbox", "InvalidUser" -> mailboxUnknown();
      case "ErrorMailboxMoveInProgress" ->
          is(Cause.MAILBOX_MOVING, PROVED, remedies.moveState(), remedies.probeAgain());
      case "ErrorMailboxStoreUnavailable",
          "ErrorMailboxFailover",
          "ErrorConnectionFailed",
          "ErrorInternalServerTransientError" ->
          is(Cause.MAILBOX_UNAVAILABLE, PROVED, remedies.databaseState(), remedies.probeAgain());
      case "ErrorAccessDenied", "ErrorCreateItemAccessDenied" ->
          is(Cause.ACCESS_DENIED, PROVED, remedies.roles(), remedies.folderAccess());
      case "ErrorImpersonateUserDenied",
          "ErrorImpersonationDenied",
          "ErrorImpersonationFailed",
          "ErrorInvalidUserPrincipalName",
          "ErrorInvalidUserSid" ->
          is(Cause.IMPERSONATION_DENIED, PROVED, remedies.roles());
      case "ErrorQuotaExceeded" -> is(Cause.QUOTA_EXCEEDED, PROVED, remedies.quota());
      case "ErrorServerBusy", "ErrorExceededConnectionCount", "ServerBusy" -> throttled();
      case "ErrorItemNotFound" ->
          switch (answer.call()) {
            case GET_ITEM, DELETE_ITEM ->
                is(Cause.ITEM_MISSING, PROVED, remedies.probeAgain(), remedies.theirLogs());
            default -> folderMissing(answer.call());
          };
      case "ErrorFolderNotFound" -> folderMissing(answer.call());
      case "ErrorCannotDeleteObject" ->
          is(Cause.DELETE_REFUSED, PROVED, remedies.showMailbox(), remedies.theirLogs());
      case "ErrorInvalidServerVersion",
          "ErrorIncorrectSchemaVersion",
          "ErrorWrongServerVersion",
          "ErrorInvalidSchemaVersionForMailboxVersion" ->
          is(Cause.LEGACY_SERVER, PROVED, remedies.showMailbox(), remedies.ewsUrls());
      case "ErrorSchemaValidation",
          "ErrorInvalidRequest",
          "ErrorInvalidOperation",
          "InvalidRequest",
          "InvalidSetting" ->
          is(Cause.REQUEST_REFUSED, PROVED, remedies.theirLogs());
      case "InvalidDomain", "NotFederated" ->
          is(Cause.DOMAIN_UNKNOWN, PROVED, remedies.showMailbox(), remedies.pinEwsUrl());
      case "ErrorInternalServerError", "InternalServerError" -> serverUnavailable();
      default -> is(Cause.NOT_RECOGNISED, UNRECOGNISED, remedies.theirLogs());
    };
  }

  private Diagnosis folderMissing(Call call) {
    return call == Call.GET_PURGES
        ? is(Cause.ARCHIVE_MISSING, PROVED, remedies.archive(), remedies.archivingPolicy())
        : is(Cause.FOLDER_MISSING, PROVED, remedies.makeFolder(), remedies.folderAccess());
  }

  private Diagnosis mailboxUnknown() {
    return is(Cause.MAILBOX_UNKNOWN, PROVED, remedies.showMailbox());
  }

  // The token is refused.

  private Diagnosis unauthorized(Observation.Answered it) {
    Optional<MsDiagnostics> refusal = it.refusal();
    if (refusal.isPresent()) {
      return refusedToken(it, refusal.get());
    }
    Optional<BearerChallenge> bearer = it.bearer();
    if (bearer.isEmpty()) {
      return is(
          Cause.OAUTH_NOT_OFFERED,
          // Exchange's front end names itself; without that, it may be a proxy that answers.
          it.headers().containsKey("x-feserver") ? PROVED : LIKELY,
          remedies.virtualDirectories(),
          remedies.recyclePools());
    }
    Optional<Diagnosis> ours =
        suspicions.ofOneServer(it).or(suspicions::ofOurs).or(() -> skewed(it));
    if (ours.isPresent()) {
      return ours.get();
    }
    return bearer.get().trusts(here.us())
        ? is(Cause.TOKEN_REFUSED_BY_PARTNER, UNRECOGNISED, remedies.theirLogs(), remedies.showUs())
        : issuerUnknown(bearer, LIKELY);
  }

  private Diagnosis refusedToken(Observation.Answered it, MsDiagnostics refusal) {
    String reason = String.valueOf(refusal.reason());
    if (reason.contains("S2SAppActAs") || reason.contains("not applicable for the current")) {
      return is(Cause.TOKEN_PROFILE_REFUSED, PROVED, remedies.ewsUrls());
    }
    Integer code = refusal.code();
    String known =
        switch (code == null ? 0 : code) {
          case 2000000 -> "invalid_signature";
          case 2000001 -> "invalid_token";
          case 2000003 -> "invalid_resource";
          case 2000004 -> "invalid_tenant";
          case 2000005 -> "invalid_user";
          case 2000008 -> "invalid_grant";
          case 2000009 -> "invalid_issuer";
          case 4000000 -> "oauth_not_available";
          default -> "";
        };
    // A code that isn't known still has a category; what it says is then only likely.
    Confidence confidence = known.isEmpty() ? LIKELY : PROVED;
    return switch (known.isEmpty() ? String.valueOf(refusal.category()) : known) {
      case "invalid_signature" -> suspicions.ofOneServer(it).orElseGet(this::signatureRefused);
      case "invalid_token" ->
          suspicions
              .ofOurs()
              .or(() -> skewed(it))
              .orElseGet(() -> is(Cause.TOKEN_MALFORMED, LIKELY, remedies.inspectToken()));
      case "invalid_resource" -> audienceRefused(reason, confidence);
      case "invalid_tenant" ->
          suspicions
              .ofNames()
              .orElseGet(
                  () ->
                      is(
                          Cause.REALM_UNKNOWN,
                          confidence,
                          remedies.acceptedDomain(),
                          remedies.showUs()));
      case "invalid_user" ->
          reason.contains("ambiguous")
              ? is(Cause.USER_AMBIGUOUS, confidence, remedies.doubles())
              : is(Cause.MAILBOX_UNKNOWN, confidence, remedies.showMailbox());
      case "invalid_grant" -> is(Cause.PERMISSION_MISSING, confidence, remedies.roles());
      case "invalid_issuer" ->
          suspicions
              .ofNames()
              .orElseGet(() -> issuerUnknown(it.bearer().or(this::challenge), confidence));
      case "oauth_not_available" ->
          is(Cause.OAUTH_NOT_AVAILABLE, LIKELY, remedies.virtualDirectories(), remedies.showUs());
      default -> is(Cause.NOT_RECOGNISED, UNRECOGNISED, remedies.theirLogs(), remedies.showUs());
    };
  }

  private Diagnosis signatureRefused() {
    return suspicions
        .ofOurs()
        .orElseGet(
            () ->
                is(
                    Cause.SIGNATURE_REFUSED,
                    // Our document has the key, and the token holds by it: so theirs is older.
                    failure.last(Observation.TokenVerified.class).isPresent() ? PROVED : LIKELY,
                    remedies.refreshUs(),
                    remedies.ourDocumentFromThere(),
                    remedies.keys()));
  }

  private Diagnosis audienceRefused(String reason, Confidence confidence) {
    var matcher = EXPECTED_AND_ACTUAL.matcher(reason);
    boolean onlyTheScheme =
        matcher.find()
            && !matcher.group(1).equals(matcher.group(3))
            && matcher.group(2).equalsIgnoreCase(matcher.group(4));
    return onlyTheScheme
        ? is(Cause.TLS_OFFLOADED, confidence, remedies.endOffloading())
        : suspicions
            .ofNames()
            .orElseGet(
                () ->
                    is(
                        Cause.AUDIENCE_REFUSED,
                        confidence,
                        remedies.ewsUrls(),
                        remedies.endOffloading(),
                        remedies.inspectToken()));
  }

  private Diagnosis issuerUnknown(Optional<BearerChallenge> challenge, Confidence confidence) {
    List<PrincipalName> trusted =
        challenge.map(BearerChallenge::trustedIssuerNames).orElse(List.of());
    if (trusted.stream().anyMatch(it -> it.differsOnlyInCase(here.us()))) {
      return is(Cause.ISSUER_CASE, confidence, remedies.setRealmOfUs(), remedies.refreshUs());
    }
    if (trusted.stream()
        .anyMatch(it -> it.applicationIdentifier().equals(here.us().applicationIdentifier()))) {
      return challenge.filter(it -> it.trusts(here.us())).isPresent()
          ? is(Cause.ISSUER_UNKNOWN, confidence, remedies.showUs(), remedies.enableUs())
          : is(Cause.ISSUER_REALM, confidence, remedies.setRealmOfUs(), remedies.acceptedDomain());
    }
    return is(
        Cause.ISSUER_UNKNOWN,
        confidence,
        remedies.showUs(),
        remedies.registerUs(),
        remedies.enableUs());
  }

  private Optional<BearerChallenge> challenge() {
    return failure.seen().stream()
        .filter(Observation.Answered.class::isInstance)
        .map(Observation.Answered.class::cast)
        .flatMap(it -> it.bearer().stream())
        .findFirst();
  }

  private Optional<Diagnosis> skewed(Observation.Answered it) {
    return it.ahead()
        .filter(ahead -> ahead.abs().compareTo(TOLERATED_SKEW) > 0)
        .map(_ -> is(Cause.CLOCK_SKEW, LIKELY, remedies.clocks()));
  }

  private Diagnosis is(Cause cause, Confidence confidence, Remedy... what) {
    return failure.is(cause, confidence, what);
  }
}
