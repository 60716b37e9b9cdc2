package dev.concordat.probe.page;

import dev.concordat.probe.http.FollowedProbe;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What pushes news to open pages. */
@Path("/news")
@Produces(MediaType.SERVER_SENT_EVENTS)
public class Streams {

  private static final int MOST = 200;
  private static final Duration PAUSE = Duration.ofSeconds(3);

  private final Overviews overviews;
  private final FollowedProbe followed;
  private final Semaphore places = new Semaphore(MOST);

  Streams(Overviews overviews, FollowedProbe followed) {
    this.overviews = overviews;
    this.followed = followed;
  }

  /**
   * {@code changed} whenever the overview may look otherwise, every 3 seconds at most; {@code
   * still} between, so that a lost connection shows.
   */
  @GET
  @Path("changes")
  @Operation(hidden = true)
  public Multi<OutboundSseEvent> changes(@Context Sse sse) {
    if (!places.tryAcquire()) {
      throw new WebApplicationException(Response.status(503).header("Retry-After", 10).build());
    }
    var known = new AtomicLong(overviews.version());
    return Multi.createFrom()
        .ticks()
        .every(PAUSE)
        .onOverflow()
        .drop()
        .map(
            _ -> {
              long version = overviews.version();
              return known.getAndSet(version) == version ? "still" : "changed";
            })
        .map(it -> sse.newEventBuilder().name(it).data(it).build())
        .onTermination()
        .invoke(() -> places.release());
  }

  /** A probe's stages as they come, as parts of the page, then {@code done}. */
  @GET
  @Path("runs/{id}")
  @Operation(hidden = true)
  public Multi<OutboundSseEvent> run(@PathParam("id") String id, @Context Sse sse) {
    return followed
        .follow(id)
        .map(
            step ->
                switch (step) {
                  case FollowedProbe.Step.UnderWay(var progress) ->
                      event(sse, "progress", RunView.of(progress));
                  case FollowedProbe.Step.Ended(var result) ->
                      event(sse, "progress", RunView.of(result));
                })
        .onCompletion()
        .continueWith(sse.newEventBuilder().name("done").data("done").build());
  }

  private static OutboundSseEvent event(Sse sse, String name, RunView run) {
    return sse.newEventBuilder()
        .name(name)
        .data(StatusPage.Templates.run_view(run).render())
        .build();
  }
}
