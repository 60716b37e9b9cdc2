package dev.concordat.probe.running;

import dev.concordat.contracts.names.PrincipalName;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * How probes run.
 *
 * @param us our name as an issuer
 * @param ourMetadataUrl where partners read our document
 * @param tokenService where tokens come from, without a path
 * @param timeLimit how long a whole probe may take
 * @param requestTime how long one request may take
 * @param answerBytes the largest answer that is read
 * @param freshTokens whether tokens are to be signed afresh where nobody says otherwise
 * @param createFolder whether a missing folder is made
 * @param folderNames the names that it is looked for under, the one to make first
 * @param allowedDomains further hosts that Autodiscover may redirect to
 * @param ewsUrls EWS URLs by partner name, for which Autodiscover isn't asked
 * @param serviceRecords how SRV records are looked up
 * @param leftoverAge how old an item of a probe is before it counts as left behind
 * @param vantage where this is
 */
public record RunSettings(
    PrincipalName us,
    URI ourMetadataUrl,
    URI tokenService,
    Duration timeLimit,
    Duration requestTime,
    int answerBytes,
    boolean freshTokens,
    boolean createFolder,
    List<String> folderNames,
    List<String> allowedDomains,
    Map<String, URI> ewsUrls,
    ServiceRecords serviceRecords,
    Duration leftoverAge,
    String vantage) {

  public RunSettings {
    folderNames = List.copyOf(folderNames);
    allowedDomains = List.copyOf(allowedDomains);
    ewsUrls = Map.copyOf(ewsUrls);
  }
}
