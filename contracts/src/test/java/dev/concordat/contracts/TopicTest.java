package dev.concordat.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concordat.contracts.events.EventType;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TopicTest {

  @ParameterizedTest
  @EnumSource
  void aTopicIsFoundByItsName(Topic topic) {
    assertThat(Topic.named(topic.topicName())).contains(topic);
  }

  @Test
  void aTopicIsCompactedOrForgets() {
    assertThat(Topic.PARTNERS.settings()).isEqualTo(Map.of("cleanup.policy", "compact"));
    assertThat(Topic.PROBES.settings())
        .isEqualTo(Map.of("cleanup.policy", "delete", "retention.ms", "604800000"));
    assertThat(Topic.named("concordat.unknown")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void anEventIsFoundByItsCloudEventsType(EventType type) {
    assertThat(EventType.ofCeType(type.ceType())).contains(type);
    assertThat(type.ceType()).matches("dev\\.concordat\\.[A-Za-z]+\\.v1");
  }
}
