package dev.concordat.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFolderTest {

  @Test
  void secrets_are_for_their_owner_alone(@TempDir Path root) throws Exception {
    var state = StateFolder.open(root);

    state.writeSecret("admin-token", "secret");

    assertThat(state.read("admin-token")).contains("secret");
    if (root.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(root.resolve("admin-token"))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void forgetting_deletes_only_a_folder_of_ours(@TempDir Path root) throws Exception {
    Path foreign = root.resolve("foreign");
    Files.createDirectories(foreign);
    Files.writeString(foreign.resolve("thesis.txt"), "years of work");
    StateFolder.forget(foreign);
    assertThat(foreign.resolve("thesis.txt")).exists();

    Path ours = root.resolve("ours");
    StateFolder.open(ours).write("a/b", "c");
    StateFolder.forget(ours);
    assertThat(ours).doesNotExist();
  }

  @Test
  void a_state_that_cannot_be_read_says_the_way_out(@TempDir Path root) throws Exception {
    Files.writeString(root.resolve("state.json"), "{half a fi");

    assertThatThrownBy(() -> StateFolder.open(root))
        .isInstanceOf(SuiteFailure.class)
        .hasMessageContaining("--fresh");
  }

  @Test
  void certificates_stay_from_start_to_start_and_are_renewed_near_their_end(@TempDir Path root)
      throws Exception {
    var state = StateFolder.open(root);
    Instant now = Instant.now();
    new DevelopmentAuthority(state, now).prepare(List.of("a.litwareinc.com"));
    String first = state.read("tls/server.crt").orElseThrow();
    String key = state.read("signing/current.key").orElseThrow();

    new DevelopmentAuthority(state, now.plus(Duration.ofDays(100)))
        .prepare(List.of("a.litwareinc.com"));
    assertThat(state.read("tls/server.crt")).contains(first);

    new DevelopmentAuthority(state, now.plus(Duration.ofDays(360)))
        .prepare(List.of("a.litwareinc.com"));
    assertThat(state.read("tls/server.crt")).isNotEqualTo(java.util.Optional.of(first));
    assertThat(state.read("signing/current.key")).isNotEqualTo(java.util.Optional.of(key));
  }

  @Test
  void the_holder_of_a_port_is_found() throws Exception {
    assumeTrue(Files.isReadable(Path.of("/proc/net/tcp")), "skipped: no /proc here");
    try (var socket = new ServerSocket(0)) {
      assertThat(PortHolder.of(socket.getLocalPort()))
          .hasValueSatisfying(it -> assertThat(it.pid()).isEqualTo(ProcessHandle.current().pid()));
    }
  }
}
