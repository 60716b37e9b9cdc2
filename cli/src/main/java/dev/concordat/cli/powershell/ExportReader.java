package dev.concordat.cli.powershell;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Reads a file that an admin made of a cmdlet's output. */
public final class ExportReader {

  /** Most bytes of a file. */
  public static final int MAX_BYTES = 16 * 1024 * 1024;

  private static final Pattern LIST_LINE = Pattern.compile("[A-Za-z]\\w* *:(?: .*)?");
  private static final Pattern TABLE_RULE = Pattern.compile("-{2,}(?: +-{2,})*");

  private ExportReader() {}

  /** Reads the bytes of a file, in any encoding that a Windows shell writes. */
  public static Reading read(byte[] bytes) {
    try {
      if (bytes.length > MAX_BYTES) {
        throw new UnreadableExport(
            "It has more than %d MiB. For SharePoint, select the members: %s"
                .formatted(MAX_BYTES >> 20, Cmdlet.SP_TRUSTED_ISSUER.command()));
      }
      String text = withoutMark(ExportText.of(bytes)).strip();
      if (text.isEmpty()) {
        return new Reading.Objects(List.of());
      }
      if (!text.startsWith("{") && !text.startsWith("[")) {
        throw new UnreadableExport(notJson(text));
      }
      var entries = new ArrayList<Reading.Entry>();
      for (ObjectNode members : ExportJson.objects(text)) {
        int number = entries.size() + 1;
        entries.add(
            cmdletOf(members)
                .<Reading.Entry>map(cmdlet -> new Reading.Known(number, cmdlet, members))
                .orElseGet(() -> new Reading.Unknown(number)));
      }
      return new Reading.Objects(entries);
    } catch (UnreadableExport e) {
      return new Reading.Unreadable(e.sentence());
    }
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Each product has members that no other has; what several have tells only in the end. */
  private static Optional<Cmdlet> cmdletOf(ObjectNode members) {
    if (members.has("registeredissuername")
        || members.has("metadataendpoint")
        || members.has("isselfissuer")) {
      return Optional.of(Cmdlet.SP_TRUSTED_ISSUER);
    }
    if (members.has("applicationtrustlevel")
        || members.has("trustlevel")
        || members.has("authtoken")) {
      return Optional.of(Cmdlet.CS_PARTNER_APPLICATION);
    }
    if (members.has("tokenissuingendpoint")
        || members.has("authorizationendpoint")
        || members.has("isdefaultauthorizationendpoint")) {
      return Optional.of(Cmdlet.AUTH_SERVER);
    }
    if (members.has("useauthserver")
        || members.has("linkedaccount")
        || members.has("actaspermissions")
        || members.has("apponlypermissions")
        || (members.has("authmetadataurl") && members.has("applicationidentifier"))) {
      return Optional.of(Cmdlet.PARTNER_APPLICATION);
    }
    return members.has("authmetadataurl") && members.has("issueridentifier")
        ? Optional.of(Cmdlet.AUTH_SERVER)
        : Optional.empty();
  }

  private static String notJson(String text) {
    String head = text.substring(0, Math.min(text.length(), 64 * 1024));
    String again = again(head);
    if (head.contains("<Objs ") || head.startsWith("#< CLIXML")) {
      return "It is CLIXML, as Export-Clixml writes it, and no JSON. " + again;
    }
    if (head.startsWith("<")) {
      return "It is XML or HTML, and no JSON. " + again;
    }
    List<String> lines = head.lines().map(String::strip).filter(it -> !it.isEmpty()).toList();
    if (lines.stream().limit(3).anyMatch(it -> TABLE_RULE.matcher(it).matches())) {
      return "It is the table that the shell shows, and no JSON. " + again;
    }
    if (LIST_LINE.matcher(lines.getFirst()).matches()) {
      return "It is the list that Format-List shows, and no JSON. " + again;
    }
    return "It is no JSON. " + again;
  }

  /** The command that the admin meant, told by the members that the text names. */
  private static String again(String text) {
    String folded = text.toLowerCase(Locale.ROOT);
    for (var sign :
        List.of(
            new Sign("applicationtrustlevel", Cmdlet.CS_PARTNER_APPLICATION),
            new Sign("authtoken", Cmdlet.CS_PARTNER_APPLICATION),
            new Sign("registeredissuername", Cmdlet.SP_TRUSTED_ISSUER),
            new Sign("isselfissuer", Cmdlet.SP_TRUSTED_ISSUER),
            new Sign("tokenissuingendpoint", Cmdlet.AUTH_SERVER),
            new Sign("linkedaccount", Cmdlet.PARTNER_APPLICATION),
            new Sign("useauthserver", Cmdlet.PARTNER_APPLICATION))) {
      if (folded.contains(sign.member)) {
        return "In %s run: %s".formatted(sign.cmdlet.shell(), sign.cmdlet.command());
      }
    }
    return "Run for example, in %s: %s"
        .formatted(Cmdlet.PARTNER_APPLICATION.shell(), Cmdlet.PARTNER_APPLICATION.command());
  }

  private record Sign(String member, Cmdlet cmdlet) {}
}
