package dev.concordat.probe.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.concordat.probe.PageWorld;
import dev.concordat.probe.RunningSuite;
import dev.concordat.probe.TokenServer;
import dev.concordat.probe.results.RecentResults;
import dev.concordat.simulator.Simulator;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The status page in headless Chromium. With {@code -Dscreenshots=true} it leaves pictures in
 * docs/screenshots.
 */
@QuarkusTest
@TestProfile(StatusPageTest.PublicPage.class)
@QuarkusTestResource(value = RunningSuite.class, restrictToAnnotatedClass = true)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StatusPageTest {

  public static final class PublicPage implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "concordat.probe.status-page.public", "true",
          "concordat.probe.status-page.public-probes", "true",
          "concordat.probe.request-time", "15s",
          "concordat.probe.kept-results", "20000");
    }
  }

  private static final int TARGETS = 480;
  private static final String KEN = "/target?partner=exchange&kind=conversation-history&mailbox=";

  @Inject PageWorld world;
  @Inject RecentResults results;
  @TestHTTPResource URI url;
  Simulator simulator;
  TokenServer tokens;

  private Chromium chromium;
  private BrowserContext context;
  private Page page;
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private boolean seeded;

  @BeforeAll
  void chromium_is_there() {
    assumeTrue(
        Chromium.executable().isPresent(),
        "SKIPPED: no Chromium on this machine; apt-get install chromium");
    chromium = Chromium.start();
  }

  @AfterAll
  void close() {
    if (chromium != null) {
      chromium.close();
    }
  }

  @BeforeEach
  void a_deployment_of_some_hundred_targets() {
    if (!seeded) {
      seeded = true;
      var demonstration = new Demonstration(Instant.now());
      world.announce(tokens);
      world.exchange(simulator, tokens, "exchange", null);
      world.partner(
          "Litware Exchange", mailboxes(0, 400), demonstration.document("Litware Exchange", 388));
      world.partner(
          "Fabrikam Exchange",
          mailboxes(400, TARGETS),
          demonstration.document("Fabrikam Exchange", 21));
      for (int i = 0; i < TARGETS; i++) {
        String partner = i < 400 ? "Litware Exchange" : "Fabrikam Exchange";
        demonstration.runs(partner, i, 24).forEach(results::add);
      }
    }
    open(new Browser.NewContextOptions().setViewportSize(1280, 860));
  }

  @AfterEach
  void nothing_was_complained_about_and_nothing_fetched_elsewhere() {
    if (context != null) {
      context.close();
    }
    assertThat(complaints).isEmpty();
  }

  private void open(Browser.NewContextOptions options) {
    if (context != null) {
      context.close();
    }
    complaints.clear();
    context =
        chromium
            .browser()
            .newContext(options.setPermissions(List.of("clipboard-read", "clipboard-write")));
    page = context.newPage();
    page.onConsoleMessage(
        it -> {
          if (it.type().equals("error") || it.type().equals("warning")) {
            complaints.add(it.text());
          }
        });
    page.onPageError(complaints::add);
    page.onRequest(
        it -> {
          if (!URI.create(it.url()).getAuthority().equals(url.getAuthority())) {
            complaints.add("a request to " + it.url());
          }
        });
  }

  private void go(String path) {
    page.navigate(url.resolve(path).toString());
  }

  @Test
  void the_worst_comes_first_and_every_partner_is_there() {
    go("/");
    assertThat(page.title()).matches("Concordat: 1[23] targets fail");
    PlaywrightAssertions.assertThat(page.locator("table.list tbody tr").first())
        .hasClass("failing");
    PlaywrightAssertions.assertThat(page.locator(".partners")).containsText("Fabrikam Exchange");
    PlaywrightAssertions.assertThat(page.locator(".partners")).containsText("certificate 21 days");
  }

  @Test
  void typing_narrows_the_list_and_the_address_keeps_it() {
    go("/");
    page.getByRole(AriaRole.SEARCHBOX).fill("user0413");
    PlaywrightAssertions.assertThat(page.locator("table.list tbody tr")).hasCount(1);
    page.waitForURL("**/?q=user0413");
    page.reload();
    PlaywrightAssertions.assertThat(page.locator("table.list tbody tr")).hasCount(1);
  }

  @Test
  void more_targets_are_one_step_away() {
    go("/");
    PlaywrightAssertions.assertThat(page.locator("table.list tbody tr")).hasCount(100);
    page.getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Show more")).click();
    PlaywrightAssertions.assertThat(page.locator("table.list tbody tr")).hasCount(200);
  }

  @Test
  void news_come_by_themselves() {
    go("/?q=user0001");
    PlaywrightAssertions.assertThat(page.locator("#connection")).hasText("live");
    PlaywrightAssertions.assertThat(page.locator("table.list tbody tr")).hasClass("passing");
    Locator row = page.locator("table.list tbody tr");
    comes(true);
    PlaywrightAssertions.assertThat(row).containsText("Only the latest: The mailbox is full.");
    PlaywrightAssertions.assertThat(row).hasClass("passing");
    comes(true);
    PlaywrightAssertions.assertThat(row).hasClass("failing");
    comes(false);
    PlaywrightAssertions.assertThat(row).containsText("Passed again");
    comes(false);
    PlaywrightAssertions.assertThat(row).hasClass("passing");
  }

  private void comes(boolean failed) {
    Instant now = Instant.now();
    results.add(
        new Demonstration(now)
            .run("Litware Exchange", Demonstration.mailbox(1), now, failed));
  }

  @Test
  void probe_now_shows_the_stages_as_they_come_and_the_verdict() {
    world.probed("sip:kenmyer@litwareinc.com");
    go(KEN + "sip:kenmyer@litwareinc.com");
    page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Probe now")).click();
    page.waitForURL("**/run/*");
    PlaywrightAssertions.assertThat(page.locator(".verdict")).hasText("passed");
    PlaywrightAssertions.assertThat(page.locator(".waterfall tbody tr")).hasCount(7);
  }

  @Test
  void a_failure_shows_its_cause_and_its_remedy_is_copied_with_a_key() {
    world.probed("sip:nobody@litwareinc.com");
    go(KEN + "sip:nobody@litwareinc.com");
    PlaywrightAssertions.assertThat(page.locator(".diagnosis h3"))
        .containsText("The partner has no mailbox for this user.");
    Locator copy =
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Copy")).first();
    copy.focus();
    page.keyboard().press("Enter");
    PlaywrightAssertions.assertThat(page.locator("#say")).hasText("Copied.");
    assertThat(page.evaluate("navigator.clipboard.readText()").toString())
        .contains("nobody@litwareinc.com");
    shoot("failure", true);
  }

  @Test
  void a_targets_history_is_drawn() {
    go("/?state=failing");
    page.locator("table.list tbody tr a").first().click();
    PlaywrightAssertions.assertThat(page.locator(".chart canvas")).isVisible();
    shoot("target", true);
  }

  @Test
  void everything_is_reached_by_keyboard() {
    go("/");
    page.keyboard().press("Tab");
    assertThat(page.evaluate("document.activeElement.textContent").toString())
        .isEqualTo("Skip to content");
    page.keyboard().press("Enter");
    page.locator("table.list tbody a").first().focus();
    page.keyboard().press("Enter");
    page.waitForURL("**/target?**");
  }

  @Test
  void it_reads_without_scripts_too() {
    open(new Browser.NewContextOptions().setJavaScriptEnabled(false));
    go("/?q=user0413");
    assertThat(page.locator("table.list tbody tr").count()).isEqualTo(1);
    page.locator("table.list tbody a").first().click();
    assertThat(page.locator(".waterfall tbody tr").count()).isEqualTo(7);
  }

  /** axe-core, the widths of a desk and of a phone, and both colour schemes. */
  @ParameterizedTest
  @CsvSource({"1280,LIGHT", "1280,DARK", "360,LIGHT", "360,DARK"})
  void it_is_accessible_and_fits(int width, ColorScheme colours) {
    open(
        new Browser.NewContextOptions()
            .setViewportSize(width, width == 360 ? 740 : 860)
            .setColorScheme(colours));
    for (String path :
        List.of("/", "/?state=failing", targetOf(7), targetOf(1), "/target?mailbox=none")) {
      complaints.clear();
      page.navigate(url.resolve(path).toString());
      assertThat(Axe.violations(page)).as("%s at %d, %s", path, width, colours).isEmpty();
      assertThat((int) page.evaluate("document.documentElement.scrollWidth"))
          .as("the width of %s", path)
          .isLessThanOrEqualTo(width);
    }
    complaints.removeIf(it -> it.contains("404"));
    go("/");
    shoot("overview-%s-%s".formatted(width == 360 ? "phone" : "desk", name(colours)), false);
  }

  private static String targetOf(int i) {
    return "/target?partner=Litware+Exchange&kind=conversation-history&mailbox="
        + Demonstration.mailbox(i);
  }

  private static String name(ColorScheme colours) {
    return colours.name().toLowerCase(java.util.Locale.ROOT);
  }

  private static List<String> mailboxes(int from, int to) {
    return IntStream.range(from, to).mapToObj(Demonstration::mailbox).toList();
  }

  private void shoot(String name, boolean whole) {
    if (!Boolean.getBoolean("screenshots")) {
      return;
    }
    Path folder = Path.of("../docs/screenshots");
    try {
      Files.createDirectories(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    page.screenshot(
        new Page.ScreenshotOptions().setPath(folder.resolve(name + ".png")).setFullPage(whole));
  }
}
