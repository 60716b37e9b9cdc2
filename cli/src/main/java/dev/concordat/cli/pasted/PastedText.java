package dev.concordat.cli.pasted;

import dev.concordat.contracts.challenges.WwwAuthenticate;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.diagnosis.Call;
import dev.concordat.diagnosis.Observation;
import dev.concordat.diagnosis.Reply;
import dev.concordat.diagnosis.Unreached;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A text that an admin pastes, and what can be told from it: whatever it is, curl's or a browser's
 * headers, {@code Test-OAuthConnectivity}, {@code Test-CsExStorageConnectivity -Verbose} or an
 * event of the Storage Service (setup.md 1.3, ews.md 4). Tokens in it are not taken over.
 */
public final class PastedText {

  /** More than this is no output of a test. */
  public static final int MAX_LENGTH = 4 * 1024 * 1024;

  /** Where no URL says who answered. */
  private static final URI SOMEWHERE =
      URI.create("https://the-server-that-answered/EWS/Exchange.asmx");

  private static final int FLAGS = Pattern.CASE_INSENSITIVE;
  private static final Pattern HEADER =
      Pattern.compile(
          "^[<\\s]*(?:VERBOSE:\\s*)?(www-authenticate|x-ms-diagnostics|location|retry-after|server"
              + "|x-feserver|x-beserver|x-caserrorcode|request-id)\\s*[:=]\\s*(\\S.*)$",
          FLAGS | Pattern.MULTILINE);
  private static final Pattern CHALLENGE =
      Pattern.compile("\\bBearer\\s+client_id\\s*=.*$", FLAGS | Pattern.MULTILINE);
  private static final Pattern DIAGNOSTICS =
      Pattern.compile(
          "\\b\\d{7};\\s*reason\\s*=\\s*\"[^\"]*\"(?:;\\s*error_category\\s*=\\s*\"[^\"]*\")?",
          FLAGS);
  private static final Pattern STATUS =
      Pattern.compile(
          "HTTP/[0-9.]+ (\\d{3})\\b|returned an error: \\((\\d{3})\\)"
              + "|\\bstatus(?: ?code)?\\s*[:=]\\s*(\\d{3})\\b|\\((\\d{3})\\) Unauthorized",
          FLAGS);
  private static final Pattern CODE =
      Pattern.compile(
          "(?:ResponseCode>|ErrorCode>|ErrorCode\\s*[:=]\\s*|code=|faultcode>(?:\\w+:)?|\"code\"\\s*:\\s*\")"
              + "(Error[A-Z]\\w{2,60}|InvalidUser|InvalidDomain|NotFederated|ServerBusy|InternalServerError)");
  private static final Pattern URL = Pattern.compile("https?://[^\\s'\"<>,;)]+", FLAGS);
  private static final Pattern MAILBOX =
      Pattern.compile(
          "(?:sip:|SMTP=|smtpAddress=|-SipUri\\s+'?)([^\\s'\",;]+@[^\\s'\",;]+)", FLAGS);
  private static final Pattern UNKNOWN_HOST =
      Pattern.compile(
          "remote name could not be resolved|NameResolutionFailure|Could not resolve host", FLAGS);

  private static final Map<String, Unreached> SIGNS = new LinkedHashMap<>();

  static {
    SIGNS.put(
        "Unable to connect to the remote server|\\bConnectFailure\\b",
        new Unreached.ConnectFailed());
    SIGNS.put(
        "trust relationship for the SSL/TLS|\\bTrustFailure\\b",
        tls(Unreached.TlsProblem.UNTRUSTED_ROOT));
    SIGNS.put(
        "\\bSecureChannelFailure\\b|create SSL/TLS secure channel",
        tls(Unreached.TlsProblem.HANDSHAKE));
    SIGNS.put("operation has timed out|WebExceptionStatus=Timeout", new Unreached.TimedOut());
    SIGNS.put(
        "underlying connection was closed|\\bReceiveFailure\\b", new Unreached.ConnectionLost());
  }

  private static Unreached tls(Unreached.TlsProblem problem) {
    return new Unreached.TlsFailed(problem, List.of());
  }

  private final String text;

  private PastedText(String text) {
    this.text = text;
  }

  /** Reads a text. */
  public static PastedText of(String text) {
    String bounded = text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) : text;
    return new PastedText(bounded.replace("\r\n", "\n") + "\n" + unfolded(bounded));
  }

  /** Format-List breaks long lines anywhere and indents what goes on: put together again. */
  private static String unfolded(String text) {
    return text.replaceAll("\\r?\\n {8,}", "");
  }

  /** The mailbox that it is about, where it says so. */
  public Optional<SipAddress> mailbox() {
    Matcher found = MAILBOX.matcher(text);
    return found.find() ? SipAddress.tryParse(found.group(1)) : Optional.empty();
  }

  /** Whether it is this cmdlet's, which tells the direction: Exchange calls somebody. */
  public boolean isOfExchangesOwnTest() {
    return text.contains("Microsoft.Exchange.Security.OAuth.ValidationResultNodeId")
        || text.contains("Under Oauth")
        || text.toLowerCase(Locale.ROOT).contains("test-oauthconnectivity");
  }

  /** Whether it says that all went well. */
  public boolean isSuccess() {
    return Pattern.compile("\\bTest passed\\b|ResultType\\s*:\\s*Success", FLAGS)
            .matcher(text)
            .find()
        && decisive(Instant.EPOCH).isEmpty();
  }

  /**
   * What made it fail; empty where nothing in the text says so.
   *
   * @param now our clock; that of the text's moment is not known, so that nothing is said of skew
   */
  public Optional<Observation> decisive(Instant now) {
    List<String> diagnostics = all(DIAGNOSTICS);
    List<String> challenges = challenges();
    OptionalInt status = status();
    Optional<String> code = code();
    boolean refused = !diagnostics.isEmpty() || status.orElse(0) == 401;
    if (refused || code.isEmpty()) {
      if (!refused && status.isEmpty()) {
        return unreached().map(it -> new Observation.Unanswered(call(), url(), it, sentence(it)));
      }
      return Optional.of(
          answered(status.orElse(401), foreign(status.orElse(401)), challenges, diagnostics, now));
    }
    return Optional.of(
        answered(
            status.orElse(200),
            new Reply.Refused(code.get(), "", null),
            challenges,
            diagnostics,
            now));
  }

  private Observation answered(
      int status, Reply reply, List<String> challenges, List<String> diagnostics, Instant now) {
    return new Observation.Answered(
        call(), url(), status, reply, challenges, diagnostics, headers(), null, now);
  }

  private Reply foreign(int status) {
    boolean html = status == 200 && Pattern.compile("text/html|<html", FLAGS).matcher(text).find();
    return new Reply.Foreign(html ? Reply.Foreign.Form.HTML : Reply.Foreign.Form.EMPTY, "");
  }

  private List<String> challenges() {
    var challenges = new ArrayList<String>();
    for (MatchResult header : results(HEADER)) {
      if (header.group(1).equalsIgnoreCase("www-authenticate")) {
        challenges.add(header.group(2).strip());
      }
    }
    if (WwwAuthenticate.parse(challenges).bearer().isEmpty()) {
      challenges.addAll(all(CHALLENGE));
    }
    return challenges.stream().distinct().limit(8).toList();
  }

  private Map<String, String> headers() {
    var headers = new HashMap<String, String>();
    for (MatchResult header : results(HEADER)) {
      String name = header.group(1).toLowerCase(Locale.ROOT);
      if (!name.equals("www-authenticate") && !name.equals("x-ms-diagnostics")) {
        headers.putIfAbsent(name, header.group(2).strip());
      }
    }
    return headers;
  }

  private OptionalInt status() {
    OptionalInt last = OptionalInt.empty();
    for (MatchResult found : results(STATUS)) {
      for (int group = 1; group <= found.groupCount(); group++) {
        if (found.group(group) != null) {
          int status = Integer.parseInt(found.group(group));
          // An interim answer and the success before a failure say nothing.
          if (status >= 200 && (last.isEmpty() || status >= 300)) {
            last = OptionalInt.of(status);
          }
        }
      }
    }
    return last;
  }

  private Optional<String> code() {
    return results(CODE).stream().map(it -> it.group(1)).findFirst();
  }

  private Optional<Unreached> unreached() {
    if (UNKNOWN_HOST.matcher(text).find()) {
      return Optional.of(new Unreached.UnknownHost());
    }
    for (var sign : SIGNS.entrySet()) {
      if (Pattern.compile(sign.getKey(), FLAGS).matcher(text).find()) {
        return Optional.of(sign.getValue());
      }
    }
    return Optional.empty();
  }

  private static String sentence(Unreached reason) {
    return switch (reason) {
      case Unreached.UnknownHost _ -> "the text says that the name could not be resolved";
      case Unreached.ConnectFailed _ -> "the text says that no connection could be made";
      case Unreached.TlsFailed _ -> "the text says that TLS failed";
      case Unreached.TimedOut _ -> "the text says that it took too long";
      default -> "the text says that the connection was closed";
    };
  }

  private URI url() {
    URI first = null;
    for (String found : all(URL)) {
      Optional<URI> read = url(found.replaceAll("[.\\]}]+$", ""));
      if (read.isEmpty()) {
        continue;
      }
      URI url = read.get();
      String path = String.valueOf(url.getPath()).toLowerCase(Locale.ROOT);
      if (path.contains("autodiscover") || path.contains("/ews")) {
        return url;
      }
      first = first == null ? url : first;
    }
    return first == null ? SOMEWHERE : first;
  }

  private static Optional<URI> url(String found) {
    try {
      return Optional.of(URI.create(found)).filter(it -> it.getHost() != null);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Call call() {
    String path = String.valueOf(url().getPath()).toLowerCase(Locale.ROOT);
    if (path.contains("autodiscover") || text.contains("GetUserSettings")) {
      return Call.AUTODISCOVER_SOAP;
    }
    return text.contains("CreateItem") ? Call.CREATE_ITEM : Call.GET_FOLDER;
  }

  private List<MatchResult> results(Pattern pattern) {
    return pattern.matcher(text).results().toList();
  }

  private List<String> all(Pattern pattern) {
    return results(pattern).stream().map(it -> it.group().strip()).distinct().limit(32).toList();
  }
}
