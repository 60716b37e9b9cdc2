package dev.concordat.diagnosis;

import dev.concordat.contracts.events.Diagnosis.Remedy;
import java.net.URI;

/**
 * What mends a cause on our own side, with this deployment's values in it; what mends it at the
 * partner is in {@link TheirRemedies}.
 */
final class Remedies {

  private static final String OUR_CLUSTER = "a machine with ./concordat";

  private final Deployment here;

  Remedies(Deployment here) {
    this.here = here;
  }

  private String partner() {
    return PowerShell.shell(here.partnerName());
  }

  private Remedy concordat(String command, String why) {
    return new Remedy(OUR_CLUSTER, "./concordat " + command, why);
  }

  Remedy probeAgain() {
    return concordat(
        "probe %s --partner %s".formatted(PowerShell.shell(here.mailbox().uri()), partner()),
        "Runs this probe again.");
  }

  Remedy showPartner() {
    return concordat("partner get " + partner(), "Shows the registration.");
  }

  Remedy listPartners() {
    return concordat("partner list", "Shows which partners are registered.");
  }

  Remedy enablePartner() {
    return concordat(
        "partner set %s --enabled true".formatted(partner()),
        "Tokens for it are issued again, and it is probed again.");
  }

  Remedy refreshPartner() {
    return concordat(
        "partner refresh " + partner(), "Reads its document now, and says what is wrong with it.");
  }

  Remedy acceptPartner() {
    return concordat(
        "partner accept " + partner(),
        "Accepts its new identity, once its admin has confirmed that it is meant.");
  }

  Remedy keys() {
    return concordat("key list", "Shows our signing keys, their phases and dates.");
  }

  Remedy rollover() {
    return new Remedy(
        "the token-service's host or pod",
        "ls -l \"$CONCORDAT_SIGNING_FOLDER\"",
        "Put a new key pair there (current.crt, current.key), the old certificate beside it as"
            + " previous.crt, and restart the token-service; then each partner must read our document"
            + " again.");
  }

  Remedy identity() {
    return new Remedy(
        "the configuration of all services",
        "concordat.identity.application-identifier=%s\nconcordat.identity.realm=%s"
            .formatted(here.us().applicationIdentifier(), here.us().realm()),
        "Must be the same for metadata-service, token-service and probe-service; or the public URL"
            + " %s leads to another deployment.".formatted(here.ourMetadataUrl()));
  }

  Remedy inspectToken() {
    return concordat(
        "token get --partner %s --user %s | ./concordat token inspect"
            .formatted(partner(), PowerShell.shell(here.mailbox().uri())),
        "Shows what is in such a token.");
  }

  Remedy service(String what, String command, String why) {
    return new Remedy(what, command, why);
  }

  Remedy suiteStatus() {
    return concordat("status", "Shows which services run and how they are.");
  }

  Remedy openFromHere(URI url) {
    return new Remedy(
        "the probe-service's host or pod",
        "curl -sv -o /dev/null " + PowerShell.shell(url.toString()),
        "Shows name resolution, connection and TLS from where the probe runs.");
  }

  Remedy resolveName(String host) {
    return new Remedy(
        "the probe-service's host or pod",
        "getent hosts " + PowerShell.shell(host),
        "Shows whether the name resolves there; mend DNS, or pin the EWS URL with"
            + " concordat.probe.ews-urls meanwhile.");
  }

  Remedy pinEwsUrl() {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.probe.ews-urls.\"%s\"=https://<server>/EWS/Exchange.asmx"
            .formatted(here.partnerName().replace("\"", "")),
        "Leaves Autodiscover out for this partner.");
  }

  Remedy trustAuthority() {
    return new Remedy(
        "the probe-service's and the metadata-service's configuration",
        "concordat.outbound.ca-bundle=/path/to/ca.pem",
        "Trusts the partner's own certificate authority; for this partner alone, register it with"
            + " trust.caBundle.");
  }

  Remedy proxy(URI url) {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.outbound.no-proxy=" + url.getHost(),
        "Lets requests go to this host without the proxy; or let the proxy allow the host, and give"
            + " its user and password with concordat.outbound.proxy.");
  }

  Remedy allowAddress(String address) {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.outbound.allowed-addresses="
            + address
            + (address.contains(":") ? "/128" : "/32"),
        "Lets requests go to this address, if the partner really is there.");
  }

  Remedy allowRedirects(String host) {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.probe.autodiscover-allowed-domains=" + host,
        "Lets Autodiscover redirect there, if that is meant: tokens are then sent there.");
  }

  Remedy longerTime() {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.probe.time-limit=2m",
        "Gives probes more time, if the partner is known to be slow.");
  }

  Remedy makeFolder() {
    return new Remedy(
        "the probe-service's configuration",
        "concordat.probe.create-folder=true",
        "Lets the probe make the folder; or name it in concordat.probe.folder-names, if it is there"
            + " under another name.");
  }
}
