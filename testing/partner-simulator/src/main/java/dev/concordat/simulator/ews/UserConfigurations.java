package dev.concordat.simulator.ews;

import dev.concordat.simulator.Xml;
import dev.concordat.simulator.ews.Response.Message;
import dev.concordat.simulator.mailboxes.StoreId;
import dev.concordat.simulator.mailboxes.UserConfiguration;
import dev.concordat.simulator.mailboxes.Value;
import dev.concordat.simulator.mailboxes.Value.Part;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.w3c.dom.Element;

/** What programs store in folders under a name, as clients do with their categories and options. */
final class UserConfigurations {

  private static final List<String> WANTED =
      List.of("Id", "Dictionary", "XmlData", "BinaryData", "All");

  private UserConfigurations() {}

  static void register(Map<String, Call.Operation> operations) {
    operations.put("GetUserConfiguration", UserConfigurations::get);
    operations.put("CreateUserConfiguration", UserConfigurations::create);
    operations.put("UpdateUserConfiguration", UserConfigurations::update);
    operations.put("DeleteUserConfiguration", UserConfigurations::delete);
  }

  private static Response get(Call call) throws EwsFault {
    Element name = call.required("UserConfigurationName");
    Element wanted = call.required("UserConfigurationProperties");
    List<String> properties = List.of(wanted.getTextContent().strip().split("\\s+"));
    if (!WANTED.containsAll(properties)) {
      throw EwsFault.schema(
          wanted,
          "The 'UserConfigurationProperties' element is invalid - The value is invalid according to its datatype - The Enumeration constraint failed.");
    }
    return Response.of(
        Call.attempt(
            () -> {
              UserConfiguration found = find(key(name, call), call);
              return Message.success(
                  out ->
                      out.element(
                          "m:UserConfiguration",
                          it -> {
                            Values.write(it, "UserConfigurationName", Values.read(name));
                            if (properties.contains("Id") || properties.contains("All")) {
                              String id = found.itemId().text();
                              it.element("t:ItemId", one -> one.attribute("Id", id));
                            }
                            for (Part part : found.content().parts()) {
                              if (properties.contains(part.name()) || properties.contains("All")) {
                                Values.write(it, part.name(), part.value());
                              }
                            }
                          }));
            }));
  }

  private static Response create(Call call) throws EwsFault {
    return store(call, false);
  }

  private static Response update(Call call) throws EwsFault {
    return store(call, true);
  }

  private static Response store(Call call, boolean there) throws EwsFault {
    Element given = call.required("UserConfiguration");
    Element name = Call.required(given, "UserConfigurationName");
    return Response.of(
        Call.attempt(
            () -> {
              String key = key(name, call);
              Map<String, UserConfiguration> all = call.mailbox().configurations();
              if (there) {
                find(key, call);
              } else if (all.containsKey(key)) {
                throw new EwsError("ErrorItemSave", "The user configuration exists already.");
              }
              Value content =
                  Value.of(
                      Xml.children(given).stream()
                          .filter(it -> !it.getLocalName().equals("UserConfigurationName"))
                          .map(it -> new Part(it.getLocalName(), Values.read(it)))
                          .toArray(Part[]::new));
              long number = call.mailbox().lastChange() + 1 + all.size();
              UserConfiguration before = all.get(key);
              StoreId id =
                  before == null
                      ? new StoreId(StoreId.Kind.ITEM, call.mailbox().guid(), -number)
                      : before.itemId();
              all.put(key, new UserConfiguration(id, content));
              return Message.success();
            }));
  }

  private static Response delete(Call call) throws EwsFault {
    Element name = call.required("UserConfigurationName");
    return Response.of(
        Call.attempt(
            () -> {
              String key = key(name, call);
              find(key, call);
              call.mailbox().configurations().remove(key);
              return Message.success();
            }));
  }

  private static UserConfiguration find(String key, Call call) throws EwsError {
    return Optional.ofNullable(call.mailbox().configurations().get(key))
        .orElseThrow(EwsError::itemNotFound);
  }

  private static String key(Element name, Call call) throws EwsError, EwsFault {
    return call.ids().target(name).number() + "/" + name.getAttribute("Name");
  }
}
