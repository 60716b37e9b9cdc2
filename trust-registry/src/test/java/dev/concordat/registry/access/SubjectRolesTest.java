package dev.concordat.registry.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.runtime.configuration.ConfigurationException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubjectRolesTest {

  @Test
  void a_subject_has_the_roles_that_it_is_listed_for_and_no_other() {
    var roles = new SubjectRoles(settings(List.of("a", "both"), List.of("v", "both")));

    assertThat(roles.roles("a")).containsExactly("admin");
    assertThat(roles.roles("v")).containsExactly("viewer");
    assertThat(roles.roles("both")).containsExactlyInAnyOrder("admin", "viewer");
    assertThat(roles.roles("A")).isEmpty();
    assertThat(roles.roles(null)).isEmpty();
    assertThat(roles.roles("")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "system:serviceaccount:concordat:*", " a", "a "})
  void what_would_stand_for_nobody_is_refused_at_start_with_its_key(String subject) {
    assertThatThrownBy(() -> new SubjectRoles(settings(List.of(), List.of("v", subject))))
        .isInstanceOf(ConfigurationException.class)
        .hasMessageContaining("concordat.access.viewers")
        .hasMessageContaining("'" + subject + "'");
  }

  private static AccessSettings settings(List<String> admins, List<String> viewers) {
    return new AccessSettings() {
      @Override
      public java.time.Duration remembered() {
        return java.time.Duration.ZERO;
      }

      @Override
      public Optional<List<String>> admins() {
        return Optional.of(admins);
      }

      @Override
      public Optional<List<String>> viewers() {
        return Optional.of(viewers);
      }
    };
  }
}
