package dev.concordat.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.concordat.cli.powershell.Shown;
import dev.concordat.contracts.Json;
import dev.concordat.contracts.events.PartnerApplication;
import dev.concordat.contracts.events.PartnerKind;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The registry in a file: a line that says what it is and how many partners follow, then a partner
 * a line, token servers first and otherwise by name ({@code docs/adr}). It is read and written one
 * line at a time.
 */
final class StateFile {

  /** What the first line names. */
  static final String FORMAT = "concordat-state";

  /** The version that is written, and the newest that is read. */
  static final int VERSION = 1;

  private static final int LONGEST_LINE = 256 * 1024;
  private static final int MOST_FAULTS = 20;
  private static final List<String> REQUIRED = List.of("name", "kind", "trustLevel", "enabled");
  private static final List<String> REQUIRED_OF_HEADER =
      List.of("writtenAt", "partners", "tokenServers", "revision");

  private static final JsonMapper STRICT =
      Json.mapper()
          .rebuild()
          .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .build();

  private StateFile() {}

  /**
   * The first line.
   *
   * @param writtenAt when the registry was read
   * @param partners how many lines follow
   * @param tokenServers how many of them are token servers
   * @param revision the highest revision of a partner
   */
  record Header(
      String format,
      int version,
      Instant writtenAt,
      int partners,
      int tokenServers,
      long revision) {}

  /**
   * A file that was read to its end.
   *
   * @param header its first line; absent where that can't be read
   * @param partners the line of each partner, by its name in lower case
   * @param faults what is wrong with it, with line numbers; where there are any it must not be used
   */
  record Contents(@Nullable Header header, Map<String, Integer> partners, List<String> faults) {}

  /** Writes a file beside the one named, and puts it there once it is whole. */
  static Header write(Path file, Instant now, Consumer<Consumer<Line>> registry)
      throws IOException {
    Path folder = file.toAbsolutePath().getParent();
    // Only its owner may read a temporary file: there are hashes of client secrets in it.
    Path tokenServers = Files.createTempFile(folder, ".concordat-state-", ".tmp");
    Path others = Files.createTempFile(folder, ".concordat-state-", ".tmp");
    Path whole = Files.createTempFile(folder, ".concordat-state-", ".tmp");
    try {
      var counted = new Counted();
      try (var first = new BufferedOutputStream(Files.newOutputStream(tokenServers));
          var then = new BufferedOutputStream(Files.newOutputStream(others))) {
        registry.accept(
            line -> {
              boolean server = line.partner.kind() == PartnerKind.TOKEN_SERVER;
              counted.partners++;
              counted.tokenServers += server ? 1 : 0;
              counted.revision = Math.max(counted.revision, line.revision);
              writeLine(server ? first : then, PartnerBody.line(line.partner));
            });
      }
      var header =
          new Header(
              FORMAT, VERSION, now, counted.partners, counted.tokenServers, counted.revision);
      try (var out = new BufferedOutputStream(Files.newOutputStream(whole))) {
        writeLine(out, Json.mapper().writeValueAsBytes(header));
        Files.copy(tokenServers, out);
        Files.copy(others, out);
      }
      Files.move(whole, file, StandardCopyOption.REPLACE_EXISTING);
      return header;
    } finally {
      Files.deleteIfExists(tokenServers);
      Files.deleteIfExists(others);
      Files.deleteIfExists(whole);
    }
  }

  /** A partner, and the revision it has. */
  record Line(PartnerApplication partner, long revision) {}

  private static final class Counted {
    private int partners;
    private int tokenServers;
    private long revision;
  }

  private static void writeLine(OutputStream out, byte[] line) {
    try {
      out.write(line);
      out.write('\n');
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** Reads a file to its end and says what is wrong with it. */
  static Contents check(Path file) throws IOException {
    var check = new Check();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      int number = 1;
      for (byte[] line = line(in);
          line != null && check.faults.size() < MOST_FAULTS;
          line = line(in)) {
        check.line(number++, line);
      }
    }
    return check.contents();
  }

  /** Hands over each partner of a file that was checked. */
  static void forEach(Path file, Consumer<PartnerApplication> each) throws IOException {
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
      line(in);
      for (byte[] line = line(in); line != null; line = line(in)) {
        each.accept(STRICT.readValue(line, PartnerApplication.class));
      }
    }
  }

  /** The next line, no more of it than shows that it is too long; null at the end. */
  private static byte @Nullable [] line(InputStream in) throws IOException {
    int next = in.read();
    if (next == -1) {
      return null;
    }
    var line = new ByteArrayOutputStream(512);
    while (next != -1 && next != '\n') {
      if (line.size() <= LONGEST_LINE) {
        line.write(next);
      }
      next = in.read();
    }
    return line.toByteArray();
  }

  /** What was seen of a file so far. */
  private static final class Check {
    private @Nullable Header header;
    private final Map<String, Integer> partners = new HashMap<>();
    private final Map<String, Integer> identities = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int lines;
    private boolean othersBegan;

    void line(int number, byte[] line) {
      lines = number;
      if (line.length > LONGEST_LINE) {
        fault(number, "it is longer than %d bytes".formatted(LONGEST_LINE));
        return;
      }
      JsonNode tree;
      try {
        tree = STRICT.readTree(line);
      } catch (JsonEOFException e) {
        fault(number, "it ends in the middle: the file was cut");
        return;
      } catch (JsonProcessingException e) {
        fault(
            number,
            "it is no JSON, or has a field twice (column %d)"
                .formatted(e.getLocation() == null ? 0 : e.getLocation().getColumnNr()));
        return;
      } catch (IOException e) {
        fault(number, "it is no UTF-8");
        return;
      }
      if (!(tree instanceof ObjectNode object)) {
        fault(number, "it is empty, or no object");
      } else if (number == 1) {
        header(object);
      } else {
        partner(number, object);
      }
    }

    private void header(ObjectNode object) {
      if (!object.path("format").asText().equals(FORMAT)) {
        fault(1, "it is no back-up of a registry: its format is not " + FORMAT);
        return;
      }
      if (object.path("version").asInt() != VERSION) {
        fault(
            1,
            "it has version %s; this Concordat reads %d"
                .formatted(Shown.text(object.path("version").asText("(none)")), VERSION));
        return;
      }
      if (anyMissing(1, object, REQUIRED_OF_HEADER)) {
        return;
      }
      try {
        header = read(object, Header.class);
      } catch (Fault e) {
        fault(1, e.sentence());
      }
    }

    private void partner(int number, ObjectNode object) {
      if (lines > 1 && header == null) {
        return;
      }
      if (anyMissing(number, object, REQUIRED)) {
        return;
      }
      PartnerApplication partner;
      try {
        partner = read(object, PartnerApplication.class);
      } catch (Fault e) {
        fault(number, e.sentence());
        return;
      }
      Integer twin = partners.putIfAbsent(partner.name().toLowerCase(Locale.ROOT), number);
      if (twin != null) {
        fault(number, "%s is in line %d already".formatted(Shown.text(partner.name()), twin));
      }
      if (partner.applicationIdentifier() != null && partner.realm() != null) {
        String identity = partner.applicationIdentifier() + "@" + partner.realm();
        Integer same = identities.putIfAbsent(identity, number);
        if (same != null) {
          fault(
              number,
              "the partner in line %d has the same application identifier and realm, %s"
                  .formatted(same, Shown.text(identity)));
        }
      }
      if (partner.kind() != PartnerKind.TOKEN_SERVER) {
        othersBegan = true;
      } else if (othersBegan) {
        fault(number, "a token server stands behind partners of other kinds; they come first");
      }
    }

    private boolean anyMissing(int number, ObjectNode object, List<String> required) {
      for (String field : required) {
        if (!object.hasNonNull(field)) {
          fault(number, field + " is missing");
          return true;
        }
      }
      return false;
    }

    private static <T> T read(ObjectNode object, Class<T> type) throws Fault {
      try {
        return STRICT.treeToValue(object, type);
      } catch (UnrecognizedPropertyException e) {
        throw new Fault("there is no field %s".formatted(path(e)));
      } catch (JsonMappingException e) {
        throw new Fault("the value of %s does not fit".formatted(path(e)));
      } catch (JsonProcessingException e) {
        throw new Fault("it can't be read");
      }
    }

    private static String path(JsonMappingException e) {
      var path = new StringBuilder();
      for (var reference : e.getPath()) {
        path.append(
            reference.getFieldName() == null
                ? "[" + reference.getIndex() + "]"
                : (path.isEmpty() ? "" : ".") + reference.getFieldName());
      }
      return path.isEmpty() ? "the line" : Shown.text(path.toString());
    }

    private void fault(int number, String what) {
      if (faults.size() < MOST_FAULTS) {
        faults.add("line %d: %s.".formatted(number, what));
      }
      if (faults.size() == MOST_FAULTS) {
        faults.add("There may be more.");
      }
    }

    Contents contents() {
      if (lines == 0) {
        faults.add("It is empty.");
      } else if (header != null && faults.isEmpty() && header.partners() != lines - 1) {
        faults.add(
            "line 1: it says that %d partners follow, and %d do. The file was cut; or it was edited, and the number was not."
                .formatted(header.partners(), lines - 1));
      }
      return new Contents(header, partners, List.copyOf(faults));
    }
  }

  private static final class Fault extends Exception {
    private static final long serialVersionUID = 1L;

    Fault(String sentence) {
      super(sentence);
    }

    String sentence() {
      return String.valueOf(getMessage());
    }
  }
}
