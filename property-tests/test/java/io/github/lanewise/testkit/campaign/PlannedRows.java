// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;

/** The rows of a call with ragged rows or a mask: which classes take part in each, and where their elements stand in a batch. */
final class PlannedRows {
    private final Call call;

    /** Null for ragged rows. */
    private final Mask mask;

    /** The sizes of the scores, and their dimension of classes. */
    private final int[] shape;

    private final int axis;

    /** Places of the first elements of ragged rows. */
    private final int[] starts;

    private final int count;

    /** How far apart the elements of a row stand. */
    private final int step;

    /** The numbers of the classes that take part, in ascending order. */
    private final int[][] classes;

    private final int[] targets;
    private final Map<String, double[]> numbers = new HashMap<>();

    PlannedRows(Call call) {
        this.call = call;
        this.mask = call.get("mask") instanceof Mask given ? given : null;
        String scores = call.form.has("logits") ? "logits" : call.form.has("input") ? "input" : "output";
        View view = call.view(scores);
        int rank = view.rank();
        this.shape = rank == 0 ? new int[] {1} : view.shape();
        int dim = call.form.has("dim") ? call.number("dim") : isLoss() ? Math.min(rank - 1, 1) : rank - 1;
        this.axis = mask == null ? 0 : dim < 0 ? dim + shape.length : dim;
        int[] offsets = call.get(scores) instanceof Ragged ragged ? ragged.offsets() : new int[0];
        this.starts = Arrays.stream(offsets).map(offset -> offset - offsets[0]).toArray();
        this.count = mask == null ? starts.length - 1 : Places.count(Places.without(shape, axis));
        this.step = Places.count(Arrays.copyOfRange(shape, axis + 1, shape.length));
        this.classes = new int[count][];
        Arrays.setAll(
                classes,
                p -> mask == null
                        ? IntStream.range(0, starts[p + 1] - starts[p]).toArray()
                        : mask.classesOf(p));
        this.targets = indicesOfTargets();
    }

    /** Whether a call has such rows. */
    static boolean areIn(Call call) {
        return call.get("mask") instanceof Mask || call.form.takesRaggedRows();
    }

    private boolean isLoss() {
        return call.form.isOf(io.github.lanewise.CrossEntropyLoss.class);
    }

    int count() {
        return count;
    }

    /** The numbers of the classes that take part in a row. */
    int[] classes(int p) {
        return classes[p];
    }

    /** Where the elements of these classes stand in a batch, in row-major order. */
    int[] places(int p) {
        return Arrays.stream(classes[p])
                .map(c -> mask == null ? starts[p] + c : (p / step * shape[axis] + c) * step + p % step)
                .toArray();
    }

    /** The index of a class among those that take part; -1 if it does not. */
    int index(int p, long c) {
        return c == (int) c ? Math.max(-1, Arrays.binarySearch(classes[p], (int) c)) : -1;
    }

    /** The index of each row's target among the classes that take part; -1 if it is ignored. */
    private int[] indicesOfTargets() {
        long[] target = call.indices("target");
        return target == null
                ? new int[0]
                : IntStream.range(0, count)
                        .map(p -> target[p] == call.options.ignoreIndex ? -1 : index(p, target[p]))
                        .toArray();
    }

    /** The index of a row's target among the classes that take part; -1 if it is ignored. */
    int target(int p) {
        return targets[p];
    }

    /** The sizes of the scores if each row has so many classes. */
    int[] shape(int classes) {
        return mask == null ? new int[] {count, classes} : Places.with(shape, axis, classes);
    }

    /** The dimension of the classes in that shape. */
    int axis() {
        return mask == null ? 1 : axis;
    }

    /** The size of the batch dimension of the scores. */
    int batch() {
        return mask == null ? count : shape.length == 1 ? 1 : shape[0];
    }

    /** Whether an argument has one number for each row. */
    boolean isPerRow(String name) {
        boolean reduces = isLoss() || call.form.method().getName().startsWith("logSumExp");
        return switch (name) {
            case "perSample", "logProb" -> true;
            case "gradOutput", "output" -> reduces;
            default -> false;
        };
    }

    /** The numbers that an argument has for a row: one, or those of the classes that take part. */
    double[] numbers(String name, int p) {
        double[] all = numbers.computeIfAbsent(name, key -> call.view(key).numbers());
        return isPerRow(name)
                ? new double[] {all[p]}
                : Arrays.stream(places(p)).mapToDouble(at -> all[at]).toArray();
    }

    /** The weights of the classes that take part in a row, if there are weights. */
    double[] weights(int p) {
        double[] weight = call.options.weight;
        return weight == null
                ? null
                : Arrays.stream(classes(p)).mapToDouble(c -> weight[c]).toArray();
    }
}
