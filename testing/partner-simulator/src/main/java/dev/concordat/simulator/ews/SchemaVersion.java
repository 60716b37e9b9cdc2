package dev.concordat.simulator.ews;

import java.util.Map;
import java.util.Optional;

/**
 * The versions of the schema that requests can be written in, oldest first ({@code
 * RequestServerVersion}; EWS reference, types.xsd {@code ExchangeVersionType}).
 */
enum SchemaVersion {
  EXCHANGE2007("Exchange2007"),
  EXCHANGE2007_SP1("Exchange2007_SP1"),
  EXCHANGE2010("Exchange2010"),
  EXCHANGE2010_SP1("Exchange2010_SP1"),
  EXCHANGE2010_SP2("Exchange2010_SP2"),
  EXCHANGE2013("Exchange2013"),
  EXCHANGE2013_SP1("Exchange2013_SP1"),
  EXCHANGE2015("Exchange2015"),
  EXCHANGE2015_SP1("Exchange2015_SP1"),
  EXCHANGE2016("Exchange2016"),
  V2015_10_05("V2015_10_05"),
  V2016_01_06("V2016_01_06"),
  V2016_04_13("V2016_04_13"),
  V2016_07_13("V2016_07_13"),
  V2016_10_10("V2016_10_10"),
  V2017_01_07("V2017_01_07"),
  V2017_04_14("V2017_04_14"),
  V2017_07_11("V2017_07_11");

  /** The newest that this server speaks. */
  static final SchemaVersion NEWEST = V2017_07_11;

  private static final Map<String, SchemaVersion> OPERATIONS =
      Map.ofEntries(
          Map.entry("GetServerTimeZones", EXCHANGE2010),
          Map.entry("GetUserConfiguration", EXCHANGE2010),
          Map.entry("CreateUserConfiguration", EXCHANGE2010),
          Map.entry("UpdateUserConfiguration", EXCHANGE2010),
          Map.entry("DeleteUserConfiguration", EXCHANGE2010),
          Map.entry("EmptyFolder", EXCHANGE2010_SP1),
          Map.entry("GetStreamingEvents", EXCHANGE2010_SP1),
          Map.entry("MarkAllItemsAsRead", EXCHANGE2013),
          Map.entry("GetImItemList", EXCHANGE2013),
          Map.entry("GetImItems", EXCHANGE2013),
          Map.entry("AddImGroup", EXCHANGE2013),
          Map.entry("SetImGroup", EXCHANGE2013),
          Map.entry("RemoveImGroup", EXCHANGE2013),
          Map.entry("AddNewImContactToGroup", EXCHANGE2013),
          Map.entry("AddNewTelUriContactToGroup", EXCHANGE2013),
          Map.entry("AddImContactToGroup", EXCHANGE2013),
          Map.entry("RemoveImContactFromGroup", EXCHANGE2013),
          Map.entry("RemoveContactFromImList", EXCHANGE2013),
          Map.entry("AddDistributionGroupToImList", EXCHANGE2013),
          Map.entry("RemoveDistributionGroupFromImList", EXCHANGE2013));

  private static final Map<String, SchemaVersion> FOLDERS =
      Map.ofEntries(
          Map.entry("recoverableitemsroot", EXCHANGE2010_SP1),
          Map.entry("recoverableitemsdeletions", EXCHANGE2010_SP1),
          Map.entry("recoverableitemsversions", EXCHANGE2010_SP1),
          Map.entry("recoverableitemspurges", EXCHANGE2010_SP1),
          Map.entry("conversationhistory", EXCHANGE2013),
          Map.entry("imcontactlist", EXCHANGE2013),
          Map.entry("quickcontacts", EXCHANGE2013),
          Map.entry("recipientcache", EXCHANGE2013),
          Map.entry("todosearch", EXCHANGE2013),
          Map.entry("mycontacts", EXCHANGE2013),
          Map.entry("directory", EXCHANGE2013));

  private final String text;

  SchemaVersion(String text) {
    this.text = text;
  }

  /** The version of this name. */
  static Optional<SchemaVersion> of(String text) {
    for (SchemaVersion version : values()) {
      if (version.text.equals(text)) {
        return Optional.of(version);
      }
    }
    return Optional.empty();
  }

  /** Whether requests of this version can ask for an operation. */
  boolean knowsOperation(String name) {
    return OPERATIONS.getOrDefault(name, EXCHANGE2007).compareTo(this) <= 0;
  }

  /** Whether requests of this version can name a distinguished folder. */
  boolean knowsFolder(String distinguishedId) {
    return FOLDERS.getOrDefault(distinguishedId, EXCHANGE2007).compareTo(this) <= 0;
  }

  boolean isAtLeast(SchemaVersion other) {
    return compareTo(other) >= 0;
  }
}
