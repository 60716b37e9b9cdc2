package dev.concordat.token.rules;

/** A claim that a user token may name its user by (trust reference, section 4). */
public enum UserClaim {
  /** {@code nameid}, the UPN: as MS-XOAUTH 3.2.5.6 wants it. */
  NAMEID_UPN,
  /** {@code nameid}, the SID, with {@code nii}: SharePoint's own way. */
  SID,
  /** {@code upn}. */
  UPN,
  /** {@code smtp}. */
  SMTP,
  /** {@code sip}, without {@code sip:}. */
  SIP
}
