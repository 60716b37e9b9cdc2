/**
 * Forward authentication for ingresses: whether the request that they are about to let through has
 * a token that holds. What holds is decided in {@code validation}.
 */
@NullMarked
package dev.concordat.token.ingress;

import org.jspecify.annotations.NullMarked;
