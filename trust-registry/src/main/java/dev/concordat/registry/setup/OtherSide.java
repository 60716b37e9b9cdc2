package dev.concordat.registry.setup;

import dev.concordat.contracts.events.PartnerKind;
import java.util.ArrayList;
import java.util.List;

/** What a person does at a token server or a service that we have no commands for. */
final class OtherSide {

  private OtherSide() {}

  static PartnerSide of(Us us, Counterpart partner) {
    return new PartnerSide(
        null,
        partner.kind() == PartnerKind.TOKEN_SERVER
            ? tokenServer(us)
            : partner.workload() ? workload(us) : service(us),
        Step.person(
            "the service itself",
            "Reads our keys again at least once a day, and at once where a token names a key that it"
                + " does not know; then nothing is left to do."),
        PartnerSide.reachability(us, "Use it in laboratories only."));
  }

  private static List<Step> tokenServer(Us us) {
    return List.of(
        reads(us),
        Step.person(
            "the token server's own administration",
            "Register us as a client that proves itself by a signed assertion: issuer and client %s,"
                    .formatted(us.issuer())
                + " keys from %s (JWK set) or %s (auth metadata document)."
                    .formatted(us.jwksUrl().text(), us.metadataUrl().text())),
        Step.person(
            "the token server's own administration",
            "Let it issue tokens to us for the services behind it, and for a user where we are to"
                + " act for one."));
  }

  private static List<Step> service(Us us) {
    var steps = new ArrayList<Step>();
    steps.add(reads(us));
    steps.add(
        Step.person(
            "the service's own configuration",
            "Trust the issuer %s with the keys at %s (JWK set), or read the auth metadata document at"
                    .formatted(us.issuer(), us.jwksUrl().text())
                + " %s. Tokens are signed RS256 and name their key as kid and x5t."
                    .formatted(us.metadataUrl().text())));
    steps.add(
        Step.person(
            "the service's own configuration",
            "Demand the service's own name as audience, and let %s do what it is to do, and no more."
                .formatted(us.issuer())));
    return steps;
  }

  private static List<Step> workload(Us us) {
    return List.of(
        new Step(
            "the host or pod of the workload, a shell",
            Step.Shell.BASH,
            "Shows where tokens are to be had (token_endpoint) and how to prove oneself there.",
            "curl -fsS " + Bash.word(us.authorizationServerUrl().text()),
            null,
            null),
        Step.person(
            "the workload's own configuration",
            "Ask that endpoint for tokens as a client whose assertion is signed by the key that is"
                + " registered here."));
  }

  private static Step reads(Us us) {
    return new Step(
        "a host of the service, a shell",
        Step.Shell.BASH,
        "Shows whether the service can read our document.",
        "curl -fsS " + Bash.word(us.metadataUrl().text()),
        null,
        null);
  }
}
