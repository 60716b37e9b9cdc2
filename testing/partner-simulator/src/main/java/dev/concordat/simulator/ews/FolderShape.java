package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import dev.concordat.simulator.mailboxes.StoreId;
import dev.concordat.simulator.mailboxes.Value;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.xml.stream.XMLStreamException;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Element;

/** Which properties of folders an answer carries, in the order of types.xsd. */
final class FolderShape {

  private static final Set<String> DEFAULT =
      Set.of("FolderId", "DisplayName", "TotalCount", "ChildFolderCount", "UnreadCount");
  private static final List<String> ORDER = PropertyOrder.ofFolders();

  /** Nobody is granted anything in a folder but its owner. */
  private static final Value PERMISSIONS = Value.of(new Value.Part("Permissions", Value.of("")));

  private final String base;
  private final Set<String> names = new HashSet<>();
  private final List<ExtendedProperty> extended = new ArrayList<>();
  private final SchemaVersion version;

  private FolderShape(Element shape, SchemaVersion version) throws EwsFault {
    this.version = version;
    base = ItemShape.base(shape);
    Optional<Element> more = Xml.child(shape, "AdditionalProperties");
    if (more.isPresent()) {
      for (Element path : Xml.children(more.get())) {
        switch (PropertyPath.of(path)) {
          case PropertyPath.Field field -> names.add(field.name());
          case PropertyPath.Extended(var property) -> extended.add(property);
          case PropertyPath.Entry _ -> {
            // Folders have no dictionaries.
          }
        }
      }
    }
  }

  /** The shape that a call asks for. */
  static FolderShape of(Call call) throws EwsFault {
    return new FolderShape(call.required("FolderShape"), call.version());
  }

  void write(Xml.Writer out, Folder folder) throws XMLStreamException {
    out.element(
        "t:" + element(folder),
        it -> {
          for (String name : ORDER) {
            if (name.equals("ExtendedProperty")) {
              for (ExtendedProperty property : extended) {
                Optional<Value> value = extended(folder, property);
                if (value.isPresent()) {
                  Values.write(it, property, value.get());
                }
              }
            } else if (name.equals("FolderId") || wants(name)) {
              Value value = value(folder, name);
              if (value != null) {
                Values.write(it, name, value);
              }
            }
          }
        });
  }

  /** What a folder of its class is called on the wire. */
  static String element(Folder folder) {
    String folderClass = folder.folderClass();
    return folderClass.startsWith("IPF.Appointment")
        ? "CalendarFolder"
        : folderClass.startsWith("IPF.Contact")
            ? "ContactsFolder"
            : folderClass.startsWith("IPF.Task") ? "TasksFolder" : "Folder";
  }

  private @Nullable Value value(Folder folder, String name) {
    boolean counts = element(folder).equals("Folder") || element(folder).equals("TasksFolder");
    return switch (name) {
      case "FolderId" -> Values.id(folder.id(), folder.changeKey());
      case "ParentFolderId" -> {
        Folder parent = folder.parent();
        yield parent == null
            ? Values.id(folder.id(), folder.changeKey())
            : Values.id(parent.id(), parent.changeKey());
      }
      case "FolderClass" -> Value.of(folder.folderClass());
      case "DisplayName" -> Value.of(folder.displayName());
      case "TotalCount" -> Value.of(Integer.toString(folder.items().size()));
      case "ChildFolderCount" -> Value.of(Integer.toString(folder.folders().size()));
      case "EffectiveRights" -> ItemProperties.RIGHTS;
      case "DistinguishedFolderId" -> {
        String id = folder.distinguishedId();
        // Older schemas have no such element.
        yield id == null || !version.isAtLeast(SchemaVersion.EXCHANGE2013) ? null : Value.of(id);
      }
      case "PermissionSet" -> counts && names.contains(name) ? PERMISSIONS : null;
      case "UnreadCount" -> counts ? Value.of(Long.toString(folder.unread())) : null;
      default -> null;
    };
  }

  private static Optional<Value> extended(Folder folder, ExtendedProperty property) {
    Value held = folder.extended().get(property);
    if (held != null || !property.set().isEmpty()) {
      return Optional.ofNullable(held);
    }
    return switch (property.name()) {
      case "0x3001" -> Optional.of(Value.of(folder.displayName()));
      case "0x3613" -> Optional.of(Value.of(folder.folderClass()));
      case "0x3602" -> Optional.of(Value.of(Integer.toString(folder.items().size())));
      case "0x3603" -> Optional.of(Value.of(Long.toString(folder.unread())));
      case "0x360a" -> Optional.of(Value.of(Boolean.toString(!folder.folders().isEmpty())));
      case "0x10f4" -> Optional.of(Value.of("false"));
      case "0xfff" ->
          StoreId.parse(folder.id())
              .map(it -> Value.of(Base64.getEncoder().encodeToString(it.entryId())));
      default -> Optional.empty();
    };
  }

  private boolean wants(String name) {
    return names.contains(name)
        || base.equals("AllProperties")
        || (base.equals("Default") && DEFAULT.contains(name));
  }

  /** A property that a restriction names, as a text. */
  static Optional<String> text(Folder folder, PropertyPath path) {
    return switch (path) {
      case PropertyPath.Field field ->
          switch (field.name()) {
            case "DisplayName" -> Optional.of(folder.displayName());
            case "FolderClass" -> Optional.of(folder.folderClass());
            case "TotalCount" -> Optional.of(Integer.toString(folder.items().size()));
            case "ChildFolderCount" -> Optional.of(Integer.toString(folder.folders().size()));
            case "UnreadCount" -> Optional.of(Long.toString(folder.unread()));
            case "DistinguishedFolderId" -> Optional.ofNullable(folder.distinguishedId());
            default -> Optional.empty();
          };
      case PropertyPath.Extended(var property) -> extended(folder, property).map(Value::text);
      case PropertyPath.Entry _ -> Optional.empty();
    };
  }
}
