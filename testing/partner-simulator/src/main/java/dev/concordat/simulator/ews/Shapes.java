package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.mailboxes.Folder;
import dev.concordat.simulator.mailboxes.Item;
import dev.concordat.simulator.mailboxes.Item.ExtendedProperty;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.stream.XMLStreamException;
import org.w3c.dom.Element;

/**
 * Which properties of a folder or an item are told, in the order of types.xsd. Extended properties
 * are only told where they are asked for, also under {@code AllProperties}.
 *
 * @param all whether every property is
 * @param ids whether nothing is but the id
 * @param fields further properties, as {@code FieldURI}s
 * @param extended further extended properties
 */
record Shapes(boolean all, boolean ids, Set<String> fields, List<ExtendedProperty> extended) {

  static Shapes of(Element shape) {
    String base = Xml.text(shape, "BaseShape").orElse("IdOnly");
    var fields = new TreeSet<String>();
    var extended = new ArrayList<ExtendedProperty>();
    Xml.child(shape, "AdditionalProperties")
        .ifPresent(
            more -> {
              for (Element property : Xml.children(more)) {
                switch (property.getLocalName()) {
                  case "FieldURI" -> fields.add(property.getAttribute("FieldURI"));
                  case "ExtendedFieldURI" -> extended.add(Restriction.extended(property));
                  default -> {
                    // Indexed properties are none that this simulator has.
                  }
                }
              }
            });
    return new Shapes(
        base.equals("AllProperties"),
        base.equals("IdOnly"),
        Set.copyOf(fields),
        List.copyOf(extended));
  }

  void write(Xml.Writer out, Folder folder) throws XMLStreamException {
    out.element(
        "t:Folder",
        it -> {
          id(it, "t:FolderId", folder.id(), folder.changeKey());
          Folder parent = folder.parent();
          if (parent != null && wants("folder:ParentFolderId", false)) {
            id(it, "t:ParentFolderId", parent.id(), parent.changeKey());
          }
          if (wants("folder:FolderClass", false)) {
            it.text("t:FolderClass", folder.folderClass());
          }
          if (wants("folder:DisplayName", true)) {
            it.text("t:DisplayName", folder.displayName());
          }
          if (wants("folder:TotalCount", true)) {
            it.text("t:TotalCount", Integer.toString(folder.items().size()));
          }
          if (wants("folder:ChildFolderCount", true)) {
            it.text("t:ChildFolderCount", Integer.toString(folder.folders().size()));
          }
          String distinguished = folder.distinguishedId();
          if (distinguished != null && fields.contains("folder:DistinguishedFolderId")) {
            it.text("t:DistinguishedFolderId", distinguished);
          }
          if (wants("folder:UnreadCount", true)) {
            it.text("t:UnreadCount", Long.toString(folder.unread()));
          }
        });
  }

  void write(Xml.Writer out, Item item, boolean withBody) throws XMLStreamException {
    out.element(
        "t:Message",
        it -> {
          id(it, "t:ItemId", item.id(), item.changeKey());
          if (wants("item:ParentFolderId", false)) {
            it.element("t:ParentFolderId", parent -> parent.attribute("Id", item.folderId()));
          }
          if (wants("item:ItemClass", false)) {
            it.text("t:ItemClass", item.itemClass());
          }
          if (wants("item:Subject", true)) {
            it.text("t:Subject", item.subject());
          }
          if (wants("item:Sensitivity", true)) {
            it.text("t:Sensitivity", "Normal");
          }
          if (withBody && wants("item:Body", true)) {
            it.element(
                "t:Body",
                body ->
                    body.attribute("BodyType", item.html() ? "HTML" : "Text")
                        .characters(item.body()));
          }
          String created = item.created().toString();
          text(it, "item:DateTimeReceived", "t:DateTimeReceived", created);
          text(it, "item:Size", "t:Size", Integer.toString(item.size()));
          text(it, "item:Importance", "t:Importance", "Normal");
          text(it, "item:IsDraft", "t:IsDraft", Boolean.toString(item.isDraft()));
          text(it, "item:DateTimeSent", "t:DateTimeSent", created);
          text(it, "item:DateTimeCreated", "t:DateTimeCreated", created);
          text(it, "item:HasAttachments", "t:HasAttachments", "false");
          for (ExtendedProperty property : extended) {
            String value = item.extended().get(property);
            if (value != null) {
              extended(it, property, value);
            }
          }
          text(it, "message:IsRead", "t:IsRead", Boolean.toString(item.isRead()));
        });
  }

  private void text(Xml.Writer out, String field, String name, String value)
      throws XMLStreamException {
    if (wants(field, true)) {
      out.text(name, value);
    }
  }

  private static void extended(Xml.Writer out, ExtendedProperty property, String value)
      throws XMLStreamException {
    out.element(
        "t:ExtendedProperty",
        it -> {
          it.element(
              "t:ExtendedFieldURI",
              uri -> {
                if (property.set().isEmpty()) {
                  uri.attribute("PropertyTag", property.name());
                } else {
                  uri.attribute(
                      property.set().contains("-") ? "PropertySetId" : "DistinguishedPropertySetId",
                      property.set());
                  uri.attribute("PropertyName", property.name());
                }
                uri.attribute("PropertyType", property.type());
              });
          it.text("t:Value", value);
        });
  }

  static void id(Xml.Writer out, String name, String id, String changeKey)
      throws XMLStreamException {
    out.element(name, it -> it.attribute("Id", id).attribute("ChangeKey", changeKey));
  }

  private boolean wants(String field, boolean byDefault) {
    return all || (!ids && byDefault) || fields.contains(field);
  }
}
