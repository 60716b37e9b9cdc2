package dev.concordat.registry.gitops;

import dev.concordat.contracts.Problem;
import dev.concordat.registry.declarations.DeclarationReader;
import dev.concordat.registry.declarations.FileContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.FileVisitOption;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads the folder, again and again: whole, or not at all. A mounted ConfigMap changes by its link
 * {@code ..data} pointing elsewhere, a checked-out repository often by a link to the folder itself;
 * what was read while one moved is thrown away, because half of it would be old.
 *
 * <p>Files whose names end in {@code .yaml}, {@code .yml} or {@code .json} are read, in folders
 * inside as well; those that begin with a dot are not. A link may not lead out of the folder. Not
 * thread-safe.
 */
final class DeclarationFolder {

  /** What a file may have: four times what a ConfigMap may. */
  static final int LARGEST_FILE = 4 * 1024 * 1024;

  private static final long LARGEST_FOLDER = 64L * 1024 * 1024;
  private static final int MOST_FILES = 20_000;
  private static final int MOST_DECLARATIONS = 100_000;
  private static final int DEEPEST = 8;
  private static final int ATTEMPTS = 3;

  /** What the registry takes as the place of a declaration, less the source's name. */
  private static final int LONGEST_PATH = 512;

  private static final Path CURRENT = Path.of("..data");

  private final Path folder;
  private Map<String, Known> known = Map.of();
  private @Nullable FolderContent last;

  /** A file as it was read before; parsed again only when its bytes have changed. */
  private record Known(String digest, DeclaredFile file) {}

  /** Where the links lead that change the whole folder at once. */
  private record Links(Path folder, Optional<Path> current) {}

  DeclarationFolder(Path folder) {
    this.folder = folder;
  }

  /**
   * What lies in the folder now: the same object as before where nothing has changed. Empty where
   * it changed as often as it was read.
   */
  Optional<FolderContent> read() {
    for (int i = 0; i < ATTEMPTS; i++) {
      try {
        Links before = links();
        FolderContent read = read(before.folder());
        if (before.equals(links())) {
          return Optional.of(remembered(read));
        }
      } catch (TooLarge e) {
        return Optional.of(remembered(FolderContent.unusable(Finding.ofFolder(tooLarge(e)))));
      } catch (IOException e) {
        if (i == ATTEMPTS - 1) {
          return Optional.of(remembered(FolderContent.unusable(Finding.ofFolder(missing(e)))));
        }
      }
    }
    return Optional.empty();
  }

  private FolderContent remembered(FolderContent read) {
    FolderContent before = last;
    if (before != null && before.equals(read)) {
      return before;
    }
    last = read;
    return read;
  }

  private Links links() throws IOException {
    Path current = folder.resolve(CURRENT);
    return new Links(
        folder.toRealPath(),
        Files.exists(current) ? Optional.of(current.toRealPath()) : Optional.empty());
  }

  private FolderContent read(Path root) throws IOException, TooLarge {
    var walk = new Walk(root);
    Files.walkFileTree(root, EnumSet.of(FileVisitOption.FOLLOW_LINKS), DEEPEST, walk);
    if (walk.tooLarge != null) {
      throw walk.tooLarge;
    }
    known = walk.seen;
    walk.files.sort(Comparator.comparing(DeclaredFile::path));
    return new FolderContent(walk.files, Optional.empty());
  }

  /** One walk through the folder. */
  private final class Walk extends SimpleFileVisitor<Path> {
    private final Path root;
    private final List<DeclaredFile> files = new ArrayList<>();
    private final Map<String, Known> seen = new HashMap<>();
    private long bytes;
    private int declarations;
    private @Nullable TooLarge tooLarge;

    Walk(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult preVisitDirectory(Path inside, BasicFileAttributes attributes) {
      if (inside.equals(root)) {
        return FileVisitResult.CONTINUE;
      }
      if (isHidden(inside)) {
        return FileVisitResult.SKIP_SUBTREE;
      }
      if (leadsOut(inside)) {
        unreadable(path(inside) + "/", "It is a link that leads out of the folder.");
        return FileVisitResult.SKIP_SUBTREE;
      }
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      if (isHidden(file)) {
        return FileVisitResult.CONTINUE;
      }
      String path = path(file);
      if (attributes.isDirectory()) {
        unreadable(path + "/", "It is more than %d folders deep.".formatted(DEEPEST - 1));
        return FileVisitResult.CONTINUE;
      }
      if (!declares(path)) {
        return FileVisitResult.CONTINUE;
      }
      if (!attributes.isRegularFile()) {
        unreadable(path, "It is no file, or a link to none.");
      } else if (leadsOut(file)) {
        unreadable(path, "It is a link that leads out of the folder.");
      } else if (path.length() > LONGEST_PATH
          || path.codePoints().anyMatch(it -> Character.getType(it) == Character.CONTROL)) {
        unreadable(
            path,
            "Its path has control characters or more than %d characters.".formatted(LONGEST_PATH));
      } else {
        read(path, file);
      }
      return proceed();
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException why) throws IOException {
      if (file.equals(root)) {
        throw why;
      }
      if (!isHidden(file)) {
        String path = path(file);
        // A folder that can't be listed, or a file whose attributes can't be read.
        unreadable(declares(path) && !Files.isDirectory(file) ? path : path + "/", said(why));
      }
      return proceed();
    }

    @Override
    public FileVisitResult postVisitDirectory(Path inside, @Nullable IOException brokenOff)
        throws IOException {
      if (brokenOff != null) {
        if (inside.equals(root)) {
          throw brokenOff;
        }
        unreadable(path(inside) + "/", said(brokenOff));
      }
      return proceed();
    }

    private void read(String path, Path file) {
      byte[] content;
      try (InputStream in = Files.newInputStream(file)) {
        content = in.readNBytes(LARGEST_FILE + 1);
      } catch (IOException e) {
        unreadable(path, said(e));
        return;
      }
      bytes += content.length;
      if (content.length > LARGEST_FILE) {
        unreadable(
            path, "It has more than %d bytes. Split it into several.".formatted(LARGEST_FILE));
        return;
      }
      String digest = digest(content);
      Known before = known.get(path);
      DeclaredFile declared =
          before != null && before.digest().equals(digest)
              ? before.file()
              : declaredFile(path, content);
      seen.put(path, new Known(digest, declared));
      declarations += declared.declarations().size();
      files.add(declared);
    }

    private void unreadable(String path, String why) {
      String shown = path.replaceAll("\\p{C}", "?");
      files.add(
          DeclaredFile.unreadable(
              Finding.ofFile(
                  shown.length() > LONGEST_PATH ? shown.substring(0, LONGEST_PATH) : shown,
                  Problem.of(
                      "file-unreadable",
                      "The file can't be read",
                      422,
                      why + " What it declared before stays."))));
    }

    private FileVisitResult proceed() {
      if (bytes > LARGEST_FOLDER || files.size() > MOST_FILES || declarations > MOST_DECLARATIONS) {
        tooLarge = new TooLarge();
        return FileVisitResult.TERMINATE;
      }
      return FileVisitResult.CONTINUE;
    }

    private boolean leadsOut(Path file) {
      try {
        return !file.toRealPath().startsWith(root);
      } catch (IOException e) {
        return false;
      }
    }

    private String path(Path file) {
      return root.relativize(file).toString().replace(file.getFileSystem().getSeparator(), "/");
    }
  }

  private static DeclaredFile declaredFile(String path, byte[] content) {
    FileContent read =
        path.toLowerCase(Locale.ROOT).endsWith(".json")
            ? DeclarationReader.json(content)
            : DeclarationReader.yaml(content);
    return new DeclaredFile(
        path,
        read.declared(),
        read.malformed().stream()
            .map(it -> Finding.at(path, it.place(), null, it.problem()))
            .toList(),
        read.mentioned());
  }

  private static boolean isHidden(Path file) {
    return String.valueOf(file.getFileName()).startsWith(".");
  }

  private static boolean declares(String path) {
    String lower = path.toLowerCase(Locale.ROOT);
    return lower.endsWith(".yaml") || lower.endsWith(".yml") || lower.endsWith(".json");
  }

  private static String digest(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static String said(IOException why) {
    return switch (why) {
      case NoSuchFileException _ -> "It is not there.";
      case AccessDeniedException _ -> "This process may not read it.";
      case FileSystemLoopException _ -> "It is a link to a folder that it is in.";
      default -> "Reading it failed (%s).".formatted(why.getClass().getSimpleName());
    };
  }

  private static Problem missing(IOException why) {
    return Problem.of(
        "folder-unreadable",
        "The folder can't be read",
        422,
        "concordat.registry.declarations.folder: %s Nothing is registered from it or removed."
            .formatted(said(why)));
  }

  private static Problem tooLarge(TooLarge why) {
    return Problem.of(
        "folder-too-large", "The folder is too large", 422, String.valueOf(why.getMessage()));
  }

  private static final class TooLarge extends Exception {
    private static final long serialVersionUID = 1L;

    TooLarge() {
      super(
          "It has more than %d files, %d declarations or %d bytes. Nothing is registered from it or removed."
              .formatted(MOST_FILES, MOST_DECLARATIONS, LARGEST_FOLDER),
          null,
          false,
          false);
    }
  }
}
