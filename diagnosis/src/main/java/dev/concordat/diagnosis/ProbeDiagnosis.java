package dev.concordat.diagnosis;

import static dev.concordat.contracts.events.Diagnosis.Confidence.LIKELY;
import static dev.concordat.contracts.events.Diagnosis.Confidence.PROVED;
import static dev.concordat.contracts.events.Diagnosis.Confidence.UNRECOGNISED;

import dev.concordat.contracts.events.Diagnosis;
import dev.concordat.contracts.events.Diagnosis.Confidence;
import dev.concordat.contracts.events.Diagnosis.Remedy;
import dev.concordat.contracts.events.MetadataRefreshed;
import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * Says why a probe failed. What proves itself on our own side is tried before the partner is
 * blamed; a code that isn't known is called not recognised and shown with everything seen, never
 * guessed.
 */
public final class ProbeDiagnosis {

  private final Failure failure;
  private final Observation decisive;
  private final Deployment here;
  private final Remedies remedies;
  private final TheirRemedies theirs;

  private ProbeDiagnosis(Failure failure) {
    this.failure = failure;
    decisive = failure.decisive();
    here = failure.here();
    remedies = new Remedies(here);
    theirs = new TheirRemedies(here);
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
          is(Cause.EWS_URL_MISSING, PROVED, theirs.ewsUrls(), remedies.pinEwsUrl());
      case Observation.RedirectNotFollowed it -> redirected(it);
      case Observation.RedirectLoop _ ->
          is(Cause.AUTODISCOVER_LOOP, PROVED, theirs.ewsUrls(), remedies.pinEwsUrl());
      case Observation.NoFolder _ ->
          is(Cause.FOLDER_MISSING, PROVED, remedies.makeFolder(), theirs.folderAccess());
      case Observation.Incomplete _ -> is(Cause.NOT_RECOGNISED, UNRECOGNISED, theirs.logs());
      case Observation.ItemDiffers _ ->
          is(Cause.ITEM_DIFFERS, PROVED, remedies.probeAgain(), theirs.logs());
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
                  theirs.certificate(),
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
          is(Cause.HOST_UNREACHABLE, PROVED, fromHere, theirs.serverState());
      case Unreached.RefusedAddress(String address) ->
          is(Cause.ADDRESS_REFUSED, PROVED, remedies.allowAddress(address));
      case Unreached.RefusedUrl _ ->
          is(Cause.URL_REFUSED, PROVED, theirs.ewsUrls(), remedies.pinEwsUrl());
      case Unreached.TlsFailed(Unreached.TlsProblem problem, _) ->
          switch (problem) {
            case UNTRUSTED_ROOT ->
                is(Cause.TLS_UNTRUSTED, PROVED, remedies.trustAuthority(), fromHere);
            case NAME_MISMATCH -> is(Cause.TLS_NAME_MISMATCH, PROVED, theirs.ewsUrls(), fromHere);
            case EXPIRED -> is(Cause.TLS_EXPIRED, PROVED, theirs.renewTls(), fromHere);
            case NOT_YET_VALID -> is(Cause.TLS_NOT_YET_VALID, PROVED, theirs.clocks(), fromHere);
            case HANDSHAKE -> is(Cause.TLS_HANDSHAKE, PROVED, fromHere);
          };
      case Unreached.TimedOut _ -> is(Cause.TIMED_OUT, PROVED, fromHere, theirs.serverState());
      case Unreached.ConnectionLost _ ->
          is(Cause.CONNECTION_LOST, PROVED, remedies.probeAgain(), theirs.serverState());
      case Unreached.TooLarge _ -> is(Cause.ANSWER_TOO_LARGE, PROVED, fromHere);
      case Unreached.Undecodable _ -> is(Cause.NOT_EXCHANGE, PROVED, fromHere);
      case Unreached.ProxyFailed _ -> is(Cause.PROXY_FAILED, PROVED, remedies.proxy(url));
      case Unreached.TooManyRedirects _ ->
          is(Cause.AUTODISCOVER_LOOP, PROVED, theirs.ewsUrls(), remedies.pinEwsUrl());
      case Unreached.RefusedRedirect(String location) ->
          is(Cause.REDIRECT_REFUSED, PROVED, remedies.allowRedirects(hostOf(location)));
    };
  }

  private Diagnosis redirected(Observation.RedirectNotFollowed it) {
    return looksLikeLogin(it.target())
        ? is(Cause.PRE_AUTHENTICATION, LIKELY, theirs.publishWithoutLogin())
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
      case 401 -> new RefusedToken(failure).diagnose(it);
      case 301, 302, 303, 307, 308 ->
          is(Cause.PRE_AUTHENTICATION, LIKELY, theirs.publishWithoutLogin());
      case 440 -> is(Cause.PRE_AUTHENTICATION, PROVED, theirs.publishWithoutLogin());
      case 403 -> is(Cause.ENDPOINT_FORBIDDEN, PROVED, theirs.serverState(), theirs.roles());
      case 404, 405, 410 ->
          is(Cause.ENDPOINT_MISSING, PROVED, theirs.virtualDirectories(), theirs.serverState());
      case 429 -> throttled();
      case 503 -> it.headers().containsKey("retry-after") ? throttled() : serverUnavailable();
      default -> {
        if (it.status() >= 500) {
          yield serverUnavailable();
        }
        yield it.reply() instanceof Reply.Foreign(Reply.Foreign.Form form, _)
                && form == Reply.Foreign.Form.HTML
            ? is(Cause.PRE_AUTHENTICATION, LIKELY, theirs.publishWithoutLogin())
            : is(Cause.NOT_EXCHANGE, PROVED, theirs.ewsUrls(), remedies.openFromHere(it.url()));
      }
    };
  }

  private Diagnosis throttled() {
    return is(Cause.THROTTLED, PROVED, theirs.throttling(), remedies.probeAgain());
  }

  private Diagnosis serverUnavailable() {
    return is(Cause.SERVER_UNAVAILABLE, PROVED, theirs.serverState(), theirs.recyclePools());
  }

  private Diagnosis refusedByCode(Observation.Answered answer, Reply.Refused refused) {
    String text = refused.message().toLowerCase(Locale.ROOT);
    if (text.contains("linked account") || text.contains("rbac")) {
      return is(Cause.PERMISSION_MISSING, LIKELY, theirs.roles());
    }
    return switch (refused.code()) {
      case "ErrorNonExistentMailbox", "InvalidUser" -> mailboxUnknown();
      case "ErrorMailboxMoveInProgress" ->
          is(Cause.MAILBOX_MOVING, PROVED, theirs.moveState(), remedies.probeAgain());
      case "ErrorMailboxStoreUnavailable",
          "ErrorMailboxFailover",
          "ErrorConnectionFailed",
          "ErrorInternalServerTransientError" ->
          is(Cause.MAILBOX_UNAVAILABLE, PROVED, theirs.databaseState(), remedies.probeAgain());
      case "ErrorAccessDenied", "ErrorCreateItemAccessDenied" ->
          is(Cause.ACCESS_DENIED, PROVED, theirs.roles(), theirs.folderAccess());
      case "ErrorImpersonateUserDenied",
          "ErrorImpersonationDenied",
          "ErrorImpersonationFailed",
          "ErrorInvalidUserPrincipalName",
          "ErrorInvalidUserSid" ->
          is(Cause.IMPERSONATION_DENIED, PROVED, theirs.roles());
      case "ErrorQuotaExceeded" -> is(Cause.QUOTA_EXCEEDED, PROVED, theirs.quota());
      case "ErrorServerBusy", "ErrorExceededConnectionCount", "ServerBusy" -> throttled();
      case "ErrorItemNotFound" ->
          switch (answer.call()) {
            case GET_ITEM, DELETE_ITEM ->
                is(Cause.ITEM_MISSING, PROVED, remedies.probeAgain(), theirs.logs());
            default -> folderMissing(answer.call());
          };
      case "ErrorFolderNotFound" -> folderMissing(answer.call());
      case "ErrorCannotDeleteObject" ->
          is(Cause.DELETE_REFUSED, PROVED, theirs.showMailbox(), theirs.logs());
      case "ErrorInvalidServerVersion",
          "ErrorIncorrectSchemaVersion",
          "ErrorWrongServerVersion",
          "ErrorInvalidSchemaVersionForMailboxVersion" ->
          is(Cause.LEGACY_SERVER, PROVED, theirs.showMailbox(), theirs.ewsUrls());
      case "ErrorSchemaValidation",
          "ErrorInvalidRequest",
          "ErrorInvalidOperation",
          "InvalidRequest",
          "InvalidSetting" ->
          is(Cause.REQUEST_REFUSED, PROVED, theirs.logs());
      case "InvalidDomain", "NotFederated" ->
          is(Cause.DOMAIN_UNKNOWN, PROVED, theirs.showMailbox(), remedies.pinEwsUrl());
      case "ErrorInternalServerError", "InternalServerError" -> serverUnavailable();
      default -> is(Cause.NOT_RECOGNISED, UNRECOGNISED, theirs.logs());
    };
  }

  private Diagnosis folderMissing(Call call) {
    return call == Call.GET_PURGES
        ? is(Cause.ARCHIVE_MISSING, PROVED, theirs.archive(), theirs.archivingPolicy())
        : is(Cause.FOLDER_MISSING, PROVED, remedies.makeFolder(), theirs.folderAccess());
  }

  private Diagnosis mailboxUnknown() {
    return is(Cause.MAILBOX_UNKNOWN, PROVED, theirs.showMailbox());
  }

  private Diagnosis is(Cause cause, Confidence confidence, Remedy... what) {
    return failure.is(cause, confidence, what);
  }
}
