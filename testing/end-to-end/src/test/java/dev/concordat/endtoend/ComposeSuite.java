package dev.concordat.endtoend;

import dev.concordat.suite.Part;
import dev.concordat.suite.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;

/**
 * The suite that {@code docker-compose.yml} runs, after {@code deploy/compose/demo}. It was there
 * before the test and stays, so tests leave nothing behind that the next would meet.
 *
 * @param concordat the command, told by its environment where the services are
 */
record ComposeSuite(Launcher concordat, String adminToken, String viewerToken)
    implements SuiteUnderTest {

  private static final Ports PORTS = Ports.documented(0);

  /** The one that runs. */
  static ComposeSuite running(Path folder) throws IOException {
    Path secrets = Launcher.home().resolve("deploy/compose/secrets.d");
    String admin = Files.readString(secrets.resolve("admin-token"));
    var concordat =
        new Launcher(folder)
            .with(
                Map.of(
                    "CONCORDAT_URL_REGISTRY", at(Part.TRUST_REGISTRY),
                    "CONCORDAT_URL_METADATA", at(Part.METADATA_SERVICE),
                    "CONCORDAT_URL_TOKEN", at(Part.TOKEN_SERVICE),
                    "CONCORDAT_URL_PROBE", at(Part.PROBE_SERVICE),
                    "CONCORDAT_TOKEN", admin));
    return new ComposeSuite(concordat, admin, Files.readString(secrets.resolve("viewer-token")));
  }

  private static String at(Part service) {
    return "http://127.0.0.1:" + PORTS.of(service);
  }

  @Override
  public Ports ports() {
    return PORTS;
  }

  @Override
  public URI exchangeByAnotherName() {
    return URI.create("https://partner-simulator:" + PORTS.of(Part.PARTNER_SIMULATOR));
  }

  @Override
  public LaunchedSuite launched() {
    return Assumptions.abort(
        "skipped: this is about a suite that ./concordat up started; here Compose did, and only"
            + " the services' ports lead into its network");
  }

  @Override
  public void close() {}
}
