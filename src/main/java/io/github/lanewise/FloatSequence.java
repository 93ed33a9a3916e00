// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static io.github.lanewise.FloatStage.INPUT;

import io.github.lanewise.kernel.FloatLogOnePlus;
import io.github.lanewise.kernel.FloatRowExcess;
import org.jspecify.annotations.Nullable;

/** The walk over the rows of a sequence: log-probabilities of its tokens. Arguments are checked. */
final class FloatSequence {
    private FloatSequence() {}

    /** Adds the tokens of all rows in order to a score. */
    static void add(
            FloatTensor logits,
            int @Nullable [] ints,
            long @Nullable [] longs,
            long ignoreIndex,
            @Nullable FloatTensor logProb,
            SequenceScore score) {
        int axis = logits.rank() - 1;
        int count = Positions.count(logits, axis);
        int n = Positions.length(logits, axis);
        int stride = FloatStage.stride(logits, axis);
        FloatStage stage = FloatStage.of(logits);
        FloatLogitScratch scratch = FloatLogitScratch.borrow();
        for (int p = 0; p < count; p++) {
            long target = ClassIndices.at(ints, longs, p);
            double value = 0.0;
            if (target != ignoreIndex) {
                int offset = stage.read(INPUT, logits, axis, p);
                float[] row = stage.array(INPUT, logits);
                if (stride != 1) {
                    // Laid out, it can run on the kernels.
                    scratch.copyDivided(row, offset, stride, n, 1f);
                    row = scratch.row;
                    offset = 0;
                }
                value = logProb(row, offset, n, (int) target);
                score.accumulate(value);
            }
            if (logProb != null) {
                Results.set(logProb, p, value);
            }
        }
        stage.finish();
        scratch.giveBack();
    }

    /** Adds the tokens of ragged rows, or of rows without the tokens that a mask leaves out, in order to a score. */
    static void add(
            FloatTensor logits,
            RowPlan plan,
            int @Nullable [] ints,
            long @Nullable [] longs,
            long ignoreIndex,
            @Nullable FloatTensor logProb,
            SequenceScore score) {
        int axis = logits.rank() - 1;
        int count = plan.count(logits, axis);
        FloatPlannedRow row = FloatPlannedRow.borrow();
        FloatLogitScratch scratch = FloatLogitScratch.borrow();
        for (int p = 0; p < count; p++) {
            long target = ClassIndices.at(ints, longs, p);
            double value = 0.0;
            if (target != ignoreIndex) {
                row.read(plan, logits, axis, p);
                value = logProb(row, plan.index(p, target), scratch);
                score.accumulate(value);
            }
            if (logProb != null) {
                Results.set(logProb, p, value);
            }
        }
        scratch.giveBack();
        row.giveBack();
    }

    private static double logProb(FloatPlannedRow row, int target, FloatLogitScratch scratch) {
        if (row.stride == 1) {
            return logProb(row.array, row.offset, row.length, target);
        }
        scratch.copyDivided(row.array, row.offset, row.stride, row.length, 1f);
        return logProb(scratch.row, 0, row.length, target);
    }

    /** Log-probability of one token, not rounded yet. */
    static double logProb(float[] x, int offset, int n, int target) {
        FloatRowExcess row = FloatRowExcess.borrow(n);
        float max = FloatRowExcess.max(row, x, offset, n);
        double excess = FloatRowExcess.excess(row, x, offset, 1, n, max);
        FloatRowExcess.giveBack(row);
        return 0.0 - (((double) max - x[offset + target]) + FloatLogOnePlus.log1p(excess));
    }
}
