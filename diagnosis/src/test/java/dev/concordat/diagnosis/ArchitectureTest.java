package dev.concordat.diagnosis;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

@AnalyzeClasses(
    packages = "dev.concordat.diagnosis",
    importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  private static final Set<String> PACKAGES =
      Set.of(
          "dev.concordat.diagnosis",
          "java.lang",
          "java.lang.invoke",
          "java.lang.runtime",
          "java.nio.charset",
          "java.time",
          "org.jspecify.annotations");

  @ArchTest
  static final ArchRule a_diagnosis_does_no_input_or_output =
      classes()
          .should()
          .onlyDependOnClassesThat(
              DescribedPredicate.describe("do no input or output", ArchitectureTest::isPure))
          .because("the same function explains what a probe saw and what an admin pastes");

  private static boolean isPure(JavaClass it) {
    String of = it.getPackageName();
    return PACKAGES.contains(of)
        || of.startsWith("java.util")
        || of.startsWith("dev.concordat.contracts")
        || it.getName().equals("java.net.URI")
        || it.isPrimitive()
        || it.isArray();
  }
}
