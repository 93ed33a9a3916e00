// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.Categorical;
import io.github.lanewise.ClassMask;
import io.github.lanewise.CosineEmbeddingLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.Denominator;
import io.github.lanewise.DoubleRagged;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.Elementwise;
import io.github.lanewise.FloatRagged;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Indexing;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.LabelSmoothing;
import io.github.lanewise.LogSumExpAccumulator;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.NllLoss;
import io.github.lanewise.Reduction;
import io.github.lanewise.SequenceScore;
import io.github.lanewise.Sigmoid;
import io.github.lanewise.Softmax;
import io.github.lanewise.Tensor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A public method that takes arguments. All of them are found by reflection, so that none is forgotten; what an
 * argument is for follows from its name.
 */
record Form(Class<?> owner, Method method, List<Parameter> parameters, Element element) {
    private static final Set<String> OUTPUTS = Set.of(
            "output",
            "perSample",
            "gradLogits",
            "gradInput",
            "gradInput1",
            "gradInput2",
            "gradTarget",
            "gradX",
            "gradY",
            "gradSrc",
            "logProb");

    private static final List<Class<?>> OWNERS = List.of(
            CrossEntropyLoss.class,
            CrossEntropyLoss.Builder.class,
            NllLoss.class,
            NllLoss.Builder.class,
            BceLoss.class,
            BceLoss.Builder.class,
            BceWithLogitsLoss.class,
            BceWithLogitsLoss.Builder.class,
            KlDivLoss.class,
            KlDivLoss.Builder.class,
            CosineEmbeddingLoss.class,
            CosineEmbeddingLoss.Builder.class,
            Softmax.class,
            Sigmoid.class,
            Elementwise.class,
            Categorical.class,
            Indexing.class,
            LogitSummary.class,
            LogitSummary.Builder.class,
            SequenceScore.class,
            LogSumExpAccumulator.class,
            FloatTensor.class,
            DoubleTensor.class,
            ClassMask.class,
            FloatRagged.class,
            DoubleRagged.class,
            Denominator.class,
            LabelSmoothing.class);

    /** All forms, in an order that is the same in every JVM. */
    static List<Form> all() {
        List<Form> forms = new ArrayList<>();
        for (Class<?> owner : OWNERS) {
            Arrays.stream(owner.getMethods())
                    .filter(method -> method.getDeclaringClass() != Object.class && !method.isSynthetic())
                    .filter(method -> method.getParameterCount() > 0)
                    .sorted(Comparator.comparing(Method::toString))
                    .forEach(method -> forms.add(of(owner, method)));
        }
        return forms;
    }

    private static Form of(Class<?> owner, Method method) {
        List<Parameter> parameters = List.of(method.getParameters());
        Element element = Element.of(owner);
        for (Parameter parameter : parameters) {
            element = element == null ? Element.of(parameter.getType()) : element;
        }
        return new Form(owner, method, parameters, element);
    }

    boolean isOf(Class<?>... owners) {
        return Arrays.asList(owners).contains(owner);
    }

    boolean isBuilder() {
        return owner.getSimpleName().equals("Builder");
    }

    /** Whether the method fills a view or an array. */
    boolean isOutput(String name) {
        boolean given = name.equals("output")
                && method.getName().toLowerCase(java.util.Locale.ROOT).contains("softmaxback");
        return OUTPUTS.contains(name) && !given;
    }

    boolean has(String name) {
        return parameters.stream().anyMatch(parameter -> parameter.getName().equals(name));
    }

    Class<?> type(String name) {
        return parameters.stream()
                .filter(parameter -> parameter.getName().equals(name))
                .findFirst()
                .orElseThrow()
                .getType();
    }

    boolean isView(String name) {
        return has(name) && Tensor.class.isAssignableFrom(type(name));
    }

    /** Whether it is a view or rows of different lengths. */
    boolean isBatch(String name) {
        return isView(name) || (has(name) && isRagged(type(name)));
    }

    /** Whether the method takes rows of different lengths. */
    boolean takesRaggedRows() {
        return parameters.stream().anyMatch(parameter -> isRagged(parameter.getType()));
    }

    static boolean isRagged(Class<?> type) {
        return type == FloatRagged.class || type == DoubleRagged.class;
    }

    /** Whether the method makes a mask of bits. */
    boolean hasBits() {
        return parameters.stream()
                .anyMatch(parameter -> parameter.getType() == BitSet.class || parameter.getType() == BitSet[].class);
    }

    /** Whether the method makes or asks a mask or ragged rows. */
    boolean isOfPlans() {
        return isOf(ClassMask.class, FloatRagged.class, DoubleRagged.class);
    }

    /** Whether the method sets an element of what it is called on. */
    boolean isSetter() {
        return isOf(FloatTensor.class, DoubleTensor.class) && method.getName().equals("set");
    }

    /** Whether the method makes a view of memory. */
    boolean makesView() {
        return isOf(FloatTensor.class, DoubleTensor.class) && method.getName().equals("of");
    }

    /** Whether that is of a part of the memory, not of all of it. */
    boolean makesViewOfPart() {
        return makesView() && (has("offset") || has("byteOffset"));
    }

    /** The form that makes a row-major view of a whole array of a type. */
    static Form rowMajor(Element element) {
        Class<?> array = element == Element.FLOAT ? float[].class : double[].class;
        return all().stream()
                .filter(form -> form.makesView() && form.type("data") == array && !form.makesViewOfPart())
                .findFirst()
                .orElseThrow();
    }

    /** Whether the method tells or takes one number for a whole batch: the mean or the sum of a loss. */
    boolean reduces() {
        boolean number = method.getReturnType() == float.class || method.getReturnType() == double.class;
        return number || (has("gradOutput") && !isView("gradOutput"));
    }

    /** Whether the method is about the losses of single samples. */
    boolean isEach() {
        return isView("perSample") || isView("gradOutput");
    }

    /** Reductions that suit the method. */
    boolean suits(Reduction reduction) {
        return isEach() == (reduction == Reduction.NONE) || method.getName().equals("sum");
    }

    /** Calls the method; what it throws comes as it is. */
    Object invoke(Object receiver, Map<String, Object> arguments) throws Throwable {
        try {
            return method.invoke(
                    given(receiver),
                    parameters.stream()
                            .map(parameter -> given(arguments.get(parameter.getName())))
                            .toArray());
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }

    /** What the library is given for a value of the campaign's own. */
    private static Object given(Object value) {
        if (value instanceof View view) {
            return view.tensor();
        }
        if (value instanceof Mask mask) {
            return mask.given();
        }
        if (value instanceof Ragged ragged) {
            return ragged.given();
        }
        if (value instanceof Flags flags) {
            return flags.given();
        }
        return value instanceof Data data ? data.given() : value;
    }

    @Override
    public String toString() {
        String types = String.join(
                ", ",
                parameters.stream()
                        .map(parameter -> parameter.getType().getSimpleName() + " " + parameter.getName())
                        .toList());
        String outer = isBuilder() ? owner.getDeclaringClass().getSimpleName() + "." : "";
        return outer + owner.getSimpleName() + "." + method.getName() + "(" + types + ")";
    }
}
