package dev.concordat.probe.running;

import dev.concordat.contracts.challenges.BearerChallenge;
import dev.concordat.outbound.GuardedHttp;
import java.time.InstantSource;

/**
 * What all probes share.
 *
 * @param targets what is known of whom is probed
 * @param http the way out
 * @param tokenClient where tokens come from
 * @param settings how probes run
 * @param memory what Autodiscover said lately
 * @param throttles what partners bear
 * @param documents what was read as a proof lately
 * @param challenges who is told of the challenges that are met
 * @param clock ours
 */
public record RunContext(
    Targets targets,
    GuardedHttp http,
    TokenClient tokenClient,
    RunSettings settings,
    AutodiscoverMemory memory,
    Throttles throttles,
    ProofDocuments documents,
    ChallengeListener challenges,
    InstantSource clock) {

  /** Whoever learns from what partners say of themselves in challenges. */
  @FunctionalInterface
  public interface ChallengeListener {

    /**
     * A partner's server answered with this challenge.
     *
     * @param known what its document and its registration say of it
     */
    void met(String partner, BearerChallenge challenge, RefreshRequests.Known known);
  }
}
