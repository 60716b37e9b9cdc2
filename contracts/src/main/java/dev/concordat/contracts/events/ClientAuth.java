package dev.concordat.contracts.events;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How one of our own workloads proves itself to the token-service. Whichever is given is accepted.
 *
 * @param jwksUrl where the workload publishes the keys that sign its assertions
 * @param certificates PEM or base64 DER certificates of the keys that sign its assertions
 * @param serviceAccount the subject of its service account token, for example {@code
 *     system:serviceaccount:concordat:probe-service}
 * @param secretHash a hash of its client secret, never the secret, of the form that {@link
 *     ClientSecretHash} reads
 */
public record ClientAuth(
    @Nullable String jwksUrl,
    @Nullable List<String> certificates,
    @Nullable String serviceAccount,
    @Nullable String secretHash) {}
