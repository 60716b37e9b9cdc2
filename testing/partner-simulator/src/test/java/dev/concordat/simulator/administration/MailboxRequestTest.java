package dev.concordat.simulator.administration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.concordat.contracts.Json;
import dev.concordat.simulator.mailboxes.MailboxRules;
import dev.concordat.simulator.mailboxes.Mailboxes;
import dev.concordat.simulator.mailboxes.Mailboxes.Redirection;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MailboxRequestTest {

  private static final String KEN = "kenmyer@litwareinc.com";

  private final Mailboxes mailboxes = new Mailboxes();

  private Map<String, String> ask(String json) throws IOException {
    return MailboxRequest.read(Json.mapper().readTree(json)).fulfil(mailboxes);
  }

  @Test
  void a_mailbox_is_made_with_its_quota_and_holds() throws Exception {
    assertThat(ask("{\"address\":\"KenMyer@LitwareInc.com\",\"quotaBytes\":4096,\"onHold\":true}"))
        .containsEntry("address", KEN);
    assertThat(mailboxes.find(KEN).orElseThrow().rules())
        .isEqualTo(new MailboxRules(4096, true, false));
  }

  @Test
  void an_address_can_be_elsewhere_until_its_mailbox_is_made_here() throws Exception {
    ask("{\"address\":\"%s\",\"redirectTo\":\"ken@contoso.com\"}".formatted(KEN));
    assertThat(mailboxes.redirection(KEN)).hasValue(new Redirection("ken@contoso.com"));

    ask("{\"address\":\"%s\"}".formatted(KEN));
    assertThat(mailboxes.redirection(KEN)).isEmpty();
    assertThat(mailboxes.find(KEN)).isPresent();
  }

  @Test
  void what_is_no_address_is_refused() {
    assertThatThrownBy(() -> ask("{\"address\":\"somebody\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'somebody' is no SMTP address");
  }
}
