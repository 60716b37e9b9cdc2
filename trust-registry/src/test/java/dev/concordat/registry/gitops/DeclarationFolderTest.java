package dev.concordat.registry.gitops;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeclarationFolderTest {

  private static final String EXCHANGE =
      "name: %s\ntrust: {metadataUrl: 'https://x/autodiscover/metadata/json/1'}\n";

  @TempDir private Path temporary;
  private Path root;
  private DeclarationFolder folder;

  @BeforeEach
  void folder() throws IOException {
    root = Files.createDirectory(temporary.resolve("declarations"));
    folder = new DeclarationFolder(root);
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private FolderContent read() {
    return folder.read().orElseThrow();
  }

  private static List<String> names(FolderContent content) {
    return content.files().stream()
        .flatMap(it -> it.declarations().stream())
        .map(it -> it.partner().name())
        .toList();
  }

  private static String problem(FolderContent content, String path) {
    return content.files().stream()
        .filter(it -> it.path().equals(path))
        .flatMap(it -> it.findings().stream())
        .map(it -> it.problem().code() + ": " + it.problem().detail())
        .findFirst()
        .orElse("none");
  }

  /** As the kubelet writes it: a folder of its own, then the link to it moved in one step. */
  private static void mount(Path root, String version, String name, String text)
      throws IOException {
    Path data = Files.createDirectory(root.resolve(".." + version));
    Files.createDirectory(data.resolve("sub"));
    write(data.resolve(name), text);
    write(data.resolve("sub/" + name), text.replace("name: ", "name: sub-"));
    Path next = root.resolve("..data_tmp");
    Files.createSymbolicLink(next, Path.of(".." + version));
    Files.move(
        next,
        root.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
    for (String visible : new String[] {name, "sub"}) {
      Files.deleteIfExists(root.resolve(visible));
      Files.createSymbolicLink(root.resolve(visible), Path.of("..data/" + visible));
    }
  }

  @Test
  void files_are_read_in_folders_inside_too_and_others_are_not() throws Exception {
    write(root.resolve("a.yaml"), EXCHANGE.formatted("a"));
    write(root.resolve("b.YML"), EXCHANGE.formatted("b"));
    write(
        root.resolve("sub/deeper/c.json"),
        "{\"name\":\"c\",\"trust\":{\"metadataUrl\":\"https://x/metadata/json/1\"}}");
    write(root.resolve("README.md"), "name: no");
    write(root.resolve(".hidden.yaml"), EXCHANGE.formatted("no"));
    write(root.resolve(".git/d.yaml"), EXCHANGE.formatted("no"));

    assertThat(names(read())).containsExactly("a", "b", "c");
    assertThat(read().files())
        .extracting(DeclaredFile::path)
        .containsExactly("a.yaml", "b.YML", "sub/deeper/c.json");
  }

  @Test
  void what_has_not_changed_is_the_same_object_and_what_has_is_read_anew() throws Exception {
    write(root.resolve("a.yaml"), EXCHANGE.formatted("a"));
    write(root.resolve("b.yaml"), "nonsense");
    FolderContent first = read();

    assertThat(read()).isSameAs(first);

    write(root.resolve("a.yaml"), EXCHANGE.formatted("c"));
    assertThat(names(read())).containsExactly("c");
  }

  @Test
  void a_mounted_config_map_is_followed_when_it_is_swapped() throws Exception {
    mount(root, "2026_11_24", "a.yaml", EXCHANGE.formatted("a"));
    assertThat(names(read())).containsExactly("a", "sub-a");

    mount(root, "2026_11_25", "a.yaml", EXCHANGE.formatted("b"));

    FolderContent after = read();
    assertThat(names(after)).containsExactly("b", "sub-b");
    assertThat(after.files())
        .extracting(DeclaredFile::path)
        .containsExactly("a.yaml", "sub/a.yaml");
    assertThat(after.files()).allMatch(DeclaredFile::isWhole);
  }

  @Test
  void it_is_never_half_of_the_old_and_half_of_the_new() throws Exception {
    mount(root, "v0", "a.yaml", EXCHANGE.formatted("n0"));
    var done = new AtomicBoolean();
    Thread kubelet =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 1; i < 200; i++) {
                      mountContents(i);
                    }
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  } finally {
                    done.set(true);
                  }
                });
    int seen = 0;
    while (!done.get()) {
      var content = folder.read();
      if (content.isPresent() && content.get().unusable().isEmpty()) {
        List<String> names = names(content.get());
        if (names.size() == 2) {
          seen++;
          assertThat(names.get(1)).isEqualTo("sub-" + names.get(0));
        }
      }
    }
    kubelet.join();

    assertThat(names(read())).containsExactly("n199", "sub-n199");
    assertThat(seen).isNotNegative();
  }

  private void mountContents(int i) throws IOException {
    Path data = Files.createDirectory(root.resolve("..v" + i));
    write(data.resolve("a.yaml"), EXCHANGE.formatted("n" + i));
    write(data.resolve("sub/a.yaml"), EXCHANGE.formatted("sub-n" + i));
    Files.createSymbolicLink(root.resolve("..data_tmp"), Path.of("..v" + i));
    Files.move(
        root.resolve("..data_tmp"),
        root.resolve("..data"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  @Test
  void a_checked_out_repository_may_be_a_link_to_the_folder() throws Exception {
    write(temporary.resolve("one/a.yaml"), EXCHANGE.formatted("a"));
    write(temporary.resolve("two/a.yaml"), EXCHANGE.formatted("b"));
    Path link = Files.createSymbolicLink(temporary.resolve("current"), Path.of("one"));
    folder = new DeclarationFolder(link);
    assertThat(names(read())).containsExactly("a");

    Files.delete(link);
    Files.createSymbolicLink(link, Path.of("two"));

    assertThat(names(read())).containsExactly("b");
  }

  @Test
  void what_cannot_be_read_is_told_and_stops_nothing_else() throws Exception {
    write(temporary.resolve("outside.yaml"), EXCHANGE.formatted("outside"));
    write(temporary.resolve("outside/x.yaml"), EXCHANGE.formatted("outside"));
    write(root.resolve("good.yaml"), EXCHANGE.formatted("good"));
    write(root.resolve("large.yaml"), "# " + "x".repeat(5_000_000) + "\n");
    Files.write(root.resolve("junk.yaml"), new byte[] {0, 1, 2, (byte) 0xff});
    Files.createSymbolicLink(root.resolve("gone.yaml"), Path.of("nowhere.yaml"));
    Files.createSymbolicLink(root.resolve("out.yaml"), Path.of("../outside.yaml"));
    Files.createSymbolicLink(root.resolve("out"), Path.of("../outside"));
    Files.createSymbolicLink(root.resolve("round"), Path.of("."));
    write(root.resolve("1/2/3/4/5/6/7/8/deep.yaml"), EXCHANGE.formatted("deep"));
    Files.createDirectory(root.resolve("folder.yaml"));

    FolderContent content = read();

    assertThat(names(content)).containsExactly("good");
    assertThat(problem(content, "large.yaml")).contains("file-unreadable").contains("Split it");
    assertThat(problem(content, "junk.yaml")).contains("U+0000");
    assertThat(problem(content, "gone.yaml")).contains("a link to none");
    assertThat(problem(content, "out.yaml")).contains("leads out");
    assertThat(problem(content, "out/")).contains("leads out");
    assertThat(problem(content, "round/")).contains("a folder that it is in");
    assertThat(problem(content, "1/2/3/4/5/6/7/8/")).contains("folders deep");
    assertThat(content.files()).hasSize(8);
  }

  @Test
  void what_may_not_be_read_is_told() throws Exception {
    Path secret = root.resolve("secret.yaml");
    write(secret, EXCHANGE.formatted("secret"));
    Path closed = root.resolve("closed");
    write(closed.resolve("a.yaml"), EXCHANGE.formatted("a"));
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("---------"));
    Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("---------"));
    try {
      assumeThat(Files.isReadable(secret)).as("root reads everything").isFalse();

      assertThat(problem(read(), "secret.yaml")).contains("may not read it");
      assertThat(problem(read(), "closed/")).contains("may not read it");
    } finally {
      Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
    }
  }

  @Test
  void control_characters_in_a_path_are_not_read_and_not_shown() throws Exception {
    write(root.resolve("a\nname: b.yaml"), EXCHANGE.formatted("a"));

    assertThat(names(read())).isEmpty();
    assertThat(problem(read(), "a?name: b.yaml")).contains("control characters");
  }

  @Test
  void a_folder_that_is_not_there_is_told() {
    folder = new DeclarationFolder(root.resolve("nowhere"));

    assertThat(read().unusable().orElseThrow().problem().code()).isEqualTo("folder-unreadable");
    assertThat(read()).isSameAs(read());
  }

  @Test
  void what_is_not_ascii_is_fine_in_paths_too() throws Exception {
    write(root.resolve("Zürich/büro.yaml"), "# Grüße\n" + EXCHANGE.formatted("a"));

    assertThat(read().files().getFirst().path()).isEqualTo("Zürich/büro.yaml");
    assertThat(Files.readString(root.resolve("Zürich/büro.yaml"), UTF_8)).contains("Grüße");
  }
}
