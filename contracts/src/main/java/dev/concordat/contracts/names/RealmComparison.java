package dev.concordat.contracts.names;

/**
 * How application identifiers and realms are compared. MS-XOAUTH 3.2.5.6 compares them ordinally;
 * whether every product does in every place is assumed, so this is a switch.
 */
public enum RealmComparison {
  /** Case-sensitive, as MS-XOAUTH 3.2.5.6 has it: the default. */
  ORDINAL {
    @Override
    public boolean same(String one, String other) {
      return one.equals(other);
    }
  },
  /** A difference in case only is none. */
  IGNORE_CASE {
    @Override
    public boolean same(String one, String other) {
      return one.equalsIgnoreCase(other);
    }
  };

  /** Whether both are the same application identifier, or the same realm. */
  public abstract boolean same(String one, String other);
}
