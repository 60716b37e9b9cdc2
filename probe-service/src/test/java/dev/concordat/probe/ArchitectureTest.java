package dev.concordat.probe;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.concordat", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  @ArchTest
  static final ArchRule the_wire_format_is_pure =
      classes()
          .that()
          .resideInAPackage("dev.concordat.probe.exchange")
          .should()
          .onlyDependOnClassesThat(
              com.tngtech.archunit.base.DescribedPredicate.describe(
                  "do no input or output",
                  it ->
                      it.getPackageName().startsWith("java.lang")
                          || it.getPackageName().startsWith("java.time")
                          || it.getPackageName().startsWith("java.util")
                          || it.getPackageName().equals("java.nio.charset")
                          || it.getPackageName().startsWith("javax.xml")
                          || it.getPackageName().equals("com.ctc.wstx.stax")
                          || it.getPackageName().startsWith("org.jspecify")
                          || it.getPackageName().startsWith("dev.concordat.contracts")
                          || it.getPackageName().equals("dev.concordat.diagnosis")
                          || it.getPackageName().equals("dev.concordat.probe.exchange")
                          || it.getPackageName().startsWith("com.fasterxml.jackson")
                          || it.getName().equals("java.net.URI")
                          || it.getName().equals("java.net.URLEncoder")
                          || it.getName().equals("java.io.IOException")
                          || it.getName().startsWith("java.io.ByteArray")
                          || it.getName().equals("java.io.InputStream")
                          || it.getName().equals("java.io.OutputStream")
                          || it.isPrimitive()
                          || it.isArray()))
          .because("the decision must be testable, and readable, without anything around it");

  @ArchTest
  static final ArchRule no_service_depends_on_another =
      noClasses()
          .that()
          .resideInAPackage("dev.concordat.probe..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "dev.concordat.registry..", "dev.concordat.metadata..", "dev.concordat.token..")
          .because("services meet on Kafka and over HTTP only");

  @ArchTest
  static final ArchRule packages_have_an_order =
      slices().matching("dev.concordat.probe.(*)..").should().beFreeOfCycles();
}
