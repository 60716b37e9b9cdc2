package dev.concordat.messaging;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.DefaultBean;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.URI;
import java.time.InstantSource;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Makes the parts of this module injectable, from the service's configuration. */
@Singleton
public final class Messaging {

  @Produces
  @Singleton
  @DefaultBean
  InstantSource clock() {
    return InstantSource.system();
  }

  @Produces
  @Singleton
  CloudEvents cloudEvents(
      @ConfigProperty(name = "quarkus.application.name") String service, InstantSource clock) {
    return new CloudEvents(URI.create("/concordat/" + service), clock);
  }

  @Produces
  @Singleton
  KafkaClients clients(@Identifier("default-kafka-broker") Map<String, Object> connection) {
    return new KafkaClients(connection);
  }

  @Produces
  @Singleton
  EventPublisher publisher(
      CloudEvents cloudEvents,
      KafkaClients clients,
      MessagingSettings settings,
      MeterRegistry metrics) {
    return new EventPublisher(
        cloudEvents,
        clients,
        atLeastOne("publish-buffer", settings.publishBuffer()),
        settings.flushTimeout(),
        metrics);
  }

  @Produces
  @Singleton
  DeadLetters deadLetters(
      EventPublisher publisher,
      @ConfigProperty(name = "quarkus.application.name") String service,
      MeterRegistry metrics) {
    return new DeadLetters(publisher, service, metrics);
  }

  @Produces
  @Singleton
  TopicCheck topicCheck(KafkaClients clients, MessagingSettings settings) {
    return new TopicCheck(clients, settings.topicWatch());
  }

  @Produces
  @Singleton
  Views views(
      KafkaClients clients,
      DeadLetters deadLetters,
      TopicCheck topicCheck,
      InstantSource clock,
      MeterRegistry metrics) {
    return new Views(clients, deadLetters, topicCheck, clock, metrics);
  }

  @Produces
  @Singleton
  WorkShares workShares(
      KafkaClients clients,
      DeadLetters deadLetters,
      TopicCheck topicCheck,
      MessagingSettings settings) {
    return new WorkShares(clients, deadLetters, topicCheck, settings.sessionTimeout());
  }

  @Produces
  @Singleton
  KeyHistory keyHistory(KafkaClients clients) {
    return new KeyHistory(clients);
  }

  @Produces
  @Singleton
  EventFeed eventFeed(KafkaClients clients, MessagingSettings settings) {
    return new EventFeed(clients, atLeastOne("feeds", settings.feeds()));
  }

  private static int atLeastOne(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "concordat.messaging.%s is %d, and must be at least 1".formatted(key, value));
    }
    return value;
  }

  void stop(@Disposes EventPublisher publisher) {
    publisher.close();
  }

  void stop(@Disposes Views views) {
    views.close();
  }

  void stop(@Disposes TopicCheck topicCheck) {
    topicCheck.close();
  }

  void stop(@Disposes WorkShares workShares) {
    workShares.close();
  }
}
