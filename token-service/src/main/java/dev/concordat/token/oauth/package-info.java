/**
 * {@code POST /oauth2/token}: the form, the answers and the errors of RFC 6749, 7523, 8693 and 8707
 * around {@code issuance}.
 */
@NullMarked
package dev.concordat.token.oauth;

import org.jspecify.annotations.NullMarked;
