package dev.concordat.benchmarks;

import dev.concordat.benchmarks.hot.HotFunctions;
import dev.concordat.benchmarks.report.Report;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** The hot functions by themselves, in a process of their own, with JMH. */
final class Microbenchmarks {

  private Microbenchmarks() {}

  static void run(Report report) throws RunnerException {
    var options =
        new OptionsBuilder()
            .include(HotFunctions.class.getName())
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.MICROSECONDS)
            .forks(1)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(2))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1))
            .addProfiler(GCProfiler.class)
            .jvmArgs("-XX:+UseSerialGC", "-Xmx256m")
            .verbosity(VerboseMode.SILENT)
            .build();
    report.say("one thread, no load beside it");
    for (RunResult it : new Runner(options).run()) {
      String name = words(it.getPrimaryResult().getLabel());
      report.less(name, it.getPrimaryResult().getScore(), "µs");
      report.less(
          name + ", allocated",
          Objects.requireNonNull(it.getSecondaryResults().get("gc.alloc.rate.norm")).getScore()
              / 1024,
          "KB");
    }
  }

  /** {@code actorTokenSigned} as words. */
  private static String words(String name) {
    return name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
