package dev.concordat.token;

import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** The audit lines between its making and its end. */
final class AuditLog extends Handler {
  private final Logger logger = Logger.getLogger("dev.concordat.audit");
  private final List<String> lines = new ArrayList<>();

  AuditLog() {
    logger.addHandler(this);
  }

  @Override
  public synchronized void publish(LogRecord line) {
    lines.add(line.getMessage());
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {
    logger.removeHandler(this);
  }
}
