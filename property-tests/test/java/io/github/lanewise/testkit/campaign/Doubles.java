// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.testkit.BinaryLossOptions;
import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Denominator;
import io.github.lanewise.testkit.Indeterminate;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.KlDivOptions;
import io.github.lanewise.testkit.LossPart;
import io.github.lanewise.testkit.OnEmpty;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Policies;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Reduction;
import io.github.lanewise.testkit.Smoothing;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.reference.NaiveReference;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What plain loops in double make of a call on copies, for those whose inputs are ordinary numbers. The tolerance is coarse: the
 * accuracy is for other tests, this one is to notice a call that does something else than it should.
 */
final class Doubles {
    private static final double LARGEST = 1e4;
    private static final double LEAST = 1e-30;
    private static final int MOST_ELEMENTS = 3000;

    private final NaiveReference plain = new NaiveReference(Precision.DOUBLE);

    /** The part of an outcome that differs from the reference, or null; empty if there is nothing to compare. */
    String difference(Call call, Outcome outcome) {
        // Plain loops know of no masks and ragged rows.
        boolean plainly = isOrdinary(call) && !call.form.has("mask") && !call.form.takesRaggedRows();
        Map<String, double[]> expected = plainly ? expected(call) : Map.of();
        for (Map.Entry<String, double[]> part : expected.entrySet()) {
            long[] bits = outcome.parts().get(part.getKey());
            double[] exact = part.getValue();
            boolean wide =
                    call.form.element() == Element.DOUBLE || part.getKey().equals("sum");
            double scale = Arrays.stream(exact)
                    .map(Math::abs)
                    .filter(Double::isFinite)
                    .max()
                    .orElse(0.0);
            double epsilon = call.form.element() == Element.DOUBLE ? 1e-11 : 1e-5;
            double tolerance = epsilon * (scale + magnitude(call));
            if (bits.length != exact.length) {
                return part.getKey() + " has " + bits.length + " numbers, not " + exact.length;
            }
            for (int i = 0; i < bits.length; i++) {
                double got = wide ? Double.longBitsToDouble(bits[i]) : Float.intBitsToFloat((int) bits[i]);
                // Rounded to float it may have become infinite.
                double wanted = wide ? exact[i] : (float) exact[i];
                boolean same = Double.compare(got, wanted) == 0 || Math.abs(got - wanted) <= tolerance;
                if (!same) {
                    return part.getKey() + "[" + i + "] is " + got + ", in double " + exact[i];
                }
            }
        }
        return expected.isEmpty() ? "" : null;
    }

    /** How large the terms of a sum that cancels may be: the product of the largest inputs. */
    private static double magnitude(Call call) {
        double product = 1.0;
        for (Map.Entry<String, View> entry : call.views().entrySet()) {
            if (!call.form.isOutput(entry.getKey())) {
                product *= 1.0
                        + Arrays.stream(Rules.numbers(entry.getValue()))
                                .map(Math::abs)
                                .max()
                                .orElse(0.0);
            }
        }
        return product;
    }

    private static boolean isOrdinary(Call call) {
        return call.rows().isEmpty()
                && call.views().entrySet().stream()
                        .filter(entry -> !call.form.isOutput(entry.getKey()))
                        .allMatch(entry -> entry.getValue().numel() <= MOST_ELEMENTS
                                && Arrays.stream(Rules.numbers(entry.getValue()))
                                        .allMatch(x -> x == 0.0 || (Math.abs(x) <= LARGEST && Math.abs(x) >= LEAST)));
    }

    private Map<String, double[]> expected(Call call) {
        try {
            return switch (call.form.owner().getSimpleName()) {
                case "CrossEntropyLoss", "NllLoss" -> classLoss(call);
                case "BceLoss", "BceWithLogitsLoss" -> binary(call);
                case "KlDivLoss" -> klDiv(call);
                case "CosineEmbeddingLoss" -> cosine(call);
                case "Softmax" -> softmax(call);
                case "Sigmoid", "Elementwise" -> pointwise(call);
                case "Categorical" -> categorical(call);
                case "Indexing" -> indexing(call);
                default -> Map.of();
            };
        } catch (IllegalArgumentException e) {
            // The reference does not take this call.
            return Map.of();
        }
    }

    private static Tensor tensor(Call call, String name) {
        View view = call.view(name);
        return view == null ? null : Tensor.of(Rules.numbers(view), view.shape());
    }

    private static Policies policies(Options options) {
        String name = options.denominator == null ? "DEFAULT" : options.denominator.toString();
        Denominator denominator = name.startsWith("given(")
                ? Denominator.given(Double.parseDouble(name.substring(6, name.length() - 1)))
                : Denominator.of(Denominator.Kind.valueOf(name));
        return new Policies(
                Indeterminate.valueOf(options.indeterminate.name()),
                OnEmpty.valueOf(options.emptyMean.name()),
                OnEmpty.valueOf(options.fullyMasked.name()),
                denominator);
    }

    private static Reduction reduction(Options options) {
        return Reduction.valueOf(options.reduction.name());
    }

    /** Value and gradients of a loss, by the names of what the call fills. */
    private static Map<String, double[]> loss(
            Call call, Supplier<Tensor> value, Function<Tensor, TwoGradients> gradients, Supplier<LossPart> part) {
        String method = call.form.method().getName();
        Map<String, double[]> expected = new LinkedHashMap<>();
        if (method.equals("sum")) {
            expected.put("sum", new double[] {part.get().sum()});
            return expected;
        }
        boolean single = call.options.reduction == io.github.lanewise.Reduction.NONE && !call.form.isEach();
        boolean empty = call.options.emptyMean != io.github.lanewise.OnEmpty.NAN;
        boolean scalar = call.form.has("gradOutput") && !call.form.isView("gradOutput");
        double scale = scalar ? ((Number) call.get("gradOutput")).doubleValue() : 1.0;
        if (single || empty || !(Math.abs(scale) <= LARGEST)) {
            return expected;
        }
        if (method.startsWith("forward")) {
            expected.put(
                    call.form.isEach() ? "perSample" : "answer", value.get().data());
        }
        if (method.endsWith("ackward")) {
            TwoGradients both = gradients.apply(tensor(call, "gradOutput"));
            for (String name : call.views().keySet()) {
                boolean second = name.equals("gradTarget") || name.equals("gradInput2");
                if (call.form.isOutput(name) && !name.equals("perSample") && !isDifferent(call, name)) {
                    double[] gradient = (second ? both.second() : both.first()).data();
                    expected.put(
                            name, Arrays.stream(gradient).map(g -> g * scale).toArray());
                }
            }
        }
        return expected;
    }

    /** Gradients of targets that are not those of the reference: floored ones, and limits at a target of 0. */
    private static boolean isDifferent(Call call, String name) {
        boolean floored = call.form.isOf(io.github.lanewise.BceLoss.class) && !call.options.exact;
        return name.equals("gradTarget") && (floored || call.form.isOf(io.github.lanewise.KlDivLoss.class));
    }

    private Map<String, double[]> classLoss(Call call) {
        Options options = call.options;
        String convention = options.smoothing.toString();
        Smoothing smoothing = convention.startsWith("others")
                ? Smoothing.OTHER_CLASSES
                : convention.startsWith("target") ? Smoothing.TARGET_WEIGHT : Smoothing.ALL_CLASSES;
        ClassLossOptions plainOptions = new ClassLossOptions(
                options.weight == null ? null : Tensor.of(options.weight, options.weightShape),
                options.ignoreIndex,
                options.smoothing.amount(),
                smoothing,
                reduction(options),
                policies(options));
        long[] target = call.indices("target");
        if (call.form.has("input")) {
            Tensor input = tensor(call, "input");
            return loss(
                    call,
                    () -> plain.nllLoss(input, target, plainOptions),
                    g -> TwoGradients.ofFirst(plain.nllLossGradient(input, target, plainOptions, g)),
                    () -> plain.nllLossSum(input, target, plainOptions));
        }
        Tensor logits = tensor(call, "logits");
        // Such a mean has two denominators, and the reference one.
        boolean split = options.isTargetWeighted() && options.weight != null && !call.form.isEach();
        if (target != null && !split) {
            return loss(
                    call,
                    () -> plain.crossEntropy(logits, target, plainOptions),
                    g -> TwoGradients.ofFirst(plain.crossEntropyGradient(logits, target, plainOptions, g)),
                    () -> plain.crossEntropySum(logits, target, plainOptions));
        }
        // The reference knows one convention for probabilities.
        if (target != null || smoothing != Smoothing.ALL_CLASSES) {
            return Map.of();
        }
        Tensor given = tensor(call, "target");
        return loss(
                call,
                () -> plain.crossEntropyProbabilities(logits, given, plainOptions),
                g -> plain.crossEntropyProbabilitiesGradient(logits, given, plainOptions, g),
                () -> plain.crossEntropyProbabilitiesSum(logits, given, plainOptions));
    }

    private Map<String, double[]> binary(Call call) {
        Options options = call.options;
        BinaryLossOptions plainOptions = new BinaryLossOptions(
                options.weight == null ? null : Tensor.of(options.weight, options.weightShape),
                options.posWeight == null ? null : Tensor.of(options.posWeight, options.posWeightShape),
                options.exact,
                reduction(options),
                policies(options));
        Tensor input = tensor(call, "input");
        Tensor target = tensor(call, "target");
        // 0 times infinity is 0 there, and NaN in the reference.
        if (options.exact && Arrays.stream(input.data()).anyMatch(p -> p == 0.0 || p == 1.0)) {
            return Map.of();
        }
        if (call.form.isOf(io.github.lanewise.BceLoss.class)) {
            return loss(
                    call,
                    () -> plain.binaryCrossEntropy(input, target, plainOptions),
                    g -> plain.binaryCrossEntropyGradient(input, target, plainOptions, g),
                    () -> plain.binaryCrossEntropySum(input, target, plainOptions));
        }
        return loss(
                call,
                () -> plain.binaryCrossEntropyWithLogits(input, target, plainOptions),
                g -> plain.binaryCrossEntropyWithLogitsGradient(input, target, plainOptions, g),
                () -> plain.binaryCrossEntropyWithLogitsSum(input, target, plainOptions));
    }

    private Map<String, double[]> klDiv(Call call) {
        KlDivOptions options =
                new KlDivOptions(call.options.logTarget, reduction(call.options), policies(call.options));
        Tensor input = tensor(call, "input");
        Tensor target = tensor(call, "target");
        return loss(
                call,
                () -> plain.klDiv(input, target, options),
                g -> plain.klDivGradient(input, target, options, g),
                () -> plain.klDivSum(input, target, options));
    }

    private Map<String, double[]> cosine(Call call) {
        CosineOptions options = new CosineOptions(call.options.margin, reduction(call.options), policies(call.options));
        Tensor first = tensor(call, "input1");
        Tensor second = tensor(call, "input2");
        long[] target = call.indices("target");
        Indices pairs = Indices.of(target, first.rank() == 1 ? new int[0] : new int[] {target.length});
        return loss(
                call,
                () -> plain.cosineEmbeddingLoss(first, second, pairs, options),
                g -> plain.cosineEmbeddingLossGradient(first, second, pairs, options, g),
                () -> plain.cosineEmbeddingLossSum(first, second, pairs, options));
    }

    private Map<String, double[]> softmax(Call call) {
        int dim = call.number("dim");
        Tensor input = tensor(call, call.form.has("input") ? "input" : "output");
        if (input.rank() == 0) {
            return Map.of();
        }
        String method = call.form.method().getName();
        boolean keep = call.view(method.equals("logSumExp") ? "output" : "gradOutput") != null
                && call.view(method.equals("logSumExp") ? "output" : "gradOutput")
                                .rank()
                        == input.rank();
        Tensor g = tensor(call, "gradOutput");
        return switch (method) {
            case "softmax" -> Map.of("output", plain.softmax(input, dim).data());
            case "logSoftmax" -> Map.of("output", plain.logSoftmax(input, dim).data());
            case "logSumExp" ->
                Map.of("output", plain.logSumExp(input, dim, keep).data());
            case "logSumExpBackward" ->
                Map.of("gradInput", plain.logSumExpGradient(input, dim, keep, g).data());
            // The others start from an output, which these inputs are not.
            default -> Map.of();
        };
    }

    private Map<String, double[]> pointwise(Call call) {
        String method = call.form.method().getName();
        String name = method.replace("Backward", "").toUpperCase(Locale.ROOT);
        Tensor g = tensor(call, "gradOutput");
        if (name.equals("XLOGY")) {
            Tensor x = tensor(call, "x");
            Tensor y = tensor(call, "y");
            if (g == null) {
                return Map.of("output", plain.xlogy(x, y).data());
            }
            TwoGradients both = plain.xlogyGradient(x, y, g);
            return Map.of("gradX", both.first().data(), "gradY", both.second().data());
        }
        Tensor input = tensor(call, "input");
        if (name.equals("SOFTPLUS")) {
            double beta = call.form.has("beta") ? ((Number) call.get("beta")).doubleValue() : 1.0;
            double threshold = call.form.has("threshold") ? ((Number) call.get("threshold")).doubleValue() : 20.0;
            // At the threshold the roundings of beta x decide.
            boolean plainBeta = beta == 1.0 && threshold == 20.0;
            if (!plainBeta) {
                return Map.of();
            }
            return g == null
                    ? Map.of("output", plain.softplus(input, beta, threshold).data())
                    : Map.of(
                            "gradInput",
                            plain.softplusGradient(input, beta, threshold, g).data());
        }
        Operation operation = Operation.valueOf(name);
        return g == null
                ? Map.of("output", plain.elementwise(operation, input).data())
                : Map.of(
                        "gradInput",
                        plain.elementwiseGradient(operation, input, g).data());
    }

    private Map<String, double[]> categorical(Call call) {
        View view = call.view("input");
        boolean last = !call.form.has("dim")
                || (view != null && Math.floorMod(call.number("dim"), view.rank()) == view.rank() - 1);
        // The clamp of probabilities depends on the type.
        if (view == null || !last || !call.options.logits) {
            return Map.of();
        }
        CategoricalOptions options =
                CategoricalOptions.LOGITS.withIndeterminate(Indeterminate.valueOf(call.options.indeterminate.name()));
        Tensor input = tensor(call, "input");
        Tensor g = tensor(call, "gradOutput");
        long[] value = call.indices("value");
        return switch (call.form.method().getName()) {
            case "entropy" ->
                Map.of("output", plain.categoricalEntropy(input, options).data());
            case "entropyBackward" ->
                Map.of(
                        "gradInput",
                        plain.categoricalEntropyGradient(input, options, g).data());
            case "logProb" ->
                Map.of("output", plain.categoricalLogProb(input, options, value).data());
            default ->
                Map.of(
                        "gradInput",
                        plain.categoricalLogProbGradient(input, options, value, g)
                                .data());
        };
    }

    private Map<String, double[]> indexing(Call call) {
        long[] index = call.indices("index");
        Tensor input = tensor(call, "input");
        return switch (call.form.method().getName()) {
            case "gather" -> {
                int[] shape = call.view("output").shape();
                yield Map.of(
                        "output",
                        plain.gather(input, call.number("dim"), Indices.of(index, shape))
                                .data());
            }
            case "scatter" -> {
                Indices indices = Indices.of(index, (int[]) call.get("indexShape"));
                Tensor source = tensor(call, "src");
                double value = call.form.has("value") ? ((Number) call.get("value")).doubleValue() : 0.0;
                yield Map.of(
                        "output",
                        plain.scatter(input, call.number("dim"), indices, source, value)
                                .data());
            }
            default -> Map.of();
        };
    }
}
