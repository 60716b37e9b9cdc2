package dev.concordat.token;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;

@AnalyzeClasses(packages = "dev.concordat", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule rules_are_pure =
      classes()
          .that()
          .resideInAPackage("dev.concordat.token.rules")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage(
              "java.lang..",
              "java.net",
              "java.time..",
              "java.util..",
              "org.jspecify.annotations",
              "dev.concordat.contracts..",
              "dev.concordat.token.rules")
          .because("the decision must be testable, and readable, without anything around it");

  @ArchTest
  static final ArchRule no_service_depends_on_another =
      noClasses()
          .that()
          .resideInAPackage("dev.concordat.token..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.concordat.registry..", "dev.concordat.metadata..", "dev.concordat.probe..")
          .because("services meet on Kafka and over HTTP only");

  @ArchTest
  static final ArchRule secrets_are_compared_in_constant_time =
      noClasses()
          .that()
          .haveSimpleNameStartingWith("ClientSecret")
          .should()
          .callMethod(Arrays.class, "equals", byte[].class, byte[].class)
          .orShould()
          .callMethod(String.class, "equals", Object.class)
          .because("MessageDigest.isEqual takes as long whatever differs");

  @ArchTest
  static final ArchRule packages_have_an_order =
      slices().matching("dev.concordat.token.(*)..").should().beFreeOfCycles();
}
