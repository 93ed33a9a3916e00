// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the documentation says about a call: everything that is wrong with it, and with which exception that is answered.
 * Written from the documentation alone. Where several things are wrong it does not say which comes first, so any will do.
 */
class Rules {
    private static final String FREED = " has been freed";

    final Call call;
    private final Map<String, Class<? extends RuntimeException>> faults = new LinkedHashMap<>();
    private boolean doubtful;

    /**
     * What is to be expected of a call.
     *
     * @param faults what is wrong with it, each with the exception for it; none for a valid call
     * @param doubtful whether the documentation allows a call without faults to be rejected as an illegal argument
     */
    record Verdict(Map<String, Class<? extends RuntimeException>> faults, boolean doubtful) {
        boolean isValid() {
            return faults.isEmpty();
        }

        /** Whether an exception is about memory that is closed to the caller. */
        boolean isOfMemory(Throwable thrown) {
            return thrown instanceof WrongThreadException
                    || (thrown instanceof IllegalStateException
                            && faults.keySet().stream().anyMatch(reason -> reason.endsWith(FREED)));
        }

        boolean expects(Throwable thrown) {
            return faults.containsValue(thrown.getClass())
                    || (doubtful && thrown.getClass() == IllegalArgumentException.class);
        }
    }

    Rules(Call call) {
        this.call = call;
    }

    /** What is to be expected of a call. */
    static Verdict of(Call call) {
        Rules rules = call.form.takesRaggedRows() ? new RaggedRules(call) : ofWholeRows(call);
        for (String name : call.nulls()) {
            rules.fault(NullPointerException.class, name + " is null");
        }
        // Making ragged rows touches no memory.
        Collection<String> touched =
                call.form.isOfPlans() ? List.of() : call.views().keySet();
        for (String name : touched) {
            rules.memory(name, call.view(name), call.form.isOutput(name));
        }
        rules.judge();
        return new Verdict(rules.faults, rules.doubtful);
    }

    private static Rules ofWholeRows(Call call) {
        return switch (call.form.owner().getSimpleName()) {
            case "CrossEntropyLoss", "NllLoss" -> new ClassLossRules(call);
            case "BceLoss", "BceWithLogitsLoss", "KlDivLoss" -> new ElementLossRules(call);
            case "CosineEmbeddingLoss" -> new CosineRules(call);
            case "Indexing" -> new IndexingRules(call);
            case "LogitSummary", "SequenceScore", "LogSumExpAccumulator" -> new LogitRules(call);
            case "FloatTensor", "DoubleTensor" -> new ViewRules(call);
            case "ClassMask" -> new MaskRules(call);
            case "FloatRagged", "DoubleRagged" -> new RaggedViewRules(call);
            case "Builder", "Denominator", "LabelSmoothing" -> new OptionRules(call);
            default -> new FunctionRules(call);
        };
    }

    /** Adds what is wrong beside nulls. */
    void judge() {}

    /** Checks that a view is of memory that may be touched, and if it is an output written to. */
    final void memory(String name, View view, boolean output) {
        unfit(view.store().state() == Store.State.FREED, name + FREED);
        if (view.store().state() == Store.State.FOREIGN) {
            fault(WrongThreadException.class, name + " belongs to another thread");
        }
        illegal(output && view.readOnly(), name + " is read-only");
    }

    final void fault(Class<? extends RuntimeException> type, String reason) {
        faults.put(reason, type);
    }

    /** Notes that the documentation leaves it open whether a call is rejected. */
    final void doubt(boolean open) {
        doubtful |= open;
    }

    final void illegal(boolean wrong, String reason) {
        if (wrong) {
            fault(IllegalArgumentException.class, reason);
        }
    }

    final void outside(boolean wrong, String reason) {
        if (wrong) {
            fault(IndexOutOfBoundsException.class, reason);
        }
    }

    final void unfit(boolean wrong, String reason) {
        if (wrong) {
            fault(IllegalStateException.class, reason);
        }
    }

    /** Checks that a view has the shape of another. */
    final void sameShape(String name, String other) {
        View a = call.view(name);
        View b = call.view(other);
        illegal(
                a != null && b != null && !Arrays.equals(a.shape(), b.shape()),
                name + " has another shape than " + other);
    }

    final void shape(String name, int... shape) {
        View view = call.view(name);
        illegal(
                view != null && !Arrays.equals(view.shape(), shape),
                name + " needs the shape " + Arrays.toString(shape));
    }

    /** Checks one value for each row along a dimension: without the dimension or with size 1. */
    final void reduced(String name, View rows, int axis) {
        View view = call.view(name);
        if (view == null || rows == null) {
            return;
        }
        int[] shape = rows.shape();
        boolean kept = shape.length > 0 && Arrays.equals(view.shape(), Places.with(shape, axis, 1));
        boolean dropped =
                shape.length == 0 ? view.rank() == 0 : Arrays.equals(view.shape(), Places.without(shape, axis));
        illegal(!kept && !dropped, name + " has not one value for each row");
    }

    /** Checks that an output holds no element twice. */
    final void writable(String name) {
        View view = call.view(name);
        illegal(view != null && Places.repeats(view), name + " holds an element twice");
    }

    /** Checks that two views have no element in common. */
    final void apart(String name, String output) {
        View a = call.view(name);
        View b = call.view(output);
        illegal(a != null && b != null && Places.meet(a, b), output + " shares an element with " + name);
    }

    /** Checks that an output is exactly another view or has no element in common with it. */
    final void sameOrApart(String name, String output) {
        View a = call.view(name);
        View b = call.view(output);
        illegal(
                a != null && b != null && !Places.same(a, b) && Places.meet(a, b),
                output + " shares some elements with " + name);
    }

    /** Checks a dimension, counted from the end if negative; a view without dimensions may count as a row of one. */
    final int dimension(int rank, int dim, boolean zeroIsOne) {
        int least = zeroIsOne ? Math.max(rank, 1) : rank;
        int axis = dim < 0 ? dim + least : dim;
        outside(axis < 0 || axis >= least, "no dimension " + dim);
        return axis < 0 || axis >= least ? -1 : axis;
    }

    /** Checks that indices are in range, or one number that is always taken. */
    final void inRange(String name, long bound, Long ignored) {
        long[] indices = call.indices(name);
        if (indices != null) {
            for (long index : indices) {
                outside((index < 0 || index >= bound) && (ignored == null || index != ignored), name + " has " + index);
            }
        }
    }

    /** Checks the parts of arrays: inside, and outputs on an input only with its offset. */
    @SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
    final void rows() {
        List<Call.Row> rows = call.rows();
        for (Call.Row row : rows) {
            outside(row.array() != null && !row.isInside(), row + " is not inside its array");
            for (Call.Row other : rows) {
                boolean meet = row != other
                        && row.output()
                        && row.array() != null
                        && row.array() == other.array()
                        && Math.abs((long) row.offset() - other.offset()) < row.length();
                boolean exact = !other.output() && row.offset() == other.offset();
                illegal(meet && !exact, row.name() + " overlaps " + other.name());
            }
        }
    }

    /** Whether the sizes of a shape can be had from another by repetition. */
    static boolean repeats(int[] shape, int... to) {
        if (shape.length > to.length) {
            return false;
        }
        for (int d = 1; d <= shape.length; d++) {
            int size = shape[shape.length - d];
            if (size != 1 && size != to[to.length - d]) {
                return false;
            }
        }
        return true;
    }

    /** The mask of the call, if it has one that is for so many rows of so many classes; else null. */
    final Mask mask(int rows, int classes) {
        if (!(call.get("mask") instanceof Mask mask)) {
            return null;
        }
        illegal(!mask.fits(rows, classes), "the mask is for other rows or classes");
        return mask.fits(rows, classes) ? mask : null;
    }

    /** Checks that targets which are not ignored take part. */
    final void notLeftOut(Mask mask, long... target) {
        for (int p = 0; mask != null && target != null && p < target.length; p++) {
            boolean ignored = target[p] == call.options.ignoreIndex;
            outside(!ignored && mask.has(p) && !mask.takes(p, target[p]), "target[" + p + "] is left out");
        }
    }

    /** A row without the classes that a mask leaves out, if there is one. */
    static double[] remaining(Mask mask, int row, double... numbers) {
        return mask == null ? numbers : mask.remaining(row, numbers);
    }

    /** The numbers of a view, in row-major order. */
    static double[] numbers(View view) {
        return view.numbers();
    }

    /** The numbers of each row along a dimension. */
    static double[][] rows(View view, int axis) {
        int[] shape = view.rank() == 0 ? new int[] {1} : view.shape();
        int step = Places.count(Arrays.copyOfRange(shape, axis + 1, shape.length));
        double[] numbers = numbers(view);
        int length = shape[axis];
        double[][] rows = new double[Places.count(Places.without(shape, axis))][length];
        for (int p = 0; p < rows.length; p++) {
            for (int i = 0; i < length; i++) {
                rows[p][i] = numbers[(p / step * length + i) * step + p % step];
            }
        }
        return rows;
    }

    /** Whether a row holds negative infinities and nothing else. */
    static boolean isMasked(double... row) {
        return row.length > 0 && Arrays.stream(row).allMatch(x -> x == Double.NEGATIVE_INFINITY);
    }
}
