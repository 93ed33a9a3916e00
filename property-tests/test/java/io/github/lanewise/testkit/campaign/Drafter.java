// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.BceLoss;
import io.github.lanewise.Categorical;
import io.github.lanewise.ClassMask;
import io.github.lanewise.CosineEmbeddingLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.Denominator;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.ElementType;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.Indeterminate;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.LabelSmoothing;
import io.github.lanewise.LogSumExpAccumulator;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Parallelism;
import io.github.lanewise.Reduction;
import io.github.lanewise.SequenceScore;
import io.github.lanewise.Tensor;
import java.lang.reflect.Array;
import java.lang.reflect.Parameter;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleSupplier;

/** Drafts calls: arguments that fit together, some of which {@link Spoiler} then spoils. */
final class Drafter {
    private static final double[] ODD_OPTIONS = {
        Double.NaN, -1.0, -0.1, 0.0, 1e-300, Float.MIN_NORMAL, 0.1, 1.0, 1.0000001, 2.0, 1e39, Double.POSITIVE_INFINITY
    };

    private static final Form[] FORMS = Form.all().toArray(Form[]::new);

    private final Draw draw;
    private final Map<String, Object> arguments = new LinkedHashMap<>();
    private Form form;
    private Scene scene;
    private Options options;
    private boolean odd;
    private int rowLength;

    private Drafter(Draw draw) {
        this.draw = draw;
    }

    /** The call of a seed. */
    static Call draft(long seed, Room room) {
        return new Drafter(new Draw(seed, room)).call();
    }

    private Call call() {
        form = pick();
        scene = Scene.draw(form, draw);
        options = Options.draw(form, scene, draw);
        odd = draw.chance(0.25);
        rowLength = draw.length();
        boolean onView = form.isOf(FloatTensor.class, DoubleTensor.class) && !form.makesView();
        Object receiver = onView
                ? anyView()
                : form.isOfPlans() ? new PlanDrafter(form, scene, draw).receiver() : options.receiver(form);
        for (Parameter parameter : form.parameters()) {
            arguments.put(parameter.getName(), argument(parameter, receiver));
        }
        if (form.makesView() && draw.chance(0.8)) {
            fitData();
        }
        if (form.has("mask") && form.has("target") && draw.chance(0.85)) {
            fitTargets();
        }
        if (form.takesRaggedRows() && draw.chance(0.85)) {
            fitToRows("target", 1);
            fitToRows("value", scene.indices() == 0 ? 1 : Math.max(1, given()));
        }
        Call call = new Call(form, options, receiver, arguments);
        return draw.chance(0.6) ? new Spoiler(call, scene, draw).spoil() : call;
    }

    /** Classes with many forms do not get more of the calls than those with few; builders and views get a small part. */
    private Form pick() {
        while (true) {
            Form form = FORMS[draw.below(FORMS.length)];
            boolean small = form.isBuilder()
                    || form.isOf(FloatTensor.class, DoubleTensor.class, Denominator.class, LabelSmoothing.class);
            if (!small || draw.chance(0.15)) {
                return form;
            }
        }
    }

    private View anyView() {
        return draw.view(form.element(), false, draw.numbers(form.element(), false), scene.shape(""));
    }

    private Object argument(Parameter parameter, Object receiver) {
        String name = parameter.getName();
        Class<?> type = parameter.getType();
        Element element = form.element();
        if (form.isOfPlans() && !name.equals("data")) {
            return new PlanDrafter(form, scene, draw).argument(name, arguments.get("data"));
        }
        if (type == Tensor.class) {
            Element either = draw.one(Element.values());
            return draw.view(either, false, draw.numbers(either, odd), scene.shape(name));
        }
        if (Tensor.class.isAssignableFrom(type)) {
            boolean output = form.isOutput(name);
            return draw.view(element, output, output ? () -> 0.25 : values(name), scene.shape(name));
        }
        if (Data.isMemory(type)) {
            ElementType any = draw.memories.type(element);
            Store store = draw.memories.storeFor(type, any, (long) rowLength * any.byteSize());
            return Data.of(type, store, 0, store.size(), draw.chance(0.1), draw.chance(0.1));
        }
        if (Form.isRagged(type)) {
            boolean output = form.isOutput(name);
            return Ragged.draw(element, output, output ? () -> 0.25 : values(name), draw, scene.lengths());
        }
        if (type == ClassMask.class) {
            return Mask.draw(scene.indices(), scene.bound(), draw);
        }
        if (type == float[].class || type == double[].class) {
            Element own = Element.of(type);
            DoubleSupplier values = values(name);
            int before = form.isBuilder() || name.equals("data") ? 0 : draw.below(5);
            Object array = own.guarded(before + rowLength + (before == 0 ? 0 : draw.below(4)));
            for (int i = 0; i < rowLength; i++) {
                own.set(array, before + i, values.getAsDouble());
            }
            pendingOffset = before;
            return array;
        }
        if (type == int[].class || type == long[].class) {
            return wholeNumbers(name, type);
        }
        if (type == int.class) {
            return integer(name);
        }
        if (type == float.class || (type == double.class && !form.isBuilder() && !isOption())) {
            return scalar(name, type);
        }
        return option(type, name, receiver);
    }

    /** Where the row begins in the array that was drafted last. */
    private int pendingOffset;

    private boolean isOption() {
        return form.isOf(Denominator.class, LabelSmoothing.class);
    }

    private Object scalar(String name, Class<?> type) {
        double value = odd && draw.chance(0.2) ? draw.one(Double.NaN, 0.0, 1e30) : draw.one(1.0, 0.75, -2.0);
        if (name.equals("threshold")) {
            value = draw.one(20.0, Double.POSITIVE_INFINITY, 0.0);
        }
        if (type == float.class) {
            return (float) value;
        }
        return value;
    }

    private Object option(Class<?> type, String name, Object receiver) {
        return switch (type.getSimpleName()) {
            case "boolean" -> draw.chance(0.5);
            case "ElementType" -> draw.one(ElementType.values());
            case "long" -> form.makesView() ? draw.below(6) : draw.random.nextLong();
            case "double" -> ODD_OPTIONS[draw.below(ODD_OPTIONS.length)];
            case "OnEmpty" -> draw.one(OnEmpty.values());
            case "Indeterminate" -> draw.one(Indeterminate.values());
            case "Reduction" -> draw.one(Reduction.values());
            case "Denominator" -> draw.one(Denominator.BATCH, Denominator.ELEMENTS);
            case "LabelSmoothing" -> LabelSmoothing.others(0.2);
            case "Parallelism" -> Parallelism.of(Runnable::run, 2);
            case "SequenceScore" -> otherScore();
            case "LogSumExpAccumulator" -> otherSum();
            case "FloatLogitResults", "DoubleLogitResults" -> results((LogitSummary) receiver);
            default -> throw new IllegalStateException("no argument " + type + " " + name);
        };
    }

    private SequenceScore otherScore() {
        SequenceScore score = SequenceScore.create();
        score.add(new float[] {1f, (float) draw.random.nextGaussian()}, 0, 2, 1);
        return score;
    }

    private LogSumExpAccumulator otherSum() {
        LogSumExpAccumulator sum = new LogSumExpAccumulator();
        sum.add(draw.random.nextGaussian());
        return sum;
    }

    private Object results(LogitSummary summary) {
        options.foreignResults = draw.chance(0.03);
        LogitSummary maker = options.foreignResults ? options.summary() : summary;
        int rows = form.isBatch("logits") ? scene.indices() : 1;
        int room = Math.max(0, rows + (draw.chance(0.05) ? -1 : draw.below(2)));
        int given = form.has("value") ? draw.below(3) : draw.chance(0.97) ? 0 : 1;
        if (form.has("value")) {
            int classes = form.isBatch("logits") ? scene.bound() : rowLength;
            arguments.put("value", draw.indices(form.type("value"), rows * given, classes, 0, 0));
        }
        return form.element() == Element.FLOAT ? maker.floatResults(room, given) : maker.doubleResults(room, given);
    }

    private DoubleSupplier values(String name) {
        Element element = form.element() == null ? Element.DOUBLE : form.element();
        boolean probabilities = (form.isOf(BceLoss.class) && !name.equals("gradOutput"))
                || (form.isOf(CrossEntropyLoss.class, KlDivLoss.class) && name.equals("target") && !options.logTarget)
                || (form.isOf(Categorical.class) && !options.logits && name.equals("input"));
        if (probabilities) {
            return draw.probabilities(element, odd && draw.chance(0.5));
        }
        boolean few = form.isOf(Categorical.class) && draw.chance(0.7);
        DoubleSupplier numbers = draw.numbers(element, odd && !few);
        boolean masked = draw.chance(0.02);
        return masked ? () -> draw.chance(0.8) ? Double.NEGATIVE_INFINITY : numbers.getAsDouble() : numbers;
    }

    private Object wholeNumbers(String name, Class<?> type) {
        return switch (name) {
            case "indexShape" -> scene.shape(name);
            case "shape" -> scene.shape("");
            case "newShape" -> newShape();
            case "strides" -> Places.strides(scene.shape(""), draw.permutation(scene.rank()));
            case "output" -> new long[scene.indices() * scene.bound()];
            case "index" ->
                form.isOf(FloatTensor.class, DoubleTensor.class)
                        ? place()
                        : draw.indices(type, scene.indices(), scene.bound(), 0, 0);
            default -> {
                boolean cosine = form.isOf(CosineEmbeddingLoss.class);
                double ignored = form.isOf(Categorical.class, LogitSummary.class) ? 0 : draw.one(0.0, 0.2, 1.0);
                Object indices = draw.indices(
                        type, scene.indices(), scene.bound(), cosine ? 0 : ignored, fitting(type, options.ignoreIndex));
                for (int i = 0; cosine && i < scene.indices(); i++) {
                    Draw.set(indices, i, draw.one(1, -1, 0, 7, -1));
                }
                yield indices;
            }
        };
    }

    /** A number that an array of the type can hold. */
    private static long fitting(Class<?> type, long value) {
        return type == long[].class || value == (int) value ? value : 0;
    }

    private int[] place() {
        int[] index = scene.shape("");
        for (int d = 0; d < index.length; d++) {
            index[d] = index[d] == 0 ? 0 : draw.below(index[d]);
        }
        return index;
    }

    private int[] newShape() {
        int count = Places.count(scene.shape(""));
        return switch (draw.below(4)) {
            case 0 -> new int[] {count};
            case 1 -> new int[] {-1};
            case 2 -> new int[] {1, count, 1};
            default -> scene.shape("");
        };
    }

    private int integer(String name) {
        return switch (name) {
            case "dim", "dim0", "dim1" -> dim();
            case "n", "classes", "length", "vocabulary" -> form.has("rows") ? draw.below(4) : rowLength;
            case "rows" -> draw.below(5);
            case "target" -> draw.chance(0.1) ? (int) options.ignoreIndex : rowLength == 0 ? 0 : draw.below(rowLength);
            case "numClasses" -> draw.chance(0.2) ? -1 : scene.bound();
            case "k" -> draw.below(4);
            case "index" -> selected();
            case "from" -> 0;
            case "to" -> selected();
            default -> pendingOffset;
        };
    }

    private int dim() {
        int rank = scene.rank();
        int axis = form.isOf(FloatTensor.class, DoubleTensor.class) && rank > 0 ? draw.below(rank) : scene.axis();
        return draw.chance(0.3) ? axis - Math.max(rank, 1) : axis;
    }

    private int selected() {
        int[] shape = scene.shape("");
        int dim = (int) arguments.get("dim");
        int d = dim < 0 ? dim + shape.length : dim;
        return d < 0 || d >= shape.length ? 0 : draw.below(Math.max(1, shape[d]));
    }

    /** How many classes are given for each row. */
    private int given() {
        Object value = arguments.get("value");
        return value == null ? 0 : Array.getLength(value) / scene.indices();
    }

    /** Gives each class that is none of its ragged row another one, or lets it be ignored. */
    private void fitToRows(String name, int perRow) {
        Object classes = arguments.get(name);
        int[] lengths = scene.lengths();
        for (int i = 0; classes != null && i < Array.getLength(classes); i++) {
            int length = lengths[i / perRow];
            if (Array.getLong(classes, i) >= length) {
                boolean none = length == 0;
                Draw.set(classes, i, none ? fitting(form.type(name), options.ignoreIndex) : draw.below(length));
            }
        }
    }

    /** Gives each target that a mask leaves out another class that takes part, or lets it be ignored. */
    private void fitTargets() {
        Mask mask = (Mask) arguments.get("mask");
        Object target = arguments.get("target");
        for (int p = 0; p < scene.indices(); p++) {
            int[] classes = mask.classesOf(p);
            if (!mask.takes(p, Array.getLong(target, p))) {
                boolean ignore = classes.length == 0 || draw.chance(0.1);
                Draw.set(
                        target,
                        p,
                        ignore
                                ? fitting(form.type("target"), options.ignoreIndex)
                                : classes[draw.below(classes.length)]);
            }
        }
    }

    /** Gives a new view memory in which its elements have room, of a type that is allowed there. */
    private void fitData() {
        int[] shape = scene.shape("");
        boolean strided = form.has("strides");
        View view = draw.view(form.element(), false, draw.numbers(form.element(), true), shape);
        int[] strides = strided ? view.strides() : Places.strides(shape, Places.order(shape.length));
        Class<?> type = form.type("data");
        ElementType element = form.element().type();
        if (type == short[].class || (form.has("type") && draw.chance(0.6))) {
            element = draw.one(ElementType.BFLOAT16, ElementType.FLOAT16);
        }
        int width = element.byteSize();
        long[] reach = Places.reach(shape, strides);
        long bytes = (reach[1] - reach[0]) * width;
        boolean around = type != short[].class && type != float[].class && type != double[].class;
        int shift = around ? draw.below(5) * draw.one(width, width, 1) : 0;
        boolean part = form.makesViewOfPart();
        long slack = part ? (long) draw.below(3) * width : 0;
        Store store = Data.isMemory(type)
                ? draw.memories.storeFor(type, element, bytes + shift + slack)
                : Store.of(form.element().guarded((int) ((bytes + slack) / width)));
        long start = (around && Data.fits(type, store, shift) ? shift : 0);
        long first = start - reach[0] * width + (part && slack > 0 ? width : 0);
        for (int place : Places.of(0, shape, strides)) {
            store.set(element, first + (long) place * width, draw.random.nextGaussian());
        }
        boolean swapped = draw.chance(0.05);
        Object data = Data.isMemory(type)
                ? Data.of(type, store, start, bytes + slack, draw.chance(0.2), swapped)
                : store.array();
        arguments.put("shape", shape);
        arguments.put("data", data);
        arguments.computeIfPresent("strides", (name, old) -> strides);
        int offset = (int) (first / width);
        arguments.computeIfPresent("offset", (name, old) -> offset);
        arguments.computeIfPresent("byteOffset", (name, old) -> first - start);
        ElementType kind = element;
        arguments.computeIfPresent("type", (name, old) -> kind);
    }
}
