package dev.concordat.registry.gitops;

import java.util.List;
import java.util.Optional;

/**
 * What lies in the folder.
 *
 * @param files in the order of their paths
 * @param unusable why nothing can be said of it at all, where that is so
 */
public record FolderContent(List<DeclaredFile> files, Optional<Finding> unusable) {

  public FolderContent {
    files = List.copyOf(files);
  }

  static FolderContent unusable(Finding why) {
    return new FolderContent(List.of(), Optional.of(why));
  }
}
