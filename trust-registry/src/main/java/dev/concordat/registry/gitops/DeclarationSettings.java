package dev.concordat.registry.gitops;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The folder of declarations; checked at start. */
@ConfigMapping(prefix = "concordat.registry.declarations")
public interface DeclarationSettings {

  /**
   * The folder whose files declare partners, an absolute path, such as where a ConfigMap is
   * mounted. It need not be there at start. Absent means that no files declare any.
   */
  Optional<Path> folder();

  /**
   * What the folder is called in {@code declaredIn}, in front of a file's path: a letter or digit,
   * then up to 62 letters, digits, dots, hyphens or underscores. Whoever changes it has the files
   * say {@code takeOver: true} once.
   */
  @WithDefault("gitops")
  String source();

  /** How long after one look at the folder the next one follows; from 100ms to 1h. */
  @WithDefault("10s")
  Duration interval();

  /**
   * Whether a folder without any file means that its partners are removed. A folder that isn't
   * there never means that.
   */
  @WithDefault("false")
  boolean allowEmpty();
}
