package dev.concordat.registry.gitops;

import dev.concordat.registry.declarations.FileDeclaration;
import java.util.List;
import java.util.Set;

/**
 * A file of the folder.
 *
 * @param path in the folder, with slashes; a folder inside that can't be read ends with one
 * @param declarations what could be read of it
 * @param findings why the rest could not be
 * @param mentioned names that what could not be read may have, in lower case
 */
public record DeclaredFile(
    String path,
    List<FileDeclaration> declarations,
    List<Finding> findings,
    Set<String> mentioned) {

  public DeclaredFile {
    declarations = List.copyOf(declarations);
    findings = List.copyOf(findings);
    mentioned = Set.copyOf(mentioned);
  }

  static DeclaredFile unreadable(Finding finding) {
    return new DeclaredFile(String.valueOf(finding.file()), List.of(), List.of(finding), Set.of());
  }

  /** Whether all of it could be read, so that what it doesn't declare isn't declared there. */
  boolean isWhole() {
    return findings.isEmpty();
  }

  /** Whether this stands for every file in a folder inside. */
  boolean isFolder() {
    return path.endsWith("/");
  }
}
