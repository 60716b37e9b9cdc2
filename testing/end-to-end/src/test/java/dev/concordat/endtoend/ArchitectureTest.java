package dev.concordat.endtoend;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What must hold between the modules of the suite. */
class ArchitectureTest {

  private static final JavaClasses SUITE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.concordat");

  private static final List<String> SERVICES = List.of("registry", "metadata", "token", "probe");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "contracts",
        "messaging",
        "outbound",
        "diagnosis",
        "registry",
        "metadata",
        "token",
        "probe",
        "cli",
        "simulator",
        "suite"
      })
  void every_module_is_seen_by_these_rules(String module) {
    assertThat(SUITE.stream().filter(resideInAPackage("dev.concordat." + module + "..")))
        .isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"registry", "metadata", "token", "probe"})
  void no_service_depends_on_another_service(String service) {
    var others =
        SERVICES.stream()
            .filter(other -> !other.equals(service))
            .map(other -> "dev.concordat." + other + "..")
            .toArray(String[]::new);
    noClasses()
        .that()
        .resideInAPackage("dev.concordat." + service + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(others)
        .because("services share nothing but events")
        .check(SUITE);
  }

  @Test
  void contracts_has_no_framework() {
    classes()
        .that()
        .resideInAPackage("dev.concordat.contracts..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "dev.concordat.contracts..",
            "java..",
            "javax..",
            "com.fasterxml.jackson..",
            "org.jspecify..")
        .because("what crosses a wire must be readable by whoever has a JSON parser")
        .check(SUITE);
  }

  @Test
  void the_shared_modules_know_no_service_and_nothing_of_testing() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.concordat.contracts..",
            "dev.concordat.messaging..",
            "dev.concordat.outbound..",
            "dev.concordat.diagnosis..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "dev.concordat.registry..",
            "dev.concordat.metadata..",
            "dev.concordat.token..",
            "dev.concordat.probe..",
            "dev.concordat.cli..",
            "dev.concordat.simulator..",
            "dev.concordat.suite..",
            "dev.concordat.testing..")
        .check(SUITE);
  }

  @Test
  void the_command_line_and_the_simulator_need_only_what_is_pure_of_ours() {
    noClasses()
        .that()
        .resideInAnyPackage("dev.concordat.cli..", "dev.concordat.simulator..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.concordat..")
                .and(
                    not(
                        resideInAnyPackage(
                            "dev.concordat.contracts..",
                            "dev.concordat.diagnosis..",
                            "dev.concordat.cli..",
                            "dev.concordat.simulator.."))))
        .because(
            "the one speaks to the services by HTTP only, the other stands for somebody else's")
        .check(SUITE);
  }

  @Test
  void nothing_reaches_past_the_guard_to_the_network() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "dev.concordat.registry..", "dev.concordat.metadata..", "dev.concordat.probe..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.net.http..", "io.vertx.ext.web.client..")
        .because("every outbound request goes through the guard")
        .check(SUITE);
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("dev.concordat.(*)..").should().beFreeOfCycles().check(SUITE);
  }

  @Test
  void every_package_says_what_lives_there_and_is_null_marked() {
    var silent =
        SUITE.getPackage("dev.concordat").getSubpackagesInTree().stream()
            .filter(it -> !it.getClasses().isEmpty())
            .filter(it -> it.tryGetPackageInfo().isEmpty())
            .map(JavaPackage::getName)
            .toList();
    assertThat(silent).as("packages without a package-info.java").isEmpty();
  }

  @Test
  void names_come_from_the_field_not_from_the_pattern_book() {
    noClasses()
        .that()
        .resideInAPackage("dev.concordat..")
        .should()
        .haveNameMatching(".*(Manager|Helper|Util|Utils|Impl)$")
        .check(SUITE);
  }
}
