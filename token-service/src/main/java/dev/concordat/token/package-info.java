/**
 * The token-service: signs the server-to-server tokens that partners accept.
 *
 * <p>Start reading at {@code rules.TokenRules}, the decision whether a token may be signed and what
 * is in it: pure, without clock, Kafka or HTTP. Around it lie, by feature, {@code keys} (the key
 * ring), {@code signing} (the signed tokens and their cache), {@code partners} (what Kafka tells of
 * partners), {@code clients} (who asks) and {@code oauth} (the endpoint). What crosses a wire lives
 * in {@code contracts}. This package itself holds only configuration that several of them share.
 */
@NullMarked
package dev.concordat.token;

import org.jspecify.annotations.NullMarked;
