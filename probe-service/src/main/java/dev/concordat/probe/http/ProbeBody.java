package dev.concordat.probe.http;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.ProbeCompleted.TokenSource;
import dev.concordat.contracts.events.ProbeKind;
import dev.concordat.contracts.names.MalformedName;
import dev.concordat.contracts.names.SipAddress;
import dev.concordat.diagnosis.Shown;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What is asked for: the body of {@code POST /v1/probes}, read and held against who is registered.
 *
 * @param partner whose mailbox; absent for the only Exchange there is
 * @param mailbox which
 * @param kind what is probed
 * @param deleteItem whether the item goes
 * @param token where its tokens come from; absent for what the partner's settings say
 */
record ProbeBody(
    @Nullable String partner,
    SipAddress mailbox,
    ProbeKind kind,
    boolean deleteItem,
    @Nullable TokenSource token) {

  /** What is wrong with it. */
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;
    private final transient Problem problem;

    Refused(Problem problem) {
      super(problem.detail(), null, false, false);
      this.problem = problem;
    }

    Problem problem() {
      return problem;
    }
  }

  static ProbeBody read(byte[] json) throws Refused {
    JsonNode body;
    try {
      body = Json.mapper().readTree(json);
    } catch (JacksonException e) {
      throw malformed("it is no JSON object");
    } catch (IOException e) {
      throw malformed("it could not be read");
    }
    if (body == null || !body.isObject()) {
      throw malformed("it is no JSON object");
    }
    ProbeKind kind = kind(text(body, "kind"));
    String address = text(body, "sipAddress");
    if (address == null) {
      throw refused(
          "sip-address-missing",
          "No mailbox is named",
          400,
          "sipAddress is missing: the mailbox to probe, for example sip:kenmyer@litwareinc.com.");
    }
    JsonNode deleteItem = body.path("deleteItem");
    if (!deleteItem.isMissingNode() && !deleteItem.isNull() && !deleteItem.isBoolean()) {
      throw malformed("deleteItem must be true or false");
    }
    return new ProbeBody(
        text(body, "partner"),
        mailbox(address),
        kind,
        deleteItem.asBoolean(true),
        token(text(body, "token")));
  }

  private static @Nullable TokenSource token(@Nullable String name) throws Refused {
    return switch (name) {
      case null -> null;
      case "fresh" -> TokenSource.FRESH;
      case "cached" -> TokenSource.CACHED;
      default -> throw malformed("token must be fresh or cached");
    };
  }

  private static @Nullable String text(JsonNode body, String name) throws Refused {
    JsonNode value = body.path(name);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual()) {
      throw malformed(name + " must be a string");
    }
    return value.asText();
  }

  private static ProbeKind kind(@Nullable String kind) throws Refused {
    String name = kind == null ? "conversation-history" : kind;
    for (ProbeKind it : ProbeKind.values()) {
      if (it.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-').equals(name)) {
        return it;
      }
    }
    throw new Refused(
        Problem.of(
                "kind-unknown",
                "There is no such kind of probe",
                400,
                "kind is '%s', and must be conversation-history, archiving or unified-contact-store."
                    .formatted(Shown.text(name)))
            .with("field", "kind")
            .with("value", Shown.text(name)));
  }

  private static SipAddress mailbox(String address) throws Refused {
    try {
      return SipAddress.parse(address);
    } catch (MalformedName e) {
      throw new Refused(
          Problem.of(
                  "sip-address-malformed",
                  "That is no SIP address",
                  400,
                  "sipAddress is '%s', but %s. Give it as sip:kenmyer@litwareinc.com."
                      .formatted(Shown.text(address), e.getMessage()))
              .with("field", "sipAddress")
              .with("value", Shown.text(address)));
    }
  }

  /** The partner that is meant. */
  PartnerRegistered partnerAmong(Collection<PartnerRegistered> registered) throws Refused {
    String name = partner;
    return name == null ? onlyExchange(registered) : named(name, registered);
  }

  private static PartnerRegistered named(String name, Collection<PartnerRegistered> registered)
      throws Refused {
    Optional<PartnerRegistered> found =
        registered.stream().filter(it -> it.name().equals(name)).findFirst();
    if (found.isEmpty()) {
      throw refused(
          "partner-unknown",
          "There is no such partner",
          404,
          "No partner '%s' is registered. ./concordat partner list shows those that are."
              .formatted(Shown.text(name)));
    }
    if (!found.get().enabled()) {
      throw refused(
          "partner-disabled",
          "The partner is disabled",
          409,
          "No token is issued for '%s' while it is disabled, so that it can't be probed. Enable it"
                  .formatted(Shown.text(name))
              + " in its registration.");
    }
    if (found.get().kind() != PartnerKind.EXCHANGE) {
      throw refused(
          "partner-not-exchange",
          "The partner has no mailboxes",
          409,
          "'%s' is no Exchange: its kind is %s."
              .formatted(
                  Shown.text(name), found.get().kind().name().toLowerCase(java.util.Locale.ROOT)));
    }
    return found.get();
  }

  private static PartnerRegistered onlyExchange(Collection<PartnerRegistered> registered)
      throws Refused {
    List<PartnerRegistered> choices =
        registered.stream()
            .filter(it -> it.enabled() && it.kind() == PartnerKind.EXCHANGE)
            .sorted(java.util.Comparator.comparing(PartnerRegistered::name))
            .toList();
    if (choices.size() == 1) {
      return choices.getFirst();
    }
    if (choices.isEmpty()) {
      throw refused(
          "partner-missing",
          "There is nothing to probe",
          409,
          "No enabled Exchange is registered. Register one: ./concordat partner new NAME"
              + " --metadata-url https://autodiscover.<domain>/autodiscover/metadata/json/1.");
    }
    List<String> names = choices.stream().map(PartnerRegistered::name).limit(100).toList();
    throw new Refused(
        Problem.of(
                "partner-ambiguous",
                "Several partners could be meant",
                400,
                "Say which: partner must be one of %s.".formatted(String.join(", ", names)))
            .with("field", "partner")
            .with("choices", names));
  }

  private static Refused malformed(String why) {
    return refused(
        "body-malformed",
        "The request can't be understood",
        400,
        "The body must be {\"sipAddress\":…, \"partner\":…, \"kind\":…, \"deleteItem\":…, \"token\":…}, but "
            + why
            + ".");
  }

  private static Refused refused(String code, String title, int status, String detail) {
    return new Refused(Problem.of(code, title, status, detail));
  }
}
