package dev.concordat.cli.powershell;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** What reading a file came to. */
public sealed interface Reading {

  /**
   * The file has objects; whether each of them is a partner is another question.
   *
   * @param entries in the order of the file; none where the file is empty
   */
  record Objects(List<Entry> entries) implements Reading {
    public Objects {
      entries = List.copyOf(entries);
    }
  }

  /**
   * The file can't be read.
   *
   * @param why and what to do, in sentences
   */
  record Unreadable(String why) implements Reading {}

  /** One object of a file. */
  sealed interface Entry {

    /** Which one it is, from 1. */
    int number();
  }

  /** An object of a cmdlet. Its members have lower-case names, and only those that matter. */
  record Known(int number, Cmdlet cmdlet, ObjectNode members) implements Entry {}

  /** An object of something else. */
  record Unknown(int number) implements Entry {}
}
