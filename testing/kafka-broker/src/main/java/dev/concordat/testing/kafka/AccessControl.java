package dev.concordat.testing.kafka;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What makes a broker ask who its clients are and what they may do: TLS, SCRAM-SHA-512, and ACLs
 * under which nothing is allowed that isn't written down. Only {@code admin} may do everything.
 *
 * @param keyStore a PKCS#12 file with the broker's key, and its certificate for 127.0.0.1
 * @param keyStorePassword of that file
 * @param authority the certificate (PEM) by which clients know the broker
 * @param passwords of the users; {@code admin} among them
 */
public record AccessControl(
    Path keyStore, String keyStorePassword, Path authority, Map<String, String> passwords) {

  /** The user who may do everything. */
  public static final String ADMIN = "admin";

  public AccessControl {
    passwords = Map.copyOf(passwords);
    if (!passwords.containsKey(ADMIN)) {
      throw new IllegalArgumentException("the broker's own user, " + ADMIN + ", has no password");
    }
  }

  /** A client's settings, to be this user. */
  public Map<String, Object> client(String user) {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.location",
        authority.toString(),
        "sasl.mechanism",
        "SCRAM-SHA-512",
        "sasl.jaas.config",
        login(user));
  }

  /** The value of {@code sasl.jaas.config} for this user and this password. */
  public static String login(String user, String password) {
    return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"%s\" password=\"%s\";"
        .formatted(user, password);
  }

  private String login(String user) {
    return login(user, String.valueOf(passwords.get(user)));
  }

  /** The broker's settings beside those that it has without. */
  Map<String, String> settings() {
    return Map.ofEntries(
        Map.entry("listener.security.protocol.map", "SASL_SSL:SASL_SSL,CONTROLLER:PLAINTEXT"),
        Map.entry("security.inter.broker.protocol", "SASL_SSL"),
        Map.entry("sasl.enabled.mechanisms", "SCRAM-SHA-512"),
        Map.entry("sasl.mechanism.inter.broker.protocol", "SCRAM-SHA-512"),
        Map.entry("listener.name.sasl_ssl.scram-sha-512.sasl.jaas.config", login(ADMIN)),
        Map.entry("ssl.keystore.type", "PKCS12"),
        Map.entry("ssl.keystore.location", keyStore.toString()),
        Map.entry("ssl.keystore.password", keyStorePassword),
        Map.entry("ssl.truststore.type", "PEM"),
        Map.entry("ssl.truststore.location", authority.toString()),
        Map.entry(
            "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer"),
        Map.entry("allow.everyone.if.no.acl.found", "false"),
        // The node speaks to its own controller in the clear, and without a name.
        Map.entry("super.users", "User:" + ADMIN + ";User:ANONYMOUS"));
  }

  /** The users as a log folder is formatted with them. */
  List<String> scramArguments() {
    return passwords.entrySet().stream()
        .map(it -> "SCRAM-SHA-512=[name=%s,password=%s]".formatted(it.getKey(), it.getValue()))
        .toList();
  }
}
