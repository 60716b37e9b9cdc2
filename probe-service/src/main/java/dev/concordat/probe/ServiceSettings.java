package dev.concordat.probe;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Settings of the probe-service. */
@ConfigMapping(prefix = "concordat.probe")
public interface ServiceSettings {

  /** Where tokens come from: the token-service's URL without a path. */
  @WithDefault("http://localhost:8083")
  URI tokenServiceUrl();

  /**
   * Where partners read our auth metadata document: the metadata-service's public URL without a
   * path. It stands in the commands of a diagnosis.
   */
  @WithDefault("http://localhost:8082")
  URI metadataServiceUrl();

  /**
   * The file with the token that proves this service to the token-service, read for each request:
   * in Kubernetes the projected token of its service account.
   */
  @WithDefault("/var/run/secrets/kubernetes.io/serviceaccount/token")
  Path clientAssertionFile();

  /** Where this replica is, as results tell it; the host's name where not given. */
  Optional<String> vantage();

  /** The time between two scheduled probes of a mailbox, where its partner's settings give none. */
  @WithDefault("5m")
  Duration interval();

  /** How long a whole probe may take; from 5 seconds to 10 minutes. */
  @WithDefault("60s")
  Duration timeLimit();

  /** How long one request to a partner may take. */
  @WithDefault("15s")
  Duration requestTime();

  /** The largest answer of a partner that is read, in bytes; at least 65536. */
  @WithDefault("1048576")
  int answerBytes();

  /**
   * How many probes may run at the same time by schedule, and as many again for those who ask; at
   * least 1.
   */
  @WithDefault("64")
  int concurrent();

  /** How many scheduled probes may run at the same time at one partner; at least 1. */
  @WithDefault("32")
  int concurrentPerPartner();

  /**
   * How long it is believed what Autodiscover said of a domain; it is forgotten earlier where a
   * probe fails there, and never believed where this is 0.
   */
  @WithDefault("15m")
  Duration autodiscoverLifetime();

  /** Whether tokens are signed afresh for each probe, so that a cached one hides no fault. */
  @WithDefault("true")
  boolean freshTokens();

  /** Whether a probe makes the Conversation History folder where it is missing. */
  @WithDefault("true")
  boolean createFolder();

  /**
   * The names that the folder is looked for under where a server doesn't know it by its
   * distinguished name; the first is the one that it is made with.
   */
  @WithDefault("Conversation History,Aufgezeichnete Unterhaltungen,Historique des conversations")
  List<String> folderNames();

  /**
   * Hosts outside the mailbox's domain and the partner's own that Autodiscover may redirect to:
   * names, or {@code *.} and a domain.
   */
  Optional<List<String>> autodiscoverAllowedDomains();

  /** EWS URLs by partner name; for those partners Autodiscover is not asked. */
  Map<String, URI> ewsUrls();

  /** Whether Autodiscover is looked for by SRV records too. */
  @WithDefault("true")
  boolean serviceRecords();

  /** How old a probe's item is before it counts as left behind; longer than the time limit. */
  @WithDefault("15m")
  Duration leftoverAge();

  /** How many results are kept in memory whole; at least 12. */
  @WithDefault("1000")
  int keptResults();

  /** Of how many targets the latest result and a short history are kept; at least 1. */
  @WithDefault("20000")
  int keptTargets();

  /** How many results are read back from Kafka at start; at least 12. */
  @WithDefault("20000")
  int replayedResults();

  /**
   * By partner name, or {@code *} for all: when nothing is probed by schedule. A window is {@code
   * SAT,SUN 22:00-04:00 Europe/Berlin} (each week; every day where days are left out, UTC where the
   * zone is) or {@code 2026-12-01T22:00Z/PT4H} (once).
   */
  Map<String, List<String>> maintenance();

  /** When a target's state changes. */
  State state();

  /** When a target's state changes: after so many of its last results. */
  interface State {

    /** How many of the window's results must have failed, or passed; at least 1. */
    @WithDefault("2")
    int changes();

    /** How many of the last results are looked at; from {@code changes} to 20. */
    @WithDefault("3")
    int window();
  }

  /** The status page. */
  StatusPage statusPage();

  /** Settings of the status page. */
  interface StatusPage {

    /** Whether it can be read without a token; it names mailboxes. */
    @WithName("public")
    @WithDefault("false")
    boolean isPublic();

    /**
     * Whether whoever reads a public page may have the mailboxes that it shows probed; every probe
     * writes into one.
     */
    @WithDefault("false")
    boolean publicProbes();
  }
}
