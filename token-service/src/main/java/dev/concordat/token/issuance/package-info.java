/**
 * Issues a token to a client that has proved who it is: asks the rules, has it signed, makes sure
 * that the partner still stands, and writes down who got what. How requests and answers look over
 * HTTP is not known here.
 */
@NullMarked
package dev.concordat.token.issuance;

import org.jspecify.annotations.NullMarked;
