package dev.concordat.diagnosis;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** {@code docs/diagnose.md} and the code name the same causes and say the same of them. */
class CatalogueTest {

  private static final Pattern ENTRY =
      Pattern.compile("(?m)^### `([a-z0-9-]+)`\\n\\n(.+?)\\n(?=\\n)");

  @Test
  void the_documentation_has_an_entry_for_each_cause_in_its_order_with_its_meaning()
      throws IOException {
    var documented = new LinkedHashMap<String, String>();
    var entries = ENTRY.matcher(Files.readString(Path.of("../docs/diagnose.md")));
    while (entries.find()) {
      documented.put(entries.group(1), entries.group(2));
    }
    Map<String, String> causes = new LinkedHashMap<>();
    Arrays.stream(Cause.values()).forEach(it -> causes.put(it.code(), it.meaning()));
    assertThat(documented).containsExactlyEntriesOf(causes);
  }
}
