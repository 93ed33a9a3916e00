// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.Reduction;
import io.github.lanewise.SequenceScore;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a call with ragged rows or a mask has to give for each row: the bits of the same call on a copy of that row alone, from
 * which the classes that are left out have been deleted, and for those the number that the documentation says. Weights go with
 * their classes, and a score adds up row by row. What a loss that reduces makes of its rows is for {@link ReducedRows}, what a
 * summary lists of them for {@link RowsSummarized}.
 */
final class RowsAlone {
    private final Call call;
    private final String method;
    private final PlannedRows rows;
    private final ReducedRows reduced;

    /** Goes from row to row. */
    private final SequenceScore score = SequenceScore.ignoring(-1);

    private RowsAlone(Call call) {
        this.call = call;
        this.method = call.form.method().getName();
        this.rows = new PlannedRows(call);
        this.reduced = new ReducedRows(call, rows);
    }

    /** The part of an outcome that differs, or null. */
    static String difference(Call call, Outcome outcome) {
        if (!PlannedRows.areIn(call)) {
            return null;
        }
        if (call.form.isOf(LogitSummary.class)) {
            return RowsSummarized.difference(call, outcome);
        }
        RowsAlone alone = new RowsAlone(call);
        String difference = alone.difference(outcome);
        return difference == null ? alone.reduced.difference(outcome) : difference;
    }

    private String difference(Outcome outcome) {
        Map<String, long[]> expected = leftOut();
        if (expected.containsKey("gradLogits") && !call.form.isEach() && !reduced.isOfOneDivisor()) {
            expected.remove("gradLogits");
        }
        if (expected.isEmpty() && !call.form.isOf(SequenceScore.class)) {
            return null;
        }
        RowCall whole = new RowCall(call, rows);
        for (int p = 0; p < rows.count(); p++) {
            // What a row without elements gives is what is left out gives, but for its sum.
            if (rows.classes(p).length == 0 && !method.equals("logSumExp")) {
                continue;
            }
            Object receiver = receiver(p);
            Outcome row = Outcome.made(whole.of(p, receiver, Map.of()));
            for (Map.Entry<String, long[]> part : expected.entrySet()) {
                place(part.getKey(), p, row.parts().get(part.getKey()), part.getValue());
            }
            String inArray = RowInArray.difference(call, rows, p, receiver, outcome);
            if (inArray == null) {
                inArray = RowInArray.difference(call, rows, p, row);
            }
            if (inArray != null) {
                return inArray;
            }
        }
        if (call.form.isOf(SequenceScore.class)) {
            Call scored = new Call(call.form, call.options, score, Map.of());
            expected.putAll(Outcome.of(scored, null).parts());
        }
        for (Map.Entry<String, long[]> part : expected.entrySet()) {
            String difference = difference(part.getKey(), outcome.parts().get(part.getKey()), part.getValue());
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    /** The first bits of a part that differ from those expected of it, or null. */
    static String difference(String name, long[] bits, long... expected) {
        int at = Arrays.mismatch(bits, expected);
        return at < 0
                ? null
                : name + "[" + at + "] has the bits " + hex(bits, at) + ", of its row alone " + hex(expected, at);
    }

    private static String hex(long[] bits, int at) {
        return at < bits.length ? Long.toHexString(bits[at]) : "none";
    }

    /** What the call has to write where no class takes part, for each of its outputs. */
    private Map<String, long[]> leftOut() {
        Map<String, long[]> parts = new LinkedHashMap<>();
        call.written().forEach((name, view) -> {
            boolean logs = method.equals("logSoftmax") && name.equals("output");
            long[] bits = new long[view.numel()];
            Arrays.fill(bits, bits(call.form.element(), logs ? Double.NEGATIVE_INFINITY : 0.0));
            parts.put(name, bits);
        });
        return parts;
    }

    /** The bits of a number of a type. */
    static long bits(Element element, double value) {
        return element == Element.FLOAT ? Float.floatToRawIntBits((float) value) : Double.doubleToRawLongBits(value);
    }

    private void place(String name, int p, long[] row, long... all) {
        if (rows.isPerRow(name)) {
            all[p] = row[0];
            return;
        }
        int[] places = rows.places(p);
        for (int i = 0; i < places.length; i++) {
            all[places[i]] = row[i];
        }
    }

    private Object receiver(int p) {
        if (call.form.isOf(SequenceScore.class)) {
            return score;
        }
        if (!call.form.isOf(CrossEntropyLoss.class)) {
            return null;
        }
        return call.form.isEach() || call.options.reduction == Reduction.NONE
                ? call.options.crossEntropy(Reduction.NONE, rows.weights(p), null)
                : reduced.lossOfOne(p);
    }
}
