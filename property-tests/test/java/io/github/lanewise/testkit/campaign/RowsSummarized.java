// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.LogitSummary;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a summary has to tell of ragged rows, or of rows without some classes: the bits of a summary of each row alone, with classes
 * by their own numbers. Where fewer of them take part than are listed, -1 and NaN stand behind; one that is given and left out has
 * the log-probability negative infinity.
 */
final class RowsSummarized {
    /** The view of the log-probabilities of the top classes, and that of given ones, among those of results. */
    private static final String TOP = "view 2";

    private static final String GIVEN = "view 3";

    private final Call call;
    private final PlannedRows rows;
    private final RowCall whole;
    private final int topK;
    private final int given;

    private RowsSummarized(Call call) {
        this.call = call;
        this.rows = new PlannedRows(call);
        this.whole = new RowCall(call, rows);
        this.topK = call.options.topK;
        this.given = Results.of(call.get("results"), call.options.entropy).given();
    }

    /** The part of an outcome that differs, or null. */
    static String difference(Call call, Outcome outcome) {
        for (Map.Entry<String, long[]> part :
                new RowsSummarized(call).expected(outcome).entrySet()) {
            String difference =
                    RowsAlone.difference(part.getKey(), outcome.parts().get(part.getKey()), part.getValue());
            if (difference != null) {
                return difference;
            }
        }
        return null;
    }

    private Map<String, long[]> expected(Outcome outcome) {
        int count = rows.count();
        Map<String, long[]> parts = new LinkedHashMap<>();
        for (String name : outcome.parts().keySet()) {
            int width = name.equals("classes") ? 1 + topK : name.equals(TOP) ? topK : name.equals(GIVEN) ? given : 1;
            long[] bits = new long[name.equals("rows") ? 1 : count * width];
            double unlisted = name.equals(GIVEN) ? Double.NEGATIVE_INFINITY : Double.NaN;
            Arrays.fill(bits, name.equals("classes") ? -1 : RowsAlone.bits(call.form.element(), unlisted));
            parts.put(name, bits);
        }
        parts.put("rows", new long[] {count});
        for (int p = 0; p < count; p++) {
            summarize(p, parts);
        }
        return parts;
    }

    private void summarize(int p, Map<String, long[]> parts) {
        int[] classes = rows.classes(p);
        int listed = Math.min(topK, classes.length);
        LogitSummary summary = call.options.summary(listed);
        long[] value = call.indices("value");
        int[] index = IntStream.range(0, given)
                .map(i -> rows.index(p, value[p * given + i]))
                .toArray();
        int[] known = Arrays.stream(index).filter(i -> i >= 0).toArray();
        Map<String, Object> own = new LinkedHashMap<>();
        own.put(
                "results",
                call.form.element() == Element.FLOAT
                        ? summary.floatResults(1, known.length)
                        : summary.doubleResults(1, known.length));
        if (call.form.has("value")) {
            own.put("value", whole.indices("value", known));
        }
        Outcome row = Outcome.made(whole.of(p, summary, own));
        row.parts().forEach((name, bits) -> {
            long[] all = parts.get(name);
            switch (name) {
                case "rows" -> {}
                case "classes" -> {
                    for (int i = 0; i < bits.length; i++) {
                        all[p * (1 + topK) + i] = bits[i] < 0 ? -1 : classes[(int) bits[i]];
                    }
                }
                case TOP -> System.arraycopy(bits, 0, all, p * topK, listed);
                case GIVEN -> {
                    int next = 0;
                    for (int i = 0; i < given; i++) {
                        if (index[i] >= 0) {
                            all[p * given + i] = bits[next++];
                        }
                    }
                }
                default -> all[p] = bits[0];
            }
        });
    }
}
