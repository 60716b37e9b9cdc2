package dev.concordat.simulator.cmdlets;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.contracts.tokens.UserClaims;
import dev.concordat.contracts.tokens.UserTokenClaims;
import dev.concordat.simulator.outgoing.CallReport;
import dev.concordat.simulator.outgoing.Caller;
import dev.concordat.simulator.outgoing.HttpOut;
import dev.concordat.simulator.trust.Directory;
import dev.concordat.simulator.trust.ProductKind;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Has a simulated server call any URL with a token of its own, and tells how it went. */
public final class ProductCalls {

  private ProductCalls() {}

  /**
   * Reads a call from JSON and makes it: {@code url}, and optionally {@code method}, {@code body},
   * {@code headers}, {@code user} (an address), {@code via} ({@code challenge}, {@code self},
   * {@code token-server}), {@code challengeUrl}, {@code audienceHost}, {@code token} (one to send
   * as it is).
   */
  public static CallReport call(Caller caller, JsonNode json)
      throws CmdletFailed, InterruptedException {
    try {
      URI url = URI.create(json.path("url").asText(""));
      var headers = new LinkedHashMap<String, String>();
      json.path("headers")
          .properties()
          .forEach(it -> headers.put(it.getKey(), it.getValue().asText()));
      String user = json.path("user").textValue();
      return caller.call(
          new Caller.Call(
              new HttpOut.Request(
                  json.path("method").asText("GET").toUpperCase(Locale.ROOT),
                  url,
                  Map.copyOf(headers),
                  json.path("body").asText(""),
                  json.path("trustAnySslCertificate").asBoolean()),
              json.hasNonNull("challengeUrl")
                  ? URI.create(json.path("challengeUrl").asText())
                  : url,
              json.path("audienceHost").textValue(),
              user == null ? null : user(receiver(url), user),
              Caller.Via.valueOf(
                  json.path("via").asText("challenge").toUpperCase(Locale.ROOT).replace('-', '_')),
              json.path("token").textValue()));
    } catch (IllegalArgumentException e) {
      throw new CmdletFailed("The call can't be read: " + e.getMessage());
    }
  }

  /** SharePoint wants users by SID; it is told by its paths. */
  static ProductKind receiver(URI url) {
    String path = String.valueOf(url.getPath());
    return path.startsWith("/_api") || path.startsWith("/_vti_bin")
        ? ProductKind.SHAREPOINT
        : ProductKind.EXCHANGE;
  }

  /** A user's claims for a receiver of this kind. */
  static UserClaims user(ProductKind receiver, String address) throws CmdletFailed {
    try {
      SipAddress sip = SipAddress.parse(address);
      return receiver == ProductKind.SHAREPOINT
          ? UserTokenClaims.bySid(Directory.sid(sip.address()))
          : UserTokenClaims.forExchange(sip.address(), sip.address(), sip);
    } catch (MalformedName e) {
      throw new CmdletFailed("'" + address + "' is no address: " + e.getMessage());
    }
  }
}
