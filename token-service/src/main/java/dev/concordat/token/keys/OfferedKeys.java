package dev.concordat.token.keys;

import dev.concordat.contracts.metadata.SigningCertificate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What the source of our keys offers at one moment. Which of them signs is not decided here.
 *
 * @param current the key that is to sign
 * @param next the key that is to follow
 * @param nextNotBefore before which the next key signs nothing; absent where nobody said so
 * @param previous the certificate of a key whose tokens may still be about
 */
record OfferedKeys(
    SigningKey current,
    @Nullable SigningKey next,
    @Nullable Instant nextNotBefore,
    @Nullable SigningCertificate previous) {}
