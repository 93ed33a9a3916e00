// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.FloatRowMaps;
import io.github.lanewise.kernel.FloatRows;
import java.util.Objects;

/** The walks of softmax, log-softmax and log-sum-exp over ragged rows and over rows without the classes that a mask leaves out. */
final class FloatPlannedSoftmax {
    private FloatPlannedSoftmax() {}

    static void softmax(FloatTensor input, int dim, RowPlan plan, OnEmpty fullyMasked, FloatTensor output) {
        int axis = FloatSoftmaxChecks.checkMap(input, dim, output, "output");
        check(plan, input, "input", axis);
        Objects.requireNonNull(fullyMasked, "fullyMasked");
        if (input.numel() == 0) {
            return;
        }
        if (fullyMasked == OnEmpty.ERROR) {
            checkRows(input, axis, plan);
        }
        FloatPlannedRow x = FloatPlannedRow.borrow();
        FloatPlannedRow out = FloatPlannedRow.borrow();
        FloatRowExcess found = FloatRowExcess.borrow();
        int count = plan.count(input, axis);
        for (int p = 0; p < count; p++) {
            x.read(plan, input, axis, p);
            out.place(plan, output, axis, p);
            if (x.length > 0) {
                found.find(x.array, x.offset, x.stride, x.length);
                FloatSoftmax.softmax(
                        x.array,
                        x.offset,
                        x.stride,
                        x.length,
                        found.max(),
                        Float.NaN,
                        found.excess(),
                        fullyMasked,
                        out.array,
                        out.offset,
                        out.stride);
            }
            out.write(plan, output, axis, p, 0f);
        }
        FloatRowExcess.giveBack(found);
        out.giveBack();
        x.giveBack();
    }

    private static void checkRows(FloatTensor input, int axis, RowPlan plan) {
        int count = plan.count(input, axis);
        FloatPlannedRow x = FloatPlannedRow.borrow();
        try {
            for (int p = 0; p < count; p++) {
                x.read(plan, input, axis, p);
                if (x.length == 0 && plan.chosen() != null && Positions.length(input, axis) > 0) {
                    throw new IllegalArgumentException("the mask leaves no class of row " + p
                            + ", so it has no probabilities; leave one class, or choose fullyMasked ZERO");
                }
                FloatMaskedRows.check(x.array, x.offset, x.stride, x.length, p);
            }
        } finally {
            x.giveBack();
        }
    }

    static void logSoftmax(FloatTensor input, int dim, RowPlan plan, FloatTensor output) {
        int axis = FloatSoftmaxChecks.checkMap(input, dim, output, "output");
        check(plan, input, "input", axis);
        if (input.numel() == 0) {
            return;
        }
        int count = plan.count(input, axis);
        FloatPlannedRow x = FloatPlannedRow.borrow();
        FloatPlannedRow out = FloatPlannedRow.borrow();
        FloatRowExcess found = FloatRowExcess.borrow();
        for (int p = 0; p < count; p++) {
            x.read(plan, input, axis, p);
            out.place(plan, output, axis, p);
            if (x.length > 0) {
                found.find(x.array, x.offset, x.stride, x.length);
                FloatSoftmax.logSoftmax(
                        x.array,
                        x.offset,
                        x.stride,
                        x.length,
                        found.max(),
                        found.excess(),
                        out.array,
                        out.offset,
                        out.stride);
            }
            out.write(plan, output, axis, p, Float.NEGATIVE_INFINITY);
        }
        FloatRowExcess.giveBack(found);
        out.giveBack();
        x.giveBack();
    }

    static void logSumExp(FloatTensor input, int dim, RowPlan plan, FloatTensor output) {
        int axis = FloatSoftmaxChecks.axis(input, dim);
        checkReduced(plan, input, axis, output, "output");
        Overlap.checkWritable(output, "output");
        Overlap.checkApart(input, "input", output, "output");
        int count = plan.count(input, axis);
        FloatPlannedRow x = FloatPlannedRow.borrow();
        FloatRowExcess found = FloatRowExcess.borrow();
        for (int p = 0; p < count; p++) {
            x.read(plan, input, axis, p);
            found.find(x.array, x.offset, x.stride, x.length);
            Results.set(
                    output, p, FloatLogSumExp.of(x.array, x.offset, x.stride, x.length, found.max(), found.excess()));
        }
        FloatRowExcess.giveBack(found);
        x.giveBack();
    }

    static void softmaxBackward(
            FloatTensor output, FloatTensor gradOutput, int dim, RowPlan plan, FloatTensor gradInput) {
        int axis = FloatSoftmaxChecks.checkBackward(output, gradOutput, dim, gradInput);
        check(plan, output, "output", axis);
        if (output.numel() == 0) {
            return;
        }
        int count = plan.count(output, axis);
        FloatPlannedRow y = FloatPlannedRow.borrow();
        FloatPlannedRow g = FloatPlannedRow.borrow();
        FloatPlannedRow out = FloatPlannedRow.borrow();
        for (int p = 0; p < count; p++) {
            y.read(plan, output, axis, p);
            g.read(plan, gradOutput, axis, p);
            out.place(plan, gradInput, axis, p);
            int n = y.length;
            float mean = (float) FloatRows.dot(y.array, y.offset, y.stride, g.array, g.offset, g.stride, n);
            FloatRowMaps.softmaxBackward(
                    y.array,
                    y.offset,
                    y.stride,
                    g.array,
                    g.offset,
                    g.stride,
                    n,
                    mean,
                    out.array,
                    out.offset,
                    out.stride);
            out.write(plan, gradInput, axis, p, 0f);
        }
        out.giveBack();
        g.giveBack();
        y.giveBack();
    }

    static void logSoftmaxBackward(
            FloatTensor output, FloatTensor gradOutput, int dim, RowPlan plan, FloatTensor gradInput) {
        int axis = FloatSoftmaxChecks.checkBackward(output, gradOutput, dim, gradInput);
        check(plan, output, "output", axis);
        if (output.numel() == 0) {
            return;
        }
        int count = plan.count(output, axis);
        FloatPlannedRow y = FloatPlannedRow.borrow();
        FloatPlannedRow g = FloatPlannedRow.borrow();
        FloatPlannedRow out = FloatPlannedRow.borrow();
        for (int p = 0; p < count; p++) {
            y.read(plan, output, axis, p);
            g.read(plan, gradOutput, axis, p);
            out.place(plan, gradInput, axis, p);
            int n = y.length;
            float sum = (float) FloatRows.sum(g.array, g.offset, g.stride, n);
            FloatRowMaps.logSoftmaxBackward(
                    y.array,
                    y.offset,
                    y.stride,
                    g.array,
                    g.offset,
                    g.stride,
                    n,
                    sum,
                    out.array,
                    out.offset,
                    out.stride);
            out.write(plan, gradInput, axis, p, 0f);
        }
        out.giveBack();
        g.giveBack();
        y.giveBack();
    }

    static void logSumExpBackward(
            FloatTensor input, FloatTensor gradOutput, int dim, RowPlan plan, FloatTensor gradInput) {
        int axis = FloatSoftmaxChecks.checkMap(input, dim, gradInput, "gradInput");
        checkReduced(plan, input, axis, gradOutput, "gradOutput");
        Overlap.checkApart(gradOutput, "gradOutput", gradInput, "gradInput");
        if (input.numel() == 0) {
            return;
        }
        int count = plan.count(input, axis);
        FloatPlannedRow x = FloatPlannedRow.borrow();
        FloatPlannedRow out = FloatPlannedRow.borrow();
        for (int p = 0; p < count; p++) {
            x.read(plan, input, axis, p);
            out.place(plan, gradInput, axis, p);
            float g = (float) Results.get(gradOutput, p);
            FloatRowMaps.logSumExpBackward(x.array, x.offset, x.stride, x.length, g, out.array, out.offset, out.stride);
            out.write(plan, gradInput, axis, p, 0f);
        }
        out.giveBack();
        x.giveBack();
    }

    private static void check(RowPlan plan, FloatTensor scores, String name, int axis) {
        Objects.requireNonNull(plan, "mask");
        plan.checkScores(scores, name, axis);
    }

    /** Checks a view with one value for each row. */
    private static void checkReduced(RowPlan plan, FloatTensor input, int axis, FloatTensor reduced, String name) {
        check(plan, input, "input", axis);
        if (plan instanceof RaggedRows ragged) {
            ragged.checkPerRow(reduced, name);
        } else {
            FloatSoftmaxChecks.checkReduced(input, axis, name, reduced);
        }
    }
}
