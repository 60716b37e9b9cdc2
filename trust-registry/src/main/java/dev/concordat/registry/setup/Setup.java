package dev.concordat.registry.setup;

import dev.concordat.contracts.Problem;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.contracts.metadata.SigningCertificate;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything that it takes for a partner's servers to accept us, and the other direction.
 *
 * @param partner what the partner is called here
 * @param kind what it is
 * @param us what it is to accept
 * @param steps what is done on the partner's side, in this order
 * @param keyRollover what is done there when the key that we sign with has changed; absent where
 *     nothing needs to be
 * @param here what is done on our side, in this order
 * @param notes what else there is to know
 * @param script the commands of the steps for the partner's management shell as one file, with CR
 *     LF between lines and, where it isn't ASCII, a byte-order mark first, because Windows
 *     PowerShell reads a file without one as ANSI; absent where there is no such shell
 */
public record Setup(
    String partner,
    PartnerKind kind,
    Ours us,
    List<Step> steps,
    @Nullable Step keyRollover,
    List<Step> here,
    List<String> notes,
    @Nullable String script) {

  /**
   * What a partner knows us by.
   *
   * @param name what we are called there
   * @param certificate thumbprint of the certificate in the commands; absent where they name none
   */
  public record Ours(
      String name,
      String applicationIdentifier,
      String realm,
      String issuer,
      String metadataUrl,
      String jwksUrl,
      @Nullable String certificate) {}

  public Setup {
    steps = List.copyOf(steps);
    here = List.copyOf(here);
    notes = List.copyOf(notes);
  }

  /**
   * The commands for a partner.
   *
   * @throws SetupRefused where they need a certificate of ours and none is known
   */
  public static Setup of(Us us, Counterpart partner, SetupChoices choices) throws SetupRefused {
    SigningCertificate certificate =
        choices.form() == SetupChoices.Form.CERTIFICATE ? current(us) : null;
    PartnerSide side =
        switch (partner.kind()) {
          case EXCHANGE -> ExchangeSide.of(us, choices);
          case SKYPE -> SkypeSide.of(us, choices, certificate);
          case SHAREPOINT -> SharePointSide.of(us, choices, certificate);
          case TOKEN_SERVER, GENERIC -> OtherSide.of(us, partner);
        };
    return new Setup(
        partner.name(),
        partner.kind(),
        new Ours(
            choices.ourName(),
            us.applicationIdentifier(),
            us.realm(),
            us.issuer(),
            us.metadataUrl().text(),
            us.jwksUrl().text(),
            certificate == null ? null : certificate.thumbprint()),
        side.steps(),
        side.keyRollover(),
        OurSide.steps(partner),
        side.notes(),
        script(side));
  }

  private static SigningCertificate current(Us us) throws SetupRefused {
    SigningCertificate certificate = us.certificate();
    if (certificate == null) {
      throw new SetupRefused(
          Problem.of(
              "signing-key-unknown",
              "No signing key of ours is known yet",
              503,
              "This form of the commands has our current certificate in it, and the token-service"
                  + " has published none. ./concordat key list shows what it has."));
    }
    return certificate;
  }

  private static @Nullable String script(PartnerSide side) {
    Step.Shell shell = side.shell();
    if (shell == null) {
      return null;
    }
    return asFile(
        side.steps().stream()
            .filter(step -> step.shell() == shell)
            .map(Step::command)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("\n")));
  }

  /** A script as Windows reads it from a file. */
  static String asFile(String script) {
    boolean ascii = script.chars().allMatch(it -> it < 0x80);
    return (ascii ? "" : "\uFEFF") + script.replace("\n", "\r\n") + "\r\n";
  }
}
