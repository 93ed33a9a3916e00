// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.Categorical;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.NllLoss;
import io.github.lanewise.SequenceScore;
import io.github.lanewise.Softmax;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The same call on copies: every view in an array of its own, with nothing before, behind and between its elements. */
final class Copies {
    private Copies() {}

    /**
     * Calls whose results are right: that with the elements of each row one after the other. Where positions lie one after the
     * other instead, softmax and cross entropy may sum in another order; then also calls with the elements of all rows side by
     * side, of the inputs and of the outputs or not.
     */
    static List<Call> of(Call call) {
        List<Call> copies = new ArrayList<>(List.of(copy(call, false, false)));
        if (isSideBySide(call)) {
            copies.add(copy(call, true, true));
            copies.add(copy(call, true, false));
        }
        return copies;
    }

    private static boolean isSideBySide(Call call) {
        if (!call.form.isOf(Softmax.class, CrossEntropyLoss.class)) {
            return false;
        }
        for (View view : call.views().values()) {
            int axis = axis(call, view);
            if (axis >= 0 && view.size(axis) != 1 && view.stride(axis) != 1 && hasNeighbours(view, axis)) {
                return true;
            }
        }
        return false;
    }

    private static boolean hasNeighbours(View view, int axis) {
        for (int d = 0; d < view.rank(); d++) {
            if (d != axis && view.size(d) > 1 && view.stride(d) == 1) {
                return true;
            }
        }
        return false;
    }

    /** The dimension of the rows, or -1 if there are none. */
    private static int axis(Call call, View view) {
        int rank = view.rank();
        if (call.form.isOf(CrossEntropyLoss.class, NllLoss.class)) {
            return rank < 2 ? rank - 1 : 1;
        }
        if (call.form.isOf(Softmax.class, Categorical.class, LogitSummary.class, SequenceScore.class)) {
            int dim = call.form.has("dim") ? call.number("dim") : -1;
            return dim < 0 ? Math.max(dim + rank, -1) : dim < rank ? dim : -1;
        }
        return -1;
    }

    private static Call copy(Call call, boolean inputs, boolean outputs) {
        if (call.form.makesView()) {
            return rowMajor(call);
        }
        Map<String, Object> arguments = new LinkedHashMap<>(call.arguments);
        int[] full = fullShape(call);
        call.views().forEach((name, view) -> {
            int axis = view.rank() == full.length ? axis(call, view) : -1;
            boolean output = call.form.isOutput(name);
            View copy = copy(view, axis, output ? outputs : inputs, output);
            arguments.put(name, call.get(name) instanceof Ragged ragged ? ragged.over(copy) : copy);
        });
        for (Call.Row row : call.rows()) {
            Element element = Element.of(row.array().getClass());
            Object array = element.guarded(row.length());
            if (!row.output()) {
                System.arraycopy(row.array(), row.offset(), array, 0, row.length());
            }
            arguments.put(row.name(), array);
            arguments.put(call.offsetName(row.name()), 0);
        }
        arguments.computeIfPresent(
                "data",
                (name, data) -> data instanceof float[] floats
                        ? floats.clone()
                        : data instanceof double[] doubles ? doubles.clone() : data);
        if (call.get("output") instanceof long[] output) {
            arguments.put("output", new long[output.length]);
        }
        Object receiver = call.options.receiverOr(call.form, call.receiver);
        if (call.get("results") != null && receiver instanceof LogitSummary summary) {
            Results results = Results.of(call.get("results"), call.options.entropy);
            arguments.put(
                    "results",
                    call.form.element() == Element.FLOAT
                            ? summary.floatResults(results.capacity(), results.given())
                            : summary.doubleResults(results.capacity(), results.given()));
        }
        if (receiver instanceof View view) {
            receiver = copy(view, -1, false, false);
        }
        if (receiver instanceof Ragged ragged) {
            receiver = ragged.seenBy(copy(ragged.whole(), -1, false, false));
        }
        return new Call(call.form, call.options, receiver, arguments);
    }

    /** The making of a view of an array that holds nothing but its elements. */
    private static Call rowMajor(Call call) {
        Element element = call.form.element();
        Form form = Form.rowMajor(element);
        int[] shape = (int[]) call.get("shape");
        View elements = ViewRules.made(call);
        Map<String, Object> arguments = new LinkedHashMap<>();
        arguments.put("data", copy(elements, -1, false, false).store().array());
        arguments.put("shape", shape);
        return new Call(form, call.options, null, arguments);
    }

    /** The shape of the scores. */
    private static int[] fullShape(Call call) {
        int[] full = {};
        for (View view : call.views().values()) {
            full = view.rank() > full.length ? view.shape() : full;
        }
        return full;
    }

    private static View copy(View view, int axis, boolean sideBySide, boolean output) {
        int rank = view.rank();
        int[] order = new int[rank];
        int next = sideBySide && axis >= 0 ? 1 : 0;
        for (int d = 0; d < rank; d++) {
            if (d == axis) {
                order[sideBySide ? 0 : rank - 1] = d;
            } else {
                order[next++] = d;
            }
        }
        Element element = view.element();
        int[] strides = Places.strides(view.shape(), order);
        Object array = element.guarded(view.numel());
        View copy = element.view(array, 0, view.shape(), strides);
        if (!output) {
            long[] from = view.addresses();
            long[] to = copy.addresses();
            for (int i = 0; i < to.length; i++) {
                // Float to float, as a NaN may change its bits on the way through double.
                if (element == Element.FLOAT) {
                    ((float[]) array)[(int) to[i] / Float.BYTES] = view.store().getFloat(view.type(), from[i]);
                } else {
                    ((double[]) array)[(int) to[i] / Double.BYTES] =
                            view.store().get(view.type(), from[i]);
                }
            }
        }
        return copy;
    }
}
