package dev.concordat.simulator;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which operation a request asks for, told without parsing it. */
class XmlOperationTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<s:Envelope><s:Header/><s:Body><m:GetItem a='1'/></s:Body></s:Envelope>",
        "<?xml version='1.0'?>\n<Envelope>\n <Body>\n <GetItem>",
        "<e:Envelope xmlns:e='x>y'><e:Header a=\"<Body><No>\"/><!-- <Body><No/> --><e:Body\tb='/>'><n:GetItem\r\n>",
        "\uFEFF<Envelope><Body><!-- a --><?pi ?><GetItem/>",
      })
  void is_the_first_element_in_the_body(String request) {
    assertThat(Xml.operation(request.getBytes(UTF_8))).contains("GetItem");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<",
        "<Body",
        "<Body>",
        "<Body><",
        "<Body></Body>",
        "<Body>text",
        "<Body a='",
        "<!-- <Body><GetItem/>",
        "<!DOCTYPE x [<!ENTITY y 'z'>]><Envelope><Body><GetItem/></Body></Envelope>",
        "<Body><![CDATA[<GetItem/>]]></Body>",
        "<Body>< GetItem/>",
      })
  void is_nothing_where_there_is_none(String request) {
    assertThat(Xml.operation(request.getBytes(UTF_8))).isEmpty();
  }

  @Test
  void is_not_told_in_an_encoding_that_no_client_uses() {
    assertThat(Xml.operation("<Body><GetItem/></Body>".getBytes(UTF_16))).isEmpty();
  }
}
