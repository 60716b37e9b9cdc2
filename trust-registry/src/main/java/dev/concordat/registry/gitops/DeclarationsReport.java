package dev.concordat.registry.gitops;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a replica last found in the folder.
 *
 * @param source what the folder is called in {@code declaredIn}
 * @param deciding whether this replica is the one that has it registered
 * @param lookedAt when it last looked; absent until it has
 * @param reconciledAt when it last found that everything that can be done is done; absent until it
 *     has
 * @param applied how many declarations are registered as they are declared
 * @param waiting how many are yet to be
 * @param refused how many can't be, or are declared twice
 * @param unreadable how many files or documents in them can't be read
 * @param files the files, each with its partners and what is wrong in it
 * @param findings what is wrong with the folder itself, or with partners whose file is gone
 */
public record DeclarationsReport(
    String source,
    boolean deciding,
    @Nullable Instant lookedAt,
    @Nullable Instant reconciledAt,
    long applied,
    long waiting,
    long refused,
    long unreadable,
    List<File> files,
    List<Finding> findings) {

  public DeclarationsReport {
    files = List.copyOf(files);
    findings = List.copyOf(findings);
  }

  /** A file of the folder. */
  public record File(String file, List<Partner> partners, List<Finding> findings) {
    public File {
      partners = List.copyOf(partners);
      findings = List.copyOf(findings);
    }
  }

  /**
   * A partner that a file declares.
   *
   * @param line where its declaration begins
   * @param state {@code applied}, {@code waiting} or {@code refused}
   */
  public record Partner(String name, int line, State state) {}

  /** How a declaration stands. */
  public enum State {
    /** What is registered is what is declared. */
    @JsonProperty("applied")
    APPLIED,
    /** It is yet to be registered. */
    @JsonProperty("waiting")
    WAITING,
    /** It is not registered so; a finding says why. */
    @JsonProperty("refused")
    REFUSED
  }

  /** The report before the first look. */
  static DeclarationsReport none(String source) {
    return new DeclarationsReport(source, false, null, null, 0, 0, 0, 0, List.of(), List.of());
  }

  static DeclarationsReport of(
      String source,
      boolean deciding,
      Instant lookedAt,
      @Nullable Instant reconciledAt,
      FolderContent content,
      Plan plan) {
    var partners = new LinkedHashMap<String, List<Partner>>();
    var findings = new LinkedHashMap<String, List<Finding>>();
    content.files().forEach(it -> partners.put(it.path(), new ArrayList<>()));
    for (Plan.Standing it : plan.standings()) {
      partners
          .computeIfAbsent(it.file(), _ -> new ArrayList<>())
          .add(new Partner(it.name(), it.line(), it.state()));
    }
    var ofFolder = new ArrayList<Finding>();
    for (Finding finding : plan.findings()) {
      String file = finding.file();
      if (file == null || !partners.containsKey(file)) {
        ofFolder.add(finding);
      } else {
        findings.computeIfAbsent(file, _ -> new ArrayList<>()).add(finding);
      }
    }
    return new DeclarationsReport(
        source,
        deciding,
        lookedAt,
        reconciledAt,
        plan.count(State.APPLIED),
        plan.count(State.WAITING),
        plan.count(State.REFUSED),
        content.files().stream().mapToLong(it -> it.findings().size()).sum(),
        partners.entrySet().stream()
            .map(it -> file(it, findings.getOrDefault(it.getKey(), List.of())))
            .toList(),
        ofFolder);
  }

  private static File file(Map.Entry<String, List<Partner>> file, List<Finding> findings) {
    return new File(file.getKey(), file.getValue(), findings);
  }

  DeclarationsReport lookedAgain(boolean decides, Instant at, @Nullable Instant reconciled) {
    return new DeclarationsReport(
        source, decides, at, reconciled, applied, waiting, refused, unreadable, files, findings);
  }
}
