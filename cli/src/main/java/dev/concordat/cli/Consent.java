package dev.concordat.cli;

import picocli.CommandLine.Option;

/** What the registry refuses unless it is asked for by name. */
final class Consent {

  @Option(
      names = "--accept-identity-change",
      description = "A partner may get another kind, application identifier or realm.")
  boolean identityChange;

  @Option(
      names = "--take-over",
      description = "Partners that a file of the GitOps folder declares may be changed.")
  boolean takeOver;

  /** As query parameters, with the question mark; empty where nothing is consented to. */
  String query() {
    String query =
        (identityChange ? "&acceptIdentityChange=true" : "") + (takeOver ? "&takeOver=true" : "");
    return query.isEmpty() ? "" : "?" + query.substring(1);
  }

  /** As the command line says it, with a blank in front; empty where nothing is consented to. */
  String options() {
    return (identityChange ? " --accept-identity-change" : "") + (takeOver ? " --take-over" : "");
  }
}
