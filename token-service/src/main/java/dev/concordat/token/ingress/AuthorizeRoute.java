package dev.concordat.token.ingress;

import dev.concordat.token.partners.Partners;
import dev.concordat.token.shedding.LoadShedding;
import dev.concordat.token.validation.Judgement;
import dev.concordat.token.validation.Validation;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/**
 * The first look at what an ingress asks, on the event loop and before anything else is done for
 * it: a token that held before and still does lets the request through. Everything else goes on to
 * {@link ForwardAuth}.
 */
@Singleton
class AuthorizeRoute {

  /** Those that {@link ForwardAuth} takes. */
  private static final List<HttpMethod> METHODS =
      List.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS);

  private static final CharSequence NO_STORE = HttpHeaders.createOptimized("no-store");

  private final Partners partners;
  private final Validation validation;

  @Inject
  AuthorizeRoute(Partners partners, Validation validation) {
    this.partners = partners;
    this.validation = validation;
  }

  void register(@Observes Router router) {
    Route route = router.route("/authorize/*").order(LoadShedding.ADMITTED).handler(this::look);
    METHODS.forEach(route::method);
  }

  private void look(RoutingContext routing) {
    Judgement.Holds known = known(routing.request().headers()).orElse(null);
    if (known == null) {
      routing.next();
      return;
    }
    MultiMap answer = routing.response().headers();
    answer.set(HttpHeaders.CACHE_CONTROL, NO_STORE);
    IdentityHeaders.of(known).forEach(answer::set);
    routing.response().end();
  }

  private Optional<Judgement.Holds> known(MultiMap headers) {
    String token = ForwardAuth.bearer(headers.getAll(HttpHeaders.AUTHORIZATION));
    return token == null || token.isEmpty() || !partners.known()
        ? Optional.empty()
        : ForwardAuth.hostCalled(headers::getAll).flatMap(host -> validation.atOnce(token, host));
  }
}
