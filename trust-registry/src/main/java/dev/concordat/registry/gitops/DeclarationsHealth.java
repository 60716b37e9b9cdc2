package dev.concordat.registry.gitops;

import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;

/** Tells of the folder, and is up whatever lies in it: a bad file is no reason to stop serving. */
@Readiness
@Singleton
public class DeclarationsHealth implements HealthCheck {

  private final GitOps gitOps;

  DeclarationsHealth(GitOps gitOps) {
    this.gitOps = gitOps;
  }

  @Override
  public HealthCheckResponse call() {
    HealthCheckResponseBuilder answer = HealthCheckResponse.named("declarations").up();
    gitOps
        .report()
        .ifPresent(
            it ->
                answer
                    .withData("applied", it.applied())
                    .withData("waiting", it.waiting())
                    .withData("refused", it.refused())
                    .withData("unreadable", it.unreadable())
                    .withData(
                        "reconciledAt",
                        it.reconciledAt() == null ? "not yet" : String.valueOf(it.reconciledAt())));
    return answer.build();
  }
}
