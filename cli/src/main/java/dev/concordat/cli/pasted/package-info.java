/**
 * What admins paste, read: headers of a refusal, the output of the products' own tests. Pure: text
 * in, observations out; why it fails is for {@link dev.concordat.diagnosis.ProbeDiagnosis} to say.
 */
@NullMarked
package dev.concordat.cli.pasted;

import org.jspecify.annotations.NullMarked;
