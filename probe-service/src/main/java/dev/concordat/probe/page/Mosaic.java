package dev.concordat.probe.page;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Many targets as small squares, one path a state: the whole of a partner at a glance. Where there
 * are more targets than squares, a square stands for several and shows the worst.
 *
 * @param width of the drawing, in its own units
 * @param height of it
 * @param paths path data by state
 * @param each how many targets a square stands for
 */
record Mosaic(int width, int height, List<Path> paths, int each) {

  /** The squares of one state. */
  record Path(TargetState state, String data) {}

  private static final int COLUMNS = 50;
  private static final int MOST = 1000;
  private static final int STEP = 8;
  private static final int SIDE = 6;

  /**
   * @param states the worst first
   */
  static Mosaic of(List<TargetState> states) {
    int each = Math.max(1, (states.size() + MOST - 1) / MOST);
    Map<TargetState, StringBuilder> paths = new EnumMap<>(TargetState.class);
    int square = 0;
    for (int i = 0; i < states.size(); i += each) {
      paths
          .computeIfAbsent(states.get(i), _ -> new StringBuilder())
          .append(
              "M%d %dh%dv%dh-%dz"
                  .formatted(square % COLUMNS * STEP, square / COLUMNS * STEP, SIDE, SIDE, SIDE));
      square++;
    }
    return new Mosaic(
        Math.clamp(square, 1, COLUMNS) * STEP,
        Math.max(1, (square + COLUMNS - 1) / COLUMNS) * STEP,
        paths.entrySet().stream()
            .map(it -> new Path(it.getKey(), it.getValue().toString()))
            .toList(),
        each);
  }
}
