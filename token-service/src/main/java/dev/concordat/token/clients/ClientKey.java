package dev.concordat.token.clients;

import java.security.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * A key that a workload signs its assertions with.
 *
 * @param id its {@code kid} in a JWK set; absent where it came as a certificate
 * @param key the key
 */
record ClientKey(@Nullable String id, PublicKey key) {}
