package dev.concordat.simulator;

/** What a fault's texts may stand for: {@code {host}} with a port, {@code {name}} without. */
public final class Placeholders {

  private Placeholders() {}

  /** The text with its placeholders filled in for this request. */
  public static String fill(String text, HttpCall call) {
    return text.replace("{host}", call.authority()).replace("{name}", call.host());
  }
}
