// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/**
 * Cross entropy over class indices for ragged rows and for rows without the classes that a mask leaves out. Class weights follow
 * the classes that take part.
 */
final class FloatPlannedCrossEntropy {
    private final FloatCrossEntropyRow all;

    /** Formulas whose class weights are those of the last row; null without weights. */
    private final @Nullable ScratchPool<FloatCrossEntropyRow> weighted;

    FloatPlannedCrossEntropy(FloatCrossEntropyRow all) {
        this.all = all;
        this.weighted = all.weight == null ? null : new ScratchPool<>(all::copy);
    }

    /** Checks that no row that counts is masked in all its classes. */
    void checkScores(FloatTensor logits, RowPlan plan, int @Nullable [] ints, long @Nullable [] longs) {
        int axis = logits.rank() == 1 ? 0 : 1;
        int count = plan.count(logits, axis);
        FloatPlannedRow row = FloatPlannedRow.borrow();
        try {
            for (int p = 0; p < count; p++) {
                if (ClassIndices.at(ints, longs, p) != all.ignoreIndex) {
                    row.read(plan, logits, axis, p);
                    FloatMaskedRows.check(row.array, row.offset, row.stride, row.length, p);
                }
            }
        } finally {
            row.giveBack();
        }
    }

    /** Walks all rows; see {@link FloatIndexLoss#walk}. */
    double walk(FloatSamples samples, RowPlan plan) {
        int tasks = samples.tasks(all.options, samples.scores.numel());
        if (tasks > 1) {
            double[] losses = new double[samples.count];
            all.options.run(tasks, samples.count, 1, (from, to) -> rows(samples, plan, losses, from, to));
            return samples.total(losses);
        }
        return rows(samples, plan, null, 0, samples.count);
    }

    /** Computes some rows; gives the sum of their losses, and puts each where losses are collected, if they are, else in its place. */
    private double rows(FloatSamples samples, RowPlan plan, double @Nullable [] losses, int from, int to) {
        int axis = samples.axis;
        FloatTensor grad = samples.grad;
        int[] classes = plan.chosen();
        FloatPlannedRow x = FloatPlannedRow.borrow();
        FloatPlannedRow out = FloatPlannedRow.borrow();
        FloatRowExcess found = FloatRowExcess.borrow();
        FloatCrossEntropyRow formula = weighted == null || classes == null ? all : weighted.borrow();
        // Where the classes begin whose weights it has.
        int weightsFrom = -1;
        double sum = 0.0;
        double lost = 0.0;
        for (int p = from; p < to; p++) {
            boolean ignored = samples.isIgnored(p);
            double loss = 0.0;
            if (grad != null) {
                out.place(plan, grad, axis, p);
            }
            if (plan.length(p) > 0 && !(ignored && grad == null)) {
                x.read(plan, samples.scores, axis, p);
                if (formula != all && classes != null && plan.firstChosen(p) != weightsFrom) {
                    weightsFrom = plan.firstChosen(p);
                    formula.chooseWeights(all, classes, weightsFrom, x.length);
                }
                found.find(x.array, x.offset, x.stride, x.length);
                loss = formula.compute(
                        samples,
                        p,
                        ignored ? 0 : plan.index(p, samples.target(p)),
                        x.array,
                        x.offset,
                        x.stride,
                        x.length,
                        found.max(),
                        Float.NaN,
                        found.excess(),
                        FloatLogOnePlus.log1p(found.excess()),
                        grad == null ? null : out.array,
                        out.offset,
                        out.stride);
            }
            if (grad != null) {
                out.write(plan, grad, axis, p, 0f);
            }
            samples.put(losses, p, loss);
            double next = sum + loss;
            lost += Results.lost(sum, loss, next);
            sum = next;
        }
        if (weighted != null && formula != all) {
            weighted.giveBack(formula);
        }
        out.giveBack();
        FloatRowExcess.giveBack(found);
        x.giveBack();
        return Results.total(sum, lost);
    }
}
