package dev.concordat.cli.powershell;

/** A file can't be read as what a cmdlet says; the message is for whoever made the file. */
final class UnreadableExport extends Exception {
  private static final long serialVersionUID = 1L;

  UnreadableExport(String sentence) {
    super(sentence);
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
