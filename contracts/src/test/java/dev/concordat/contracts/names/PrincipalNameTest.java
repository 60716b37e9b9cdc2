package dev.concordat.contracts.names;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PrincipalNameTest {
  private static final String LYNC = "00000004-0000-0ff1-ce00-000000000000@litwareinc.com";

  @Test
  void anIssuerIsAnApplicationIdentifierAndARealm() {
    var name = PrincipalName.parse(LYNC);

    assertThat(name)
        .isEqualTo(new PrincipalName("00000004-0000-0ff1-ce00-000000000000", "litwareinc.com"))
        .hasToString(LYNC);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "@",
        "a@",
        "@b",
        "ab",
        "a@b@c",
        "a/b@c",
        "a@b/c",
        "a b@c",
        "a@b c",
        " a@b",
        "a@b ",
        "a\t@b",
        "a@b\n",
        "a%40b@c",
        "a@b%",
        "a\u00a0@b",
        "a\u200b@b",
        "a\u0000@b",
        "\ud800@b"
      })
  void anythingElseIsMalformed(String text) {
    assertThatThrownBy(() -> PrincipalName.parse(text))
        .isInstanceOf(MalformedName.class)
        .hasMessageNotContaining("\n");
    assertThat(PrincipalName.tryParse(text)).isEmpty();
  }

  @Test
  void aNameHasAtMost512Characters() {
    assertThat(PrincipalName.tryParse("a@" + "b".repeat(510))).isPresent();
    assertThat(PrincipalName.tryParse("a@" + "b".repeat(511))).isEmpty();
    assertThatThrownBy(() -> new PrincipalName("a".repeat(256), "b".repeat(256)))
        .isInstanceOf(MalformedName.class);
  }

  @Test
  void namesAreComparedOrdinallyUnlessTheSwitchSaysOtherwise() {
    var lower = PrincipalName.parse("c3ab8885-458f@litwareinc.com");
    var upper = PrincipalName.parse("C3AB8885-458F@LITWAREINC.COM");

    assertThat(lower.matches(upper)).isFalse();
    assertThat(lower.matches(upper, RealmComparison.IGNORE_CASE)).isTrue();
    assertThat(lower.differsOnlyInCase(upper)).isTrue();
    assertThat(lower.differsOnlyInCase(lower)).isFalse();
    assertThat(upper.lowerCase()).isEqualTo(lower);
  }

  @Test
  void anyRealmCoversEveryRealmButMatchesNone() {
    var any = PrincipalName.parse("00000001-0000-0000-c000-000000000000@*");
    var one = PrincipalName.parse("00000001-0000-0000-c000-000000000000@litwareinc.com");

    assertThat(any.anyRealm()).isTrue();
    assertThat(any.covers(one, RealmComparison.ORDINAL)).isTrue();
    assertThat(one.covers(any, RealmComparison.ORDINAL)).isFalse();
    assertThat(any.matches(one)).isFalse();
  }

  @Property
  void whatWasReadIsWrittenAsItWas(@ForAll @Part String application, @ForAll @Part String realm) {
    String text = application + "@" + realm;

    assertThat(PrincipalName.parse(text)).hasToString(text);
  }

  @Property
  void noTextMakesReadingThrowAnythingElse(@ForAll @StringLength(max = 600) String text) {
    assertThat(PrincipalName.tryParse(text))
        .satisfiesAnyOf(
            name -> assertThat(name).isEmpty(), name -> assertThat(name.get()).hasToString(text));
  }

  @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
  @java.lang.annotation.Target(java.lang.annotation.ElementType.PARAMETER)
  @CharRange(from = 'a', to = 'z')
  @CharRange(from = 'A', to = 'Z')
  @CharRange(from = '0', to = '9')
  @Chars({'-', '.', ':', '_'})
  @StringLength(min = 1, max = 200)
  @interface Part {}
}
