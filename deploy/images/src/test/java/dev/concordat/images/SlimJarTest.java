package dev.concordat.images;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlimJarTest {

  /** The paths of zstd-jni, snappy-java, lz4-java and Netty. */
  @ParameterizedTest
  @CsvSource({
    "linux/amd64/libzstd-jni-1.5.6-10.so, amd64, false",
    "linux/amd64/libzstd-jni-1.5.6-10.so, arm64, true",
    "darwin/aarch64/libzstd-jni-1.5.6-10.dylib, arm64, true",
    "win/amd64/libzstd-jni-1.5.6-10.dll, amd64, true",
    "org/xerial/snappy/native/Linux/aarch64/libsnappyjava.so, arm64, false",
    "org/xerial/snappy/native/Linux/android-arm/libsnappyjava.so, amd64, true",
    "org/xerial/snappy/native/Windows/x86_64/snappyjava.dll, amd64, true",
    "net/jpountz/util/linux/amd64/liblz4-java.so, amd64, false",
    "META-INF/native/libnetty_transport_native_epoll_x86_64.so, arm64, false",
    "org/example/win/Prize.class, amd64, false",
  })
  void a_library_is_left_out_where_its_path_names_another_platform(
      String path, String architecture, boolean foreign) {
    assertThat(SlimJar.isForeign(path, architecture)).isEqualTo(foreign);
  }

  @Test
  void the_rest_of_a_jar_stays_in_its_order(@TempDir Path folder) throws IOException {
    Path jar =
        jar(folder, "META-INF/MANIFEST.MF", "win/amd64/libx.dll", "A.class", "linux/amd64/libx.so");
    Path copy = folder.resolve("copy.jar");

    SlimJar.copy(jar, copy, "amd64");

    try (var read = new ZipFile(copy.toFile())) {
      assertThat(read.stream().map(ZipEntry::getName))
          .containsExactly("META-INF/MANIFEST.MF", "A.class", "linux/amd64/libx.so");
      assertThat(read.getInputStream(read.getEntry("A.class")).readAllBytes())
          .isEqualTo("A.class".getBytes(StandardCharsets.UTF_8));
    }
  }

  @Test
  void a_signed_jar_loses_its_signature_and_nothing_else(@TempDir Path folder) throws IOException {
    Path jar =
        jar(
            folder,
            "META-INF/MANIFEST.MF",
            "META-INF/SIGNER.SF",
            "META-INF/SIGNER.RSA",
            "META-INF/services/java.security.Provider",
            "A.class");
    Path copy = folder.resolve("copy.jar");

    SlimJar.copy(jar, copy, "amd64");

    try (var read = new ZipFile(copy.toFile())) {
      assertThat(read.stream().map(ZipEntry::getName))
          .containsExactly(
              "META-INF/MANIFEST.MF", "META-INF/services/java.security.Provider", "A.class");
    }
  }

  @Test
  void a_jar_with_nothing_to_leave_out_stays_as_it_is(@TempDir Path folder) throws IOException {
    Path jar = jar(folder, "META-INF/MANIFEST.MF", "A.class");
    Path copy = folder.resolve("copy.jar");

    SlimJar.copy(jar, copy, "amd64");

    assertThat(copy).hasSameBinaryContentAs(jar);
  }

  private static Path jar(Path folder, String... entries) throws IOException {
    Path jar = folder.resolve("some.jar");
    try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
      for (String entry : entries) {
        out.putNextEntry(new ZipEntry(entry));
        out.write(entry.getBytes(StandardCharsets.UTF_8));
        out.closeEntry();
      }
    }
    return jar;
  }
}
