package dev.concordat.registry.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real PowerShell reads what we write, where there is one on the path. */
class RealPowerShellTest {

  private static final String PARSE =
      """
      foreach ($file in Get-ChildItem -Path . -Filter *.ps1 | Sort-Object Name) {
        if ($file.Name -eq 'parse.ps1') { continue }
        $tokens = $null; $errors = $null
        $ast = [System.Management.Automation.Language.Parser]::ParseInput([IO.File]::ReadAllText($file.FullName), [ref]$tokens, [ref]$errors)
        foreach ($problem in $errors) { 'error ' + $file.Name + ' ' + $problem.Extent.StartLineNumber + ': ' + $problem.Message }
        if ($file.Name -like 'value*') {
          $found = @($ast.FindAll({ $args[0] -is [System.Management.Automation.Language.StringConstantExpressionAst] }, $true) | Where-Object { $_.StringConstantType -eq 'SingleQuoted' })
          'value ' + $found.Count + ' ' + [Convert]::ToBase64String([Text.Encoding]::UTF8.GetBytes($found[0].Value))
        }
      }
      'read'
      """;

  @Test
  void it_parses_every_script_and_gets_every_value_back(@TempDir Path folder) throws Exception {
    if (!onPath()) {
      skip("there is no pwsh on the path");
    }
    int number = 0;
    for (Setup setup : Given.forms(Given.us(), "Concordat", Given.SITE).values()) {
      for (String source : sources(setup).toList()) {
        Files.writeString(folder.resolve("script%03d.ps1".formatted(number++)), source);
      }
    }
    var values = new ArrayList<String>();
    for (String value : QuotingTest.HOSTILE) {
      Files.writeString(
          folder.resolve("value%03d.ps1".formatted(number++)),
          Setup.asFile("Write-Output " + PowerShell.literal(value)));
      values.add(
          "value 1 " + Base64.getEncoder().encodeToString(value.getBytes(StandardCharsets.UTF_8)));
    }
    Files.writeString(folder.resolve("parse.ps1"), PARSE);

    Process shell =
        new ProcessBuilder("pwsh", "-NoProfile", "-NonInteractive", "-File", "parse.ps1")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    List<String> printed =
        new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();

    assertThat(shell.waitFor()).isZero();
    assertThat(printed).noneMatch(line -> line.startsWith("error ")).endsWith("read");
    assertThat(printed).containsSequence(values);
  }

  private static Stream<String> sources(Setup setup) {
    return Stream.concat(
        Stream.of(Objects.requireNonNull(setup.script())),
        Stream.concat(setup.steps().stream(), Stream.ofNullable(setup.keyRollover()))
            .flatMap(step -> Stream.of(step.command(), step.check()))
            .filter(Objects::nonNull));
  }

  private static boolean onPath() throws InterruptedException {
    try {
      Process shell =
          new ProcessBuilder("pwsh", "-NoProfile", "-Command", "exit 0")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return shell.waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @SuppressWarnings("SystemOut") // so that whoever reads the build's output sees it
  private static void skip(String why) {
    System.out.println("SKIPPED RealPowerShellTest: " + why);
    assumeTrue(false, why);
  }
}
