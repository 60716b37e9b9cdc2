package dev.concordat.simulator.sharepoint;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.contracts.Json;
import dev.concordat.simulator.HttpAnswer;
import dev.concordat.simulator.HttpCall;
import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Mailbox;
import dev.concordat.simulator.trust.Directory;
import java.util.Locale;
import java.util.Objects;

/**
 * The form in which REST answers, by {@code Accept}: JSON without or with verbose metadata, else
 * Atom.
 */
enum Representation {
  PLAIN,
  VERBOSE,
  ATOM;

  private static final String DATA = "http://schemas.microsoft.com/ado/2007/08/dataservices";
  private static final String METADATA = DATA + "/metadata";

  static Representation of(HttpCall call) {
    String accept = Objects.requireNonNullElse(call.header("Accept"), "").toLowerCase(Locale.ROOT);
    if (!accept.contains("application/json")) {
      return ATOM;
    }
    return accept.contains("odata=verbose") ? VERBOSE : PLAIN;
  }

  HttpAnswer web(String site) {
    ObjectNode web = Json.mapper().createObjectNode();
    web.put("Id", "5f1b0c6e-0f0a-4f0e-9a2e-64c0f6d4e5b1");
    web.put("Title", "Team Site");
    web.put("Url", site);
    web.put("ServerRelativeUrl", "/");
    web.put("Language", 1033);
    web.put("WebTemplate", "STS");
    return entry("SP.Web", site + "/_api/Web", web);
  }

  HttpAnswer user(Mailbox user, String site) {
    String address = user.address();
    int at = address.indexOf('@');
    String domain = address.substring(at + 1);
    int dot = domain.indexOf('.');
    ObjectNode shown = Json.mapper().createObjectNode();
    shown.put("Id", 1 + Math.floorMod(address.hashCode(), 100_000));
    shown.put(
        "LoginName",
        "i:0#.w|%s\\%s"
            .formatted(dot < 0 ? domain : domain.substring(0, dot), address.substring(0, at)));
    shown.put("Title", user.displayName());
    shown.put("Email", address);
    shown.put("IsSiteAdmin", false);
    ObjectNode id = shown.putObject("UserId");
    id.put("NameId", Directory.sid(address));
    id.put("NameIdIssuer", "urn:office:idp:activedirectory");
    return entry("SP.User", site + "/_api/Web/CurrentUser", shown);
  }

  /** How an application that acts as itself appears (as farms show it; assumed). */
  HttpAnswer application(String site) {
    ObjectNode shown = Json.mapper().createObjectNode();
    shown.put("Id", 1073741822);
    shown.put("LoginName", "i:0i.t|00000003-0000-0ff1-ce00-000000000000|app@sharepoint");
    shown.put("Title", "SharePoint App");
    shown.put("Email", "");
    shown.put("IsSiteAdmin", false);
    return entry("SP.User", site + "/_api/Web/CurrentUser", shown);
  }

  HttpAnswer accessDenied() {
    String code = "-2147024891, System.UnauthorizedAccessException";
    String message =
        "Access denied. You do not have permission to perform this action or access this resource.";
    if (this == ATOM) {
      return new HttpAnswer(403, java.util.Map.of(), "")
          .with("Content-Type", "application/xml;charset=utf-8")
          .withBody(
              Xml.write(
                  out ->
                      out.element(
                          "m:error",
                          error ->
                              error
                                  .attribute("xmlns:m", METADATA)
                                  .text("m:code", code)
                                  .text("m:message", message))));
    }
    ObjectNode body = Json.mapper().createObjectNode();
    ObjectNode error = body.putObject(this == VERBOSE ? "error" : "odata.error");
    error.put("code", code);
    error.putObject("message").put("lang", "en-US").put("value", message);
    return json(403, body);
  }

  private HttpAnswer entry(String type, String uri, ObjectNode content) {
    return switch (this) {
      case PLAIN -> json(200, content);
      case VERBOSE -> {
        ObjectNode entry = Json.mapper().createObjectNode();
        entry.putObject("__metadata").put("id", uri).put("uri", uri).put("type", type);
        entry.setAll(content);
        ObjectNode body = Json.mapper().createObjectNode();
        body.set("d", entry);
        yield json(200, body);
      }
      case ATOM -> atom(type, uri, content);
    };
  }

  private static HttpAnswer atom(String type, String uri, ObjectNode content) {
    return HttpAnswer.empty(200)
        .with("Content-Type", "application/atom+xml;type=entry;charset=utf-8")
        .withBody(
            Xml.write(
                out ->
                    out.element(
                        "entry",
                        entry -> {
                          entry.attribute("xmlns", "http://www.w3.org/2005/Atom");
                          entry.attribute("xmlns:d", DATA);
                          entry.attribute("xmlns:m", METADATA);
                          entry.text("id", uri);
                          entry.element(
                              "category",
                              it ->
                                  it.attribute("term", type)
                                      .attribute(
                                          "scheme",
                                          "http://schemas.microsoft.com/ado/2007/08/dataservices/scheme"));
                          entry.element(
                              "content",
                              it ->
                                  it.attribute("type", "application/xml")
                                      .element(
                                          "m:properties",
                                          properties -> {
                                            for (var property : content.properties()) {
                                              if (property.getValue().isValueNode()) {
                                                properties.text(
                                                    "d:" + property.getKey(),
                                                    property.getValue().asText());
                                              }
                                            }
                                          }));
                        })));
  }

  private HttpAnswer json(int status, ObjectNode body) {
    try {
      return HttpAnswer.empty(status)
          .with(
              "Content-Type",
              this == VERBOSE
                  ? "application/json;odata=verbose;charset=utf-8"
                  : "application/json;odata=nometadata;streaming=true;charset=utf-8")
          .withBody(Json.mapper().writeValueAsString(body));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree that can't be written", e);
    }
  }
}
