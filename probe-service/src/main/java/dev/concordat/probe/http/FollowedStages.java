package dev.concordat.probe.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.ProbeStage;
import dev.concordat.probe.progress.ProbesUnderWay.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What is new in each step of a probe, for one who follows it. */
final class FollowedStages {

  /** A server-sent event. */
  record News(String name, String json) {}

  private int told;
  private @Nullable String current;

  List<News> news(FollowedProbe.Step step) {
    return switch (step) {
      case FollowedProbe.Step.UnderWay(Progress progress) -> news(progress);
      case FollowedProbe.Step.Ended(var result) -> List.of(of("completed", result));
    };
  }

  private List<News> news(Progress progress) {
    var news = new ArrayList<News>();
    List<ProbeStage> ended = progress.stages();
    for (ProbeStage stage : ended.subList(Math.min(told, ended.size()), ended.size())) {
      news.add(of("stage", stage));
    }
    told = ended.size();
    String running = progress.current();
    if (running != null && !running.equals(current)) {
      news.add(of("began", Map.of("name", running)));
    }
    current = running;
    return news;
  }

  private static News of(String name, Object data) {
    try {
      return new News(name, Json.mapper().writeValueAsString(data));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that can't be written", e);
    }
  }
}
