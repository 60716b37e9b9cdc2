package dev.concordat.simulator.mailboxes;

import java.time.Instant;

/**
 * Something that happened to an item or a folder, for whoever synchronizes or listens.
 *
 * @param number its number in the mailbox; they only grow
 * @param kind what happened
 * @param of whether it is a folder or an item that it happened to
 * @param object the object's number, after a move or copy the new one
 * @param folder the number of the folder that the object is or was in
 * @param oldObject its number before a move, or what it is a copy of; 0 otherwise
 * @param oldFolder the folder of that; 0 otherwise
 * @param at when
 */
public record Change(
    long number,
    Kind kind,
    StoreId.Kind of,
    long object,
    long folder,
    long oldObject,
    long oldFolder,
    Instant at) {

  /** What can happen. */
  public enum Kind {
    CREATED,
    MODIFIED,
    DELETED,
    MOVED,
    COPIED
  }
}
