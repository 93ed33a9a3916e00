// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ClassMask;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What masks and ragged rows have to tell of themselves, worked out from what they were made of. They have to tell the same after
 * the arrays have changed that the makers are to copy, and new elements after those in memory have changed.
 */
final class PlanAnswers {
    private final Call call;

    private PlanAnswers(Call call) {
        this.call = call;
    }

    /** The part of an outcome that is wrong, or null. */
    static String difference(Call call, Outcome outcome) {
        if (!call.form.isOfPlans()) {
            return null;
        }
        PlanAnswers answers = new PlanAnswers(call);
        String difference = outcome.differsFrom(List.of(new Outcome(answers.expected())));
        return difference == null ? answers.laterDifference() : difference;
    }

    private String laterDifference() {
        Map<String, Object> given = new LinkedHashMap<>(call.arguments);
        given.replaceAll((name, value) ->
                value instanceof Flags flags ? flags.copy() : value instanceof int[] numbers ? numbers.clone() : value);
        Object answer = Outcome.invoke(new Call(call.form, call.options, call.receiver, given));
        for (Object value : given.values()) {
            if (value instanceof Flags flags) {
                flags.invert();
            } else if (value instanceof int[] numbers) {
                Arrays.fill(numbers, -7);
            }
        }
        if (!call.form.isOf(ClassMask.class)) {
            View data = data();
            long[] addresses = data.addresses();
            for (int i = 0; i < addresses.length; i++) {
                data.store().set(data.type(), addresses[i], i + 0.5);
            }
        }
        String difference = Outcome.of(call, answer).differsFrom(List.of(new Outcome(expected())));
        return difference == null ? null : "after a change of what it was made of: " + difference;
    }

    private Map<String, long[]> expected() {
        Map<String, long[]> parts = new LinkedHashMap<>();
        if (call.form.isOf(ClassMask.class)) {
            mask(parts);
        } else {
            ragged(parts);
        }
        return parts;
    }

    private void mask(Map<String, long[]> parts) {
        switch (call.form.method().getName()) {
            case "isAllowed" -> {
                boolean takes = ((Mask) call.receiver).takes(call.number("row"), call.number("c"));
                parts.put("answer", new long[] {takes ? 1 : 0});
            }
            case "allowedCount" ->
                parts.put("answer", new long[] {((Mask) call.receiver).classesOf(call.number("row")).length});
            case "without" -> allRows(marked("leftOut", false), parts);
            case "only" -> allRows(marked("allowed", true), parts);
            default -> {
                boolean[][] rows = rows();
                if (rows == null) {
                    allRows(ofClasses(((Flags) call.get("allowed")).row()), parts);
                } else {
                    sets(classes(rows), rows.length, parts, rows);
                }
            }
        }
    }

    /** The flags of each row; null if one set serves all. */
    private boolean[][] rows() {
        if (call.get("allowedPerRow") instanceof Flags flags) {
            return Arrays.stream(flags.rows()).map(this::ofClasses).toArray(boolean[][]::new);
        }
        if (!call.form.has("rows")) {
            return null;
        }
        boolean[] flags = ((Flags) call.get("allowed")).row();
        int classes = call.number("classes");
        boolean[][] rows = new boolean[call.number("rows")][];
        Arrays.setAll(rows, p -> Arrays.copyOfRange(flags, p * classes, (p + 1) * classes));
        return rows;
    }

    /** Flags of as many classes as the mask has; bits may have more or less of them. */
    private boolean[] ofClasses(boolean... flags) {
        return call.form.hasBits() ? Arrays.copyOf(flags, call.number("classes")) : flags;
    }

    private int classes(boolean[]... rows) {
        return call.form.has("classes") ? call.number("classes") : rows.length == 0 ? 0 : rows[0].length;
    }

    private boolean[] marked(String name, boolean mark) {
        boolean[] flags = new boolean[call.number("classes")];
        Arrays.fill(flags, !mark);
        for (long c : call.indices(name)) {
            flags[(int) c] = mark;
        }
        return flags;
    }

    private static void allRows(boolean[] set, Map<String, long[]> parts) {
        boolean[][] sets = new boolean[Outcome.ANY_ROWS.length][];
        Arrays.fill(sets, set);
        sets(set.length, -1, parts, sets);
    }

    private static void sets(int classes, int rows, Map<String, long[]> parts, boolean[]... sets) {
        parts.put("classes", new long[] {classes, rows});
        parts.put(
                "counts",
                Arrays.stream(sets)
                        .mapToLong(set -> IntStream.range(0, set.length)
                                .filter(c -> set[c])
                                .count())
                        .toArray());
        parts.put(
                "allowed",
                Arrays.stream(sets)
                        .flatMapToLong(set -> IntStream.range(0, set.length).mapToLong(c -> set[c] ? 1 : 0))
                        .toArray());
    }

    /** The elements of which the rows are or have been made. */
    private View data() {
        if (call.receiver instanceof Ragged ragged) {
            return ragged.whole();
        }
        Object data = call.get("data");
        return data instanceof View view
                ? view
                : call.form.element().view(data, 0, new int[] {PlanDrafter.elements(data)}, 1);
    }

    private void ragged(Map<String, long[]> parts) {
        boolean made = !(call.receiver instanceof Ragged);
        int[] offsets = made ? (int[]) call.get("rowOffsets") : ((Ragged) call.receiver).offsets();
        int row = made ? 0 : call.number("row");
        long[] elements = data().bits();
        switch (call.form.method().getName()) {
            case "rowOffset" -> parts.put("answer", new long[] {offsets[row]});
            case "rowLength" -> parts.put("answer", new long[] {offsets[row + 1] - offsets[row]});
            case "row" -> {
                parts.put("shape", new long[] {offsets[row + 1] - offsets[row]});
                parts.put("answer", Arrays.copyOfRange(elements, offsets[row], offsets[row + 1]));
            }
            default -> {
                int rows = offsets.length - 1;
                parts.put(
                        "lengths",
                        IntStream.range(0, rows)
                                .mapToLong(p -> offsets[p + 1] - offsets[p])
                                .toArray());
                parts.put(
                        "offsets",
                        IntStream.range(0, rows).mapToLong(p -> offsets[p]).toArray());
                parts.put("elements", Arrays.copyOfRange(elements, offsets[0], offsets[rows]));
            }
        }
    }
}
