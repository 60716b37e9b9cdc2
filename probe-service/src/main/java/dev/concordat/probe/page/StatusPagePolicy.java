package dev.concordat.probe.page;

import dev.concordat.probe.ServiceSettings;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.vertx.http.runtime.security.HttpSecurityPolicy;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;

/**
 * Who may read the status page: whoever has the role {@code admin} or {@code viewer}, or everybody
 * where it is configured to be public.
 */
@Singleton
public class StatusPagePolicy implements HttpSecurityPolicy {

  private final boolean isPublic;

  StatusPagePolicy(ServiceSettings settings) {
    isPublic = settings.statusPage().isPublic();
  }

  @Override
  public String name() {
    return "status-page";
  }

  @Override
  public Uni<CheckResult> checkPermission(
      RoutingContext request,
      Uni<SecurityIdentity> identity,
      AuthorizationRequestContext requestContext) {
    if (isPublic) {
      return CheckResult.permit();
    }
    return identity.map(
        it -> it.hasRole("admin") || it.hasRole("viewer") ? CheckResult.PERMIT : CheckResult.DENY);
  }
}
