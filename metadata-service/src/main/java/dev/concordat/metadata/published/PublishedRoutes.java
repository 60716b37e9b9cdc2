package dev.concordat.metadata.published;

import dev.concordat.metadata.published.OurDocuments.Published;
import dev.concordat.metadata.published.OurDocuments.Rendered;
import dev.concordat.metadata.readers.DocumentReaders;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers plain GETs of what is asked for most, our document and our keys, from answers that were
 * made when they changed, and before all that other requests pass through. What else there is to
 * say of these paths ({@code HEAD}, a realm, nothing to publish yet, OpenAPI) is {@link
 * PublishedResource}'s, which gives the same answers.
 */
@Singleton
class PublishedRoutes {

  /** Before authentication and every other filter of Quarkus, whose orders are above -1000. */
  private static final int FIRST = -100_000;

  private final Publication publication;
  private final DocumentReaders readers;

  PublishedRoutes(Publication publication, DocumentReaders readers) {
    this.publication = publication;
    this.readers = readers;
  }

  void register(@Observes Router router) {
    router.get("/metadata/json/1").order(FIRST).handler(new Route(Published::ours, this::note));
    router.get("/jwks").order(FIRST).handler(new Route(Published::jwks, (_, _) -> {}));
  }

  private void note(HttpServerRequest request, Published published) {
    PublishedResource.note(readers, request, published.ours(), published.keyIds());
  }

  /** What a request that was answered is good for besides. */
  private interface Noted {
    void read(HttpServerRequest request, Published published);
  }

  /** An answer as it goes out, ready made. */
  private record Answer(Rendered of, Buffer body, CharSequence etag, CharSequence length) {
    static Answer of(Rendered document) {
      return new Answer(
          document,
          Buffer.buffer(document.body()),
          HttpHeaders.createOptimized(document.etag()),
          HttpHeaders.createOptimized(Integer.toString(document.body().length)));
    }
  }

  private final class Route implements Handler<RoutingContext> {

    private static final CharSequence JSON = HttpHeaders.createOptimized(PublishedResource.JSON);
    private static final CharSequence CACHEABLE =
        HttpHeaders.createOptimized(PublishedResource.CACHEABLE);

    private final Function<Published, Rendered> which;
    private final Noted noted;
    private volatile @Nullable Answer latest;

    Route(Function<Published, Rendered> which, Noted noted) {
      this.which = which;
      this.noted = noted;
    }

    @Override
    public void handle(RoutingContext context) {
      HttpServerRequest request = context.request();
      Published published = publication.now().orElse(null);
      if (published == null
          || request.query() != null
          || !request.method().equals(HttpMethod.GET)) {
        context.next();
        return;
      }
      Answer answer = latest;
      Rendered document = which.apply(published);
      if (answer == null || !answer.of.etag().equals(document.etag())) {
        answer = Answer.of(document);
        latest = answer;
      }
      noted.read(request, published);
      HttpServerResponse response = request.response();
      response.headers().set(HttpHeaders.ETAG, answer.etag);
      response.headers().set(HttpHeaders.CACHE_CONTROL, CACHEABLE);
      if (document.matches(request.getHeader(HttpHeaders.IF_NONE_MATCH))) {
        response.setStatusCode(304).end();
        return;
      }
      response.headers().set(HttpHeaders.CONTENT_TYPE, JSON);
      response.headers().set(HttpHeaders.CONTENT_LENGTH, answer.length);
      response.end(answer.body);
    }
  }
}
