package dev.concordat.token.rules;

import dev.concordat.contracts.events.PartnerRegistered;
import dev.concordat.contracts.tokens.CertificateBinding;
import org.jspecify.annotations.Nullable;

/** Who asks, after it has proved who it is. */
public sealed interface Client {

  /** How the audit log names it. */
  String name();

  /** How access tokens name it. */
  String clientId();

  /**
   * A person or tool with the role {@code admin}: may get any token.
   *
   * @param name the principal's name
   */
  record Administrator(String name) implements Client {

    /** What tells a person from a workload in a client id: no workload's name has a colon. */
    private static final String PREFIX = "admin:";

    @Override
    public String clientId() {
      return PREFIX + name;
    }

    /** Whether this is the client id of a person. */
    public static boolean isIdOf(String clientId) {
      return clientId.startsWith(PREFIX);
    }
  }

  /**
   * A workload of ours, registered as a generic partner; its {@code mayRequest} bounds it.
   *
   * @param registration its state when it proved itself
   * @param certificate the one that it proved itself by; absent where it did otherwise
   */
  record Workload(PartnerRegistered registration, @Nullable CertificateBinding certificate)
      implements Client {

    /** A workload that proved itself by something else than a certificate. */
    public Workload(PartnerRegistered registration) {
      this(registration, null);
    }

    @Override
    public String name() {
      return registration.name();
    }

    @Override
    public String clientId() {
      return registration.name();
    }
  }
}
