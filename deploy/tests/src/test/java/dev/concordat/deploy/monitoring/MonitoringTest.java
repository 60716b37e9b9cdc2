package dev.concordat.deploy.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.concordat.deploy.Checkout;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What can be said of alerts and dashboards without Prometheus. */
class MonitoringTest {

  private static final String RUNBOOK = "https://concordat.dev/docs/operate.md#";

  @Test
  void eachAlertLinksItsEntryInTheRunbookAndEachEntryHasAnAlert() {
    Map<String, JsonNode> alerts = Queries.alerts();
    List<String> entries =
        Checkout.text("docs/operate.md")
            .lines()
            .filter(it -> it.startsWith("### Concordat"))
            .map(it -> it.substring(4))
            .toList();

    assertThat(entries).containsExactlyInAnyOrderElementsOf(alerts.keySet());
    alerts.forEach(
        (name, alert) ->
            assertThat(alert.at("/annotations/runbook_url").asText())
                .isEqualTo(RUNBOOK + name.toLowerCase(java.util.Locale.ROOT)));
  }

  @Test
  void eachAlertSaysHowBadItIsAndWhatItMeans() {
    Queries.alerts()
        .forEach(
            (name, alert) -> {
              assertThat(alert.at("/labels/severity").asText())
                  .as(name)
                  .isIn("critical", "warning");
              assertThat(alert.at("/annotations/summary").asText()).as(name).isNotBlank();
              assertThat(alert.at("/annotations/description").asText()).as(name).isNotBlank();
            });
  }

  @Test
  void eachAlertHasACaseForPromtool() {
    var tested = new TreeSet<String>();
    for (String file : List.of("rules-test.yaml", "rules-days-test.yaml")) {
      Checkout.documents(Checkout.text("deploy/tests/src/test/prometheus/" + file))
          .getFirst()
          .findValues("name")
          .forEach(it -> tested.add(it.asText()));
    }

    assertThat(tested).isEqualTo(Queries.alerts().keySet());
  }

  @Test
  void whatDashboardsAndAlertsCountWithIsRecorded() {
    Queries.all()
        .forEach(
            (where, query) ->
                assertThat(Queries.recorded()).as(where).containsAll(Queries.recordedIn(query)));
  }

  @Test
  void eachDashboardIsOfItsOwnAndAsksThePrometheusThatIsChosen() {
    assertThat(Queries.dashboards()).hasSize(5);
    assertThat(Queries.dashboards().values().stream().map(it -> it.path("uid").asText()))
        .doesNotHaveDuplicates();
    Queries.dashboards()
        .forEach(
            (file, dashboard) ->
                assertThat(dashboard.findValues("datasource"))
                    .as(file)
                    .isNotEmpty()
                    .allMatch(it -> it.path("uid").asText().equals("${datasource}")));
  }

  @Test
  void aQuerysMetricsAreFound() {
    assertThat(
            Queries.metrics(
                "sum by (job, up) (rate(http_server_requests_seconds_count{uri=\"concordat_x\"}[5m]))"
                    + " / up > concordat:a:b_1h and absent(concordat_view_lag)"))
        .containsExactly("concordat_view_lag", "http_server_requests_seconds_count", "up");
  }
}
