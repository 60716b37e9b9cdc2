package dev.concordat.simulator.mailboxes;

/**
 * What an administrator can set for a mailbox.
 *
 * @param quotaBytes nothing more is stored beyond this size ({@code ProhibitSendReceiveQuota}); 0
 *     for no limit
 * @param onHold whether what is deleted for good stays in Purges, and can't be deleted there
 *     ({@code LitigationHoldEnabled})
 * @param singleItemRecovery whether what is deleted for good stays in Purges
 */
public record MailboxRules(long quotaBytes, boolean onHold, boolean singleItemRecovery) {

  /** As a new mailbox has them. */
  public static final MailboxRules DEFAULT = new MailboxRules(0, false, false);
}
