/** Kafka as the suite needs it: topics as {@code contracts} has them, users with the least ACLs. */
@NullMarked
package dev.concordat.deploy.kafka;

import org.jspecify.annotations.NullMarked;
