package dev.concordat.probe.page;

import dev.concordat.probe.progress.ProbesUnderWay;
import dev.concordat.probe.results.RecentResults;
import jakarta.inject.Singleton;

/** Probes, ended and under way, as the page shows them. */
@Singleton
final class Runs {

  private final RecentResults results;
  private final ProbesUnderWay underWay;

  Runs(RecentResults results, ProbesUnderWay underWay) {
    this.results = results;
    this.underWay = underWay;
  }

  /** A probe as far as it is. */
  RunView now(String id) {
    return results
        .get(id)
        .map(RunView::of)
        .or(() -> underWay.of(id).map(RunView::of))
        .orElseGet(RunView::waiting);
  }
}
