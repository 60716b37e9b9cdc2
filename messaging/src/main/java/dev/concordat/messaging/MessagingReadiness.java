package dev.concordat.messaging;

import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/**
 * Ready when the topics were found right and every view has caught up once. From then on the
 * service serves what it knows, so neither an absent Kafka nor a degraded view makes it unready,
 * nor a clock that differs from the others'; all are told.
 */
@Readiness
@Singleton
public final class MessagingReadiness implements HealthCheck {

  private final Views views;
  private final TopicCheck topicCheck;

  @Inject
  public MessagingReadiness(Views views, TopicCheck topicCheck) {
    this.views = views;
    this.topicCheck = topicCheck;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("topics");
    boolean ready = topicCheck.passed();
    topicCheck.complaints().forEach(answer::withData);
    views.clocks().complaint().ifPresent(it -> answer.withData("clock", it));
    for (CompactedView<?> view : views.open()) {
      ready &= view.hasCaughtUp();
      String name = "view of " + view.topic().topicName();
      switch (view.state()) {
        case ViewState.Current current ->
            answer.withData(name, "current, " + view.size() + " keys");
        case ViewState.Degraded(String reason) -> answer.withData(name, "degraded: " + reason);
        case ViewState.CatchingUp(long read, long toRead) ->
            answer.withData(
                name,
                toRead < 0
                    ? "waiting for Kafka"
                    : "catching up: " + read + " of " + toRead + " records");
      }
    }
    return answer.status(ready).build();
  }
}
