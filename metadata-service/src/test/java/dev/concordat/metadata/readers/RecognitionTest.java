package dev.concordat.metadata.readers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.DocumentRead;
import dev.concordat.contracts.events.PartnerKind;
import dev.concordat.metadata.readers.Recognition.Recognised;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RecognitionTest {

  private static final Map<String, PartnerKind> KINDS =
      Map.of(
          "exchange", PartnerKind.EXCHANGE,
          "lync", PartnerKind.SKYPE,
          "farm", PartnerKind.SHAREPOINT,
          "other-farm", PartnerKind.SHAREPOINT);
  private static final Map<String, Set<String>> ADDRESSES =
      Map.of(
          "10.0.0.1", Set.of("exchange"),
          "10.0.0.2", Set.of("exchange", "lync"),
          "10.0.0.3", Set.of("farm", "lync"));

  private final Recognition recognition = new Recognition(ADDRESSES, KINDS, true);

  @Test
  void an_address_of_one_partner_tells_it_whatever_it_says_it_is() {
    assertThat(recognition.of("10.0.0.1", "SharePoint"))
        .contains(new Recognised("exchange", DocumentRead.Recognition.ADDRESS));
  }

  @Test
  void behind_a_shared_address_the_product_tells_them_apart() {
    assertThat(recognition.of("10.0.0.2", "Microsoft Exchange/15.2"))
        .contains(new Recognised("exchange", DocumentRead.Recognition.PRODUCT_HEADER));
    assertThat(recognition.of("10.0.0.3", "SharePoint/16.0"))
        .contains(new Recognised("farm", DocumentRead.Recognition.PRODUCT_HEADER));
    assertThat(recognition.of("10.0.0.2", "SharePoint/16.0")).isEmpty();
    assertThat(recognition.of("10.0.0.2", null)).isEmpty();
  }

  @Test
  void from_an_unknown_address_a_product_tells_only_the_one_partner_that_has_it() {
    assertThat(recognition.of("192.0.2.7", "Lync/16.0"))
        .contains(new Recognised("lync", DocumentRead.Recognition.PRODUCT_HEADER));
    assertThat(recognition.of("192.0.2.7", "SharePoint/16.0")).isEmpty();
    assertThat(recognition.of("192.0.2.7", "curl/8")).isEmpty();
  }

  @Test
  void what_a_reader_says_counts_for_nothing_where_that_is_switched_off() {
    var byAddress = new Recognition(ADDRESSES, KINDS, false);

    assertThat(byAddress.of("192.0.2.7", "Lync/16.0")).isEmpty();
    assertThat(byAddress.of("10.0.0.2", "Lync/16.0")).isEmpty();
    assertThat(byAddress.of("10.0.0.1", null)).isPresent();
  }
}
