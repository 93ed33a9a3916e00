// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeElement;
import java.lang.classfile.MethodModel;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.reflect.AccessFlag;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The rules that keep a vector kernel within the compiler's budgets, read from its bytecode: no calls to methods of
 * this library that take or return vectors, no kernel with an exponential short enough to be inlined into a hot
 * caller, and none that uses what all operations share a hundred times.
 */
@Tag("once")
class KernelShapeTest {
    /** HotSpot's FreqInlineSize: a longer method is not inlined, however hot. */
    private static final int LONGEST_INLINED = 325;

    /** HotSpot's PerMethodTrapLimit: once branches never taken before were taken so often in what a kernel inlines, C2 leaves out none. */
    private static final int TRAPS = 100;

    private static final String PACKAGE = "io/github/lanewise/kernel/vector/";
    private static final List<String> CLASSES = List.of(
            "FloatVectorSums",
            "FloatVectorExpSums",
            "FloatVectorShortSums",
            "FloatVectorShortRow",
            "FloatVectorMaps",
            "FloatVectorColumns",
            "FloatVectorColumnSums",
            "FloatVectorPlainColumnSums",
            "FloatVectorPlainColumns",
            "FloatVectorColumnEnds",
            "FloatVectorTranspose",
            "FloatColumnFold",
            "FloatVectorElementwise",
            "FloatVectorSigmoid",
            "FloatVectorPoints",
            "FloatVectorBce",
            "FloatVectorLogits",
            "FloatVectorLogitSums",
            "FloatVectorTerms",
            "FloatVectorKlDivSums",
            "FloatVectorPlainExpSums",
            "FloatVectorPlainRowSums",
            "FloatVectorRowTerms",
            "FloatNativePlainRowSums",
            "FloatNativeRowTerms",
            "FloatVectorPlainBce",
            "FloatVectorPlainKlDiv",
            "FloatVectorPlainLogits",
            "FloatVectorPlainLogitSlopes",
            "FloatVectorPlainSigmoid",
            "FloatVectorKlDiv",
            "FloatVectorDots",
            "FloatVectorSelect",
            "FloatVectorMax",
            "FloatVectorLogSoftmax",
            "FloatNativeMax",
            "FloatNativeLogSoftmax",
            "FloatNativePlainExpSums",
            "FloatNativeTerms",
            "FloatNativeElementwise",
            "FloatNativeSigmoid",
            "FloatNativePlainSigmoid",
            "FloatVectorSlopes",
            "FloatNativeSlopes",
            "FloatVectorLogitTerms",
            "FloatNativeLogitTerms",
            "FloatNativePlainBce",
            "FloatNativeBce",
            "FloatNativeKlDivSums");

    /** Conversions, which are short and may be compiled into their callers, whose budget they leave alone. */
    private static final String CONVERSIONS = "VectorHalves";

    private static final Set<String> ACCESSES =
            Set.of("fromArray", "intoArray", "fromMemorySegment", "intoMemorySegment");

    private static final Set<String> BINARY = Set.of("add", "sub", "mul", "div", "max", "min", "and", "or");

    /** Choose a kernel, and hold none. */
    private static final Set<String> CHOOSERS =
            Set.of("FloatVectorKernels", "FloatVectorPointKernels", "FloatVectorLossKernels", "FloatVectorNative");

    @Test
    void allKernelsAreRead() throws IOException, URISyntaxException {
        Set<String> names = kernels("Float");
        names.removeAll(CLASSES);
        assertEquals(Set.of(), names);
    }

    /** The classes of a type's kernels. */
    private static Set<String> kernels(String type) throws IOException, URISyntaxException {
        URL any = Objects.requireNonNull(KernelShapeTest.class.getResource("/" + PACKAGE + CLASSES.get(0) + ".class"));
        try (Stream<Path> files = Files.list(Path.of(any.toURI()).resolveSibling(""))) {
            return files.map(file -> file.getFileName().toString().replace(".class", ""))
                    .filter(name -> (name.startsWith(type + "Vector") || name.startsWith(type + "Native"))
                            && !name.contains("$")
                            && !CHOOSERS.contains(name.replaceFirst(type, "Float")))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    @Test
    void kernelsCallNoHelperWithVectors() throws IOException {
        List<String> found = new ArrayList<>();
        int kernels = 0;
        List<String> names = new ArrayList<>(CLASSES);
        names.add(CONVERSIONS);
        for (String name : names) {
            for (MethodModel method : read(name).methods()) {
                kernels += method.flags().has(AccessFlag.STATIC) ? 1 : 0;
                for (InvokeInstruction call : calls(method)) {
                    String owner = call.owner().asInternalName();
                    String target = owner + "." + call.name().stringValue();
                    boolean ownMethod = owner.startsWith("io/github/lanewise/");
                    boolean vectors = call.type().stringValue().contains("jdk/incubator/vector/");
                    if (ownMethod && vectors) {
                        found.add(name + "." + method.methodName().stringValue() + " calls " + target);
                    }
                }
            }
        }
        assertTrue(kernels >= 30, "only " + kernels + " kernels were read");
        assertEquals(List.of(), found);
    }

    @Test
    void kernelsWithAnExponentialAreTooLongToBeInlined() throws IOException {
        List<String> found = new ArrayList<>();
        int exponentials = 0;
        for (String name : CLASSES) {
            for (MethodModel method : read(name).methods()) {
                boolean inDouble =
                        name.equals("FloatVectorColumnEnds") && method.flags().has(AccessFlag.STATIC);
                boolean exponential = calls(method).stream()
                        .anyMatch(call -> call.name().stringValue().equals("reinterpretAsFloats"));
                int length = ((CodeAttribute) method.code().orElseThrow()).codeLength();
                if (inDouble || exponential) {
                    exponentials++;
                    if (length <= LONGEST_INLINED) {
                        found.add(name + "." + method.methodName().stringValue() + ": " + length + " bytecodes");
                    }
                }
            }
        }
        assertTrue(exponentials >= 20, "only " + exponentials + " kernels with an exponential were read");
        assertEquals(List.of(), found);
    }

    /** Some of these are called for one row in a thousand, and would be compiled into others before they are known. */
    @Test
    void kernelsOfRowsAreTooLongToBeInlined() throws IOException {
        List<String> found = new ArrayList<>();
        for (String type : List.of("Float", "Double")) {
            for (String sums : List.of(type + "VectorSums", type + "VectorExpSums")) {
                for (MethodModel method : read(sums).methods()) {
                    int length = ((CodeAttribute) method.code().orElseThrow()).codeLength();
                    if (method.flags().has(AccessFlag.STATIC) && length <= LONGEST_INLINED) {
                        found.add(sums + "." + method.methodName().stringValue() + ": " + length + " bytecodes");
                    }
                }
            }
        }
        assertEquals(List.of(), found);
    }

    /** In a process that runs many kernels one branch of each method that these operations share is taken late. */
    @Test
    void kernelsUseWhatOperationsShareLessThanAHundredTimes() throws IOException, URISyntaxException {
        List<String> found = new ArrayList<>();
        long most = 0;
        for (String type : List.of("Float", "Double")) {
            for (String kernel : kernels(type)) {
                for (MethodModel method : read(kernel).methods()) {
                    long uses = calls(method).stream()
                            .filter(KernelShapeTest::shares)
                            .count();
                    most = Math.max(most, uses);
                    if (uses >= TRAPS) {
                        found.add(kernel + "." + method.methodName().stringValue() + ": " + uses);
                    }
                }
            }
        }
        assertTrue(most > TRAPS / 2, "at most " + most + " operations were read");
        assertEquals(List.of(), found);
    }

    /** Whether a call is one of a conversion, a load, a store or an operation on two vectors. */
    private static boolean shares(InvokeInstruction call) {
        String name = call.name().stringValue();
        return call.owner().asInternalName().startsWith("jdk/incubator/vector/")
                && (name.startsWith("reinterpret")
                        || ACCESSES.contains(name)
                        || BINARY.contains(name)
                        || (name.equals("lanewise")
                                && call.type()
                                        .stringValue()
                                        .startsWith("(Ljdk/incubator/vector/VectorOperators$Binary;")));
    }

    private static ClassModel read(String name) throws IOException {
        try (InputStream in = KernelShapeTest.class.getResourceAsStream("/" + PACKAGE + name + ".class")) {
            return ClassFile.of().parse(Objects.requireNonNull(in, name).readAllBytes());
        }
    }

    private static List<InvokeInstruction> calls(MethodModel method) {
        List<InvokeInstruction> calls = new ArrayList<>();
        method.code().ifPresent(code -> {
            for (CodeElement element : code) {
                if (element instanceof InvokeInstruction call) {
                    calls.add(call);
                }
            }
        });
        return calls;
    }
}
