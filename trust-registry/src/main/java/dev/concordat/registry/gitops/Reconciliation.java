package dev.concordat.registry.gitops;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.Expectation;
import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.events.Trust;
import dev.concordat.registry.declarations.FileDeclaration;
import dev.concordat.registry.declarations.Place;
import dev.concordat.registry.gitops.DeclarationsReport.State;
import dev.concordat.registry.rules.Decision;
import dev.concordat.registry.rules.PartnerRules;
import dev.concordat.registry.rules.Partners;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a folder of declarations comes to: a pure function of what lies in it, what is registered
 * and the time, so that every replica reports the same, whichever decides.
 *
 * <p>Each step is tried on a copy of the registry by the rules that will decide it. What they
 * refuse is a finding and no command; what they take makes a batch. A step that needs another one
 * (a partner its token server, a removed token server the removal of those it vouched for) is in a
 * later batch than that.
 *
 * <p>A partner is removed only where nothing speaks against it: its own file is gone, or could be
 * read wholly and holds; no file that can't be read mentions its name; and the folder is there and
 * not empty.
 */
final class Reconciliation {

  /** How long a chain of token servers is followed at once; what is left follows later. */
  private static final int MOST_BATCHES = 16;

  /** Who asks, in what is only tried. */
  private static final String PLAN = "plan";

  private final String source;
  private final Instant now;
  private final Partners partners;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> doubted = new HashSet<>();
  private final List<List<Step>> batches = new ArrayList<>();
  private final List<Finding> findings = new ArrayList<>();

  /** A declaration in its file, and what is known of it. */
  private static final class Entry {
    private final String file;
    private final FileDeclaration declaration;
    private State state = State.REFUSED;
    private @Nullable Problem refusal;

    Entry(String file, FileDeclaration declaration) {
      this.file = file;
      this.declaration = declaration;
    }

    String name() {
      return declaration.partner().name();
    }

    Plan.Standing standing() {
      return new Plan.Standing(file, name(), declaration.place().line(), state);
    }

    /** The rule's field tells the line. */
    Finding finding(Problem why) {
      Place place = declaration.place(String.valueOf(why.extensions().getOrDefault("field", "")));
      return Finding.at(file, place, name(), why);
    }
  }

  private Reconciliation(
      String source, Collection<PartnerRegistered> present, Set<String> lost, Instant now) {
    this.source = source;
    this.now = now;
    partners = new Partners(present, lost, 0);
  }

  /**
   * Says what is to be done.
   *
   * @param source what the folder is called in {@code declaredIn}
   * @param allowEmpty whether a folder without files means that its partners are removed
   * @param content what lies in the folder
   * @param present every partner that is registered
   * @param lost the names of those that the topic has lost, so that they are to be written again
   */
  static Plan plan(
      String source,
      boolean allowEmpty,
      FolderContent content,
      Collection<PartnerRegistered> present,
      Set<String> lost,
      Instant now) {
    if (content.unusable().isPresent()) {
      return new Plan(List.of(), List.of(), List.of(content.unusable().get()));
    }
    return new Reconciliation(source, present, lost, now).plan(allowEmpty, content, present);
  }

  /** What {@code declaredIn} says of a file's partners. */
  static String declaredIn(String source, String file) {
    return source + "/" + file;
  }

  private Plan plan(
      boolean allowEmpty, FolderContent content, Collection<PartnerRegistered> present) {
    var declared = new LinkedHashMap<String, List<Entry>>();
    for (DeclaredFile file : content.files()) {
      findings.addAll(file.findings());
      for (FileDeclaration declaration : file.declarations()) {
        var entry = new Entry(file.path(), declaration);
        entries.add(entry);
        declared.computeIfAbsent(Partners.folded(entry.name()), _ -> new ArrayList<>()).add(entry);
      }
    }
    List<Entry> pending = register(once(declared));
    if (!content.files().isEmpty() || allowEmpty) {
      remove(unclaimed(present, content, declared.keySet()));
    } else {
      findings.add(Finding.ofFolder(empty(present)));
    }
    // What was in the way may have been removed.
    for (Entry entry : register(pending)) {
      if (entry.refusal == null) {
        entry.state = State.WAITING;
      } else {
        findings.add(entry.finding(inFile(entry.refusal)));
      }
    }
    findings.sort(Finding.ORDER);
    return new Plan(batches, entries.stream().map(Entry::standing).toList(), findings);
  }

  /** Those that are declared once; nobody can say which of two is meant. */
  private List<Entry> once(Map<String, List<Entry>> declared) {
    var single = new ArrayList<Entry>();
    for (List<Entry> ofName : declared.values()) {
      if (ofName.size() == 1) {
        single.addAll(ofName);
        continue;
      }
      for (Entry entry : ofName) {
        Entry other = ofName.getFirst() == entry ? ofName.get(1) : ofName.getFirst();
        findings.add(entry.finding(twice(entry.name(), other)));
      }
    }
    return single;
  }

  /** Plans what can be registered, and returns what can't. */
  private List<Entry> register(List<Entry> asked) {
    List<Entry> pending = asked;
    boolean moved = true;
    while (moved && !pending.isEmpty() && batches.size() < MOST_BATCHES) {
      var batch = new Batch();
      var left = new ArrayList<Entry>();
      for (Entry entry : pending) {
        Optional<PartnerRegistered> before = partners.named(entry.name());
        entry.refusal = null;
        if (batch.mustPrecede(entry.name(), tokenServer(entry.declaration.partner().trust()))) {
          left.add(entry);
          continue;
        }
        var step =
            new Step.Register(
                entry.declaration, declaredIn(source, entry.file), expectation(before));
        Decision decision = PartnerRules.decide(partners, step.command(PLAN, PLAN, now), now);
        switch (decision) {
          case Decision.Unchanged _ -> entry.state = State.APPLIED;
          case Decision.Refused(Problem why) -> {
            entry.refusal = why;
            left.add(entry);
          }
          case Decision.Created _, Decision.Replaced _, Decision.Removed _ -> {
            entry.state = State.WAITING;
            batch.add(step, before);
          }
        }
        partners.apply(decision);
      }
      moved = batch.closed();
      pending = left;
    }
    // By itself it doesn't hold, so the name may be a slip; what its file declared stays.
    pending.stream()
        .filter(it -> it.refusal != null && it.refusal.code().equals("partner-malformed"))
        .forEach(it -> doubted.add(it.file));
    return pending;
  }

  private void remove(List<PartnerRegistered> unclaimed) {
    List<PartnerRegistered> pending = unclaimed;
    var refused = new LinkedHashMap<PartnerRegistered, Problem>();
    boolean moved = true;
    while (moved && !pending.isEmpty() && batches.size() < 2 * MOST_BATCHES) {
      var batch = new Batch();
      var left = new ArrayList<PartnerRegistered>();
      for (PartnerRegistered partner : pending) {
        var step =
            new Step.Remove(
                partner.name(),
                String.valueOf(partner.declaredIn()),
                expectation(Optional.of(partner)));
        if (batch.mustPrecede(partner.name(), null)) {
          left.add(partner);
          continue;
        }
        Decision decision = PartnerRules.decide(partners, step.command(PLAN, PLAN, now));
        if (decision instanceof Decision.Refused(Problem why)) {
          refused.put(partner, why);
          left.add(partner);
        } else {
          refused.remove(partner);
          batch.add(step, Optional.of(partner));
        }
        partners.apply(decision);
      }
      moved = batch.closed();
      pending = left;
    }
    refused.forEach(
        (partner, why) ->
            findings.add(
                new Finding(
                    path(partner).orElse(null), null, null, partner.name(), unremoved(why))));
  }

  /** Those that the folder declared and, for all that is known, declares no more. */
  private List<PartnerRegistered> unclaimed(
      Collection<PartnerRegistered> present, FolderContent content, Set<String> declared) {
    var unread = new HashSet<>(doubted);
    var unreadFolders = new ArrayList<DeclaredFile>();
    var mentioned = new HashSet<String>();
    for (DeclaredFile file : content.files()) {
      if (!file.isWhole()) {
        mentioned.addAll(file.mentioned());
        if (file.isFolder()) {
          unreadFolders.add(file);
        } else {
          unread.add(file.path());
        }
      }
    }
    var unclaimed = new ArrayList<PartnerRegistered>();
    for (PartnerRegistered partner : present) {
      Optional<String> path = path(partner);
      String key = Partners.folded(partner.name());
      if (path.isPresent()
          && !declared.contains(key)
          && !mentioned.contains(key)
          && !unread.contains(path.get())
          && unreadFolders.stream().noneMatch(it -> path.get().startsWith(it.path()))) {
        unclaimed.add(partner);
      }
    }
    return unclaimed;
  }

  /** The path in this folder of the file that declares a partner. */
  private Optional<String> path(PartnerRegistered partner) {
    String file = partner.declaredIn();
    return file != null && file.startsWith(source + "/")
        ? Optional.of(file.substring(source.length() + 1))
        : Optional.empty();
  }

  /** What is done at once; none of it may need another part of it to be done before. */
  private final class Batch {
    private final List<Step> steps = new ArrayList<>();
    private final Set<String> names = new HashSet<>();
    private final Set<String> vouchedBefore = new HashSet<>();

    /** Whether something in here must be done before a step. */
    boolean mustPrecede(String name, @Nullable String tokenServer) {
      return vouchedBefore.contains(Partners.folded(name))
          || (tokenServer != null && names.contains(Partners.folded(tokenServer)));
    }

    void add(Step step, Optional<PartnerRegistered> before) {
      steps.add(step);
      names.add(Partners.folded(step.name()));
      before
          .map(PartnerRegistered::trust)
          .map(Reconciliation::tokenServer)
          .ifPresent(it -> vouchedBefore.add(Partners.folded(it)));
    }

    /** Adds it to the plan; false where nothing is in it. */
    boolean closed() {
      if (!steps.isEmpty()) {
        batches.add(List.copyOf(steps));
      }
      return !steps.isEmpty();
    }
  }

  private static @Nullable String tokenServer(@Nullable Trust trust) {
    return trust instanceof Trust.ByTokenServer(String tokenServer) ? tokenServer : null;
  }

  private static Expectation expectation(Optional<PartnerRegistered> before) {
    return before
        .map(it -> new Expectation(it.revision(), false))
        .orElseGet(() -> new Expectation(null, true));
  }

  private static Problem twice(String name, Entry other) {
    return Problem.of(
            "declared-twice",
            "Two declarations have this name",
            409,
            "%s is declared in %s, line %d, as well. Neither is applied; what is registered stays. Leave one of them out."
                .formatted(name, other.file, other.declaration.place().line()))
        .with("field", "name")
        .with("value", name)
        .with("rule", "a name is declared once in the folder, whatever its case");
  }

  private Problem empty(Collection<PartnerRegistered> present) {
    long stay = present.stream().filter(it -> path(it).isPresent()).count();
    return Problem.of(
        "folder-empty",
        "The folder has no files",
        422,
        "It has no file that ends in .yaml, .yml or .json, so nothing is removed; partners that it declared and that stay: %d. If they are to go, set concordat.registry.declarations.allow-empty=true."
            .formatted(stay));
  }

  private static Problem unremoved(Problem why) {
    return told(
        why, "No file declares this partner any more, but it can't be removed: " + why.detail());
  }

  /** A refusal that tells how to say in a file what the rules ask for. */
  private static Problem inFile(Problem why) {
    return switch (why.code()) {
      case "identity-change" ->
          told(why, why.detail() + " In the file, that is acceptIdentityChange: true.");
      case "declared-in-file" -> told(why, why.detail() + " In a file, that is takeOver: true.");
      default -> why;
    };
  }

  private static Problem told(Problem why, String detail) {
    return new Problem(why.type(), why.title(), why.status(), detail, why.extensions());
  }
}
