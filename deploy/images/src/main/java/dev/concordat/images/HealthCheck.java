package dev.concordat.images;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * Whether a URL answers 200: the health check of engines that have no probes of their own. It lies
 * beside Java in each image, because there is no shell and no curl.
 */
public final class HealthCheck {

  private HealthCheck() {}

  public static void main(String[] arguments) {
    System.exit(answers(arguments[0]) ? 0 : 1);
  }

  private static boolean answers(String url) {
    try {
      var connection = (HttpURLConnection) URI.create(url).toURL().openConnection();
      connection.setConnectTimeout(2000);
      connection.setReadTimeout(2000);
      return connection.getResponseCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }
}
