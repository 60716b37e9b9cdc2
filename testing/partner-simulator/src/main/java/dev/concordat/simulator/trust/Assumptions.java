package dev.concordat.simulator.trust;

/**
 * What is assumed of the products because it was seen nowhere, each a switch of the command line
 * ({@code --assume NAME=true|false}).
 *
 * @param anonymousChallenge {@code anonymous-challenge}: a request without {@code Authorization} is
 *     answered with the {@code Bearer} challenge too, as in MS-XOAUTH 3.2.5.2; captures without it
 *     exist. An empty {@code Bearer} always is. Never at SharePoint, whose specification says no
 * @param ownDiagnostics {@code own-diagnostics}: where the product's code for a refusal isn't
 *     known, the simulator answers the nearest known one with a text of its own; else it sends no
 *     {@code x-ms-diagnostics}
 */
public record Assumptions(boolean anonymousChallenge, boolean ownDiagnostics) {

  /** Both. */
  public static final Assumptions DEFAULT = new Assumptions(true, true);

  /**
   * With one of them changed.
   *
   * @param setting {@code NAME=true|false}
   * @throws IllegalArgumentException if there is no such assumption
   */
  public Assumptions with(String setting) {
    int equals = setting.indexOf('=');
    String value = equals < 0 ? "" : setting.substring(equals + 1);
    if (!value.equals("true") && !value.equals("false")) {
      throw new IllegalArgumentException("--assume takes NAME=true or NAME=false");
    }
    boolean on = Boolean.parseBoolean(value);
    return switch (setting.substring(0, equals)) {
      case "anonymous-challenge" -> new Assumptions(on, ownDiagnostics);
      case "own-diagnostics" -> new Assumptions(anonymousChallenge, on);
      default ->
          throw new IllegalArgumentException(
              "--assume knows anonymous-challenge and own-diagnostics, and not " + setting);
    };
  }
}
