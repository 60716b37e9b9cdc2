package dev.concordat.simulator.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.concordat.simulator.Simulator;
import dev.concordat.simulator.SimulatorSettings;
import dev.concordat.simulator.TestPartner;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * exchangelib 5.6, the EWS client of Python, as it is. It needs Python and its package index, so it
 * runs in the profile {@code python-clients} alone; where they can't be had, it is skipped and says
 * so.
 */
@Tag("python-clients")
class ExchangelibTest {

  private static final String KEN = "kenmyer@litwareinc.com";
  private static final String EXCHANGELIB = "exchangelib==5.6.0";

  @Test
  void it_finds_its_mailbox_and_works_in_it(@TempDir Path folder) throws Exception {
    Path python = python(folder);
    try (var exchange = Simulator.start(SimulatorSettings.forTests());
        var tunnel = new Tunnel(exchange.httpsPort())) {
      var us = new TestPartner("5d2a1b7e-3c4f-4e8a-9b6d-c0c0da700001@litwareinc.com");
      us.introduceTo(exchange);
      Path authority = folder.resolve("authority.pem");
      Files.writeString(authority, exchange.caPem());
      String server = "atl-exchange-001." + exchange.identity().realm();

      List<String> said =
          run(
              Map.of(
                  "MAILBOX",
                  KEN,
                  "AUTODISCOVER_TOKEN",
                  us.forUserOfExchange(KEN, exchange.identity().realm()),
                  "EWS_TOKEN",
                  us.forUserOfExchange(KEN, server + ":" + exchange.httpsPort()),
                  "HTTPS_PROXY",
                  "http://127.0.0.1:" + tunnel.port(),
                  "NO_PROXY",
                  "",
                  "REQUESTS_CA_BUNDLE",
                  authority.toString()),
              python.toString(),
              Path.of("src/test/python/exchangelib_journey.py").toString());

      URI found = URI.create(said.getFirst().split(" ")[1]);
      assertThat(found.getHost()).isEqualTo(server);
      assertThat(said.subList(1, said.size()))
          .containsExactly(
              "version 15.2.1748.10",
              "inbox Inbox 0",
              "history Conversation History",
              "created 152",
              "read From exchangelib",
              "found Changed",
              "paged ['page 0', 'page 1', 'page 2', 'page 3', 'page 4']",
              "synchronized 5",
              "walked True True",
              "calendar ['2026-11-26T09:00:00+00:00']",
              "contacts 1",
              "events ['CreatedEvent']",
              "streamed ['CreatedEvent']",
              "resolved " + KEN,
              "deleted");
    }
  }

  /** Python with exchangelib: one that the environment names, or one made now. */
  private static Path python(Path folder) throws IOException, InterruptedException {
    String ready = System.getenv("EXCHANGELIB_PYTHON");
    if (ready != null) {
      return Path.of(ready);
    }
    Path venv = folder.resolve("venv");
    assumeTrue(
        succeeds("python3", "-m", "venv", venv.toString()),
        "skipped: there is no python3 that can make a virtual environment (python3-venv)");
    Path python = venv.resolve("bin/python");
    assumeTrue(
        succeeds(python.toString(), "-m", "pip", "install", "--quiet", EXCHANGELIB),
        "skipped: " + EXCHANGELIB + " can't be installed from the package index");
    return python;
  }

  private static boolean succeeds(String... command) throws IOException, InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(4, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  /** Runs a program to its end, and returns the lines that it printed. */
  private static List<String> run(Map<String, String> environment, String... command)
      throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    environment.forEach(builder.environment()::put);
    // Whatever the machine's own proxies are, they are not for these hosts.
    List.of("https_proxy", "http_proxy", "no_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy")
        .forEach(builder.environment()::remove);
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    assertThat(process.exitValue()).as(said).isZero();
    return new ArrayList<>(Arrays.asList(said.strip().split("\n")));
  }
}
