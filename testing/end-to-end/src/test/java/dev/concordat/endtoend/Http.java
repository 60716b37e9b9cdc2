package dev.concordat.endtoend;

import java.net.http.HttpClient;

/** HTTP as these tests speak it. */
final class Http {

  private Http() {}

  /**
   * A client that stays with HTTP/1.1: Java's own would upgrade each plain connection to HTTP/2,
   * and on one that was upgraded the services' server (Vert.x 4.5.27) loses long bodies under load.
   */
  static HttpClient client() {
    return HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }
}
