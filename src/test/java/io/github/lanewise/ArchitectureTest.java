// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTag;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;
import java.util.Set;

/** The rooms of the library, who may touch what in them, and the calls that would spoil the bits. */
@AnalyzeClasses(packages = "io.github.lanewise", importOptions = ImportOption.DoNotIncludeTests.class)
@ArchTag("once")
class ArchitectureTest {
    private static final String FACE = "io.github.lanewise";
    private static final String KERNEL = "io.github.lanewise.kernel";
    private static final String SCALAR = "io.github.lanewise.kernel.scalar..";
    private static final String VECTOR = "io.github.lanewise.kernel.vector..";
    private static final String PROMOTION = "io.github.lanewise.kernel.promotion..";
    private static final String INCUBATOR = "jdk.incubator.vector..";

    /** The selection, the one class that instantiates the implementations, with the classes nested in it. */
    private static final DescribedPredicate<JavaClass> SELECTION =
            belongTo(describe("selection", type -> type.getName().equals(KERNEL + ".Kernels")));

    /** What brings kernels from one implementation to the other, where it links to the vectors. */
    private static final DescribedPredicate<JavaClass> VECTORS_TO_BE = describe(
            "kernels that are promoted",
            type -> type.getName().equals(KERNEL + ".promotion.Vectors")
                    || type.getName().startsWith(KERNEL + ".promotion.Vectors$"));

    /** The rows, which go to the twin themselves where a stride lets no vector load reach them. */
    private static final DescribedPredicate<JavaClass> STRIDED_ROWS = describe(
            "strided rows and the last step of a row",
            type -> type.getName().matches(KERNEL + "\\.((Float|Double)(Rows|RowSumExp|RowMaps)|DoubleLogOnePlus)"));

    /** Functions whose last bit the platform leaves open, so that it may change with the CPU and with compilation. */
    private static final Set<String> INEXACT =
            Set.of("exp", "expm1", "log", "log10", "log1p", "pow", "sinh", "cosh", "tanh", "cbrt", "hypot");

    /** The same functions as lanewise operators. */
    private static final Set<String> INEXACT_LANEWISE =
            Set.of("EXP", "EXPM1", "LOG", "LOG10", "LOG1P", "POW", "SINH", "COSH", "TANH", "CBRT", "HYPOT");

    @ArchTest
    static final ArchRule onlyTheVectorKernelsTouchTheIncubator = noClasses()
            .that()
            .resideOutsideOfPackage(VECTOR)
            .should()
            .dependOnClassesThat()
            .resideInAPackage(INCUBATOR)
            .because("the library has to load in a JVM that was started without the incubator module");

    @ArchTest
    static final ArchRule theFaceTouchesNoImplementation = noClasses()
            .that()
            .resideInAPackage(FACE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(SCALAR, VECTOR)
            .because("a loss never asks which implementation runs");

    @ArchTest
    static final ArchRule noKernelKnowsTheFace = noClasses()
            .that()
            .resideInAPackage(KERNEL + "..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(FACE)
            .because("dependencies point downwards only");

    @ArchTest
    static final ArchRule onlyTheSelectionTouchesTheVectorKernels = noClasses()
            .that(not(resideInAPackage(VECTOR)).and(not(SELECTION)).and(not(VECTORS_TO_BE)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(VECTOR)
            .because("only the selection knows whether the vector kernels can be linked");

    @ArchTest
    static final ArchRule onlyTheSetOfVectorKernelsIsKnownOutside = noClasses()
            .that()
            .resideOutsideOfPackage(VECTOR)
            .should()
            .dependOnClassesThat(resideInAPackage(VECTOR)
                    .and(describe("no set", type -> !type.getName().endsWith(".VectorKernelSet"))))
            .because("the package may be loaded twice, and both are used through what they implement");

    @ArchTest
    static final ArchRule onlyRowsAndKernelsTouchTheTwin = noClasses()
            .that(not(resideInAPackage(SCALAR))
                    .and(not(resideInAPackage(VECTOR)))
                    .and(not(resideInAPackage(PROMOTION)))
                    .and(not(SELECTION))
                    .and(not(STRIDED_ROWS)))
            .should()
            .dependOnClassesThat()
            .resideInAPackage(SCALAR)
            .because("the contract stands above its implementations; only strided rows have no vector form");

    @ArchTest
    static final ArchRule everyClassHasARoom = classes()
            .should()
            .resideInAnyPackage(FACE, KERNEL, SCALAR, VECTOR, PROMOTION)
            .because("a new package needs rules of its own here");

    @ArchTest
    static final ArchRule onlyThePlatformAndTheLibrary = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage("io.github.lanewise..", "java..", INCUBATOR, "org.jspecify.annotations..")
            .because("the library has no runtime dependency");

    @ArchTest
    static final ArchRule noFunctionWithAnOpenLastBit = noClasses()
            .should()
            .accessTargetWhere(describe("calls an inexact function of Math", ArchitectureTest::callsInexactMath))
            .orShould()
            .accessTargetWhere(describe("uses an inexact lanewise operator", ArchitectureTest::usesInexactOperator))
            .because("results have the same bits on every CPU, before and after compilation");

    @ArchTest
    static final ArchRule noStandardStreams =
            noClasses().should(GeneralCodingRules.ACCESS_STANDARD_STREAMS).because("a library does not print");

    private static boolean callsInexactMath(JavaAccess<?> access) {
        JavaClass owner = access.getTargetOwner();
        return (owner.isEquivalentTo(Math.class) || owner.isEquivalentTo(StrictMath.class))
                && INEXACT.contains(access.getTarget().getName());
    }

    private static boolean usesInexactOperator(JavaAccess<?> access) {
        return access.getTargetOwner().getName().equals("jdk.incubator.vector.VectorOperators")
                && INEXACT_LANEWISE.contains(access.getTarget().getName());
    }
}
