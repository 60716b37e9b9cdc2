/**
 * What Kafka tells of partners: their registrations and their metadata documents, as local views
 * that go on serving when Kafka is away.
 */
@NullMarked
package dev.concordat.token.partners;

import org.jspecify.annotations.NullMarked;
