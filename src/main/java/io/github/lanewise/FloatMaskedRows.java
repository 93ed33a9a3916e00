// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatRows;

/** Rejects rows whose classes are all masked, for those who want to hear of them. */
final class FloatMaskedRows {
    private FloatMaskedRows() {}

    /** Checks all rows along a dimension. */
    static void check(FloatTensor scores, int axis) {
        if (scores.numel() == 0) {
            return;
        }
        int count = Positions.count(scores, axis);
        FloatStage stage = FloatStage.of(scores);
        try {
            for (int p = 0; p < count; p++) {
                check(stage, scores, axis, p);
            }
        } finally {
            stage.finish();
        }
    }

    /** Checks the row at a position. */
    static void check(FloatStage stage, FloatTensor scores, int axis, int p) {
        int offset = stage.read(FloatStage.INPUT, scores, axis, p);
        float[] x = stage.array(FloatStage.INPUT, scores);
        check(x, offset, FloatStage.stride(scores, axis), Positions.length(scores, axis), p);
    }

    /** Checks one row of an array. */
    static void check(float[] scores, int offset, int n) {
        check(scores, offset, 1, n, 0);
    }

    /** Whether a row with the given maximum is masked in all its classes. */
    static boolean isMasked(float[] x, int offset, int stride, int n, float max) {
        return n > 0 && max == Float.NEGATIVE_INFINITY && !FloatRows.hasNaN(x, offset, stride, n);
    }

    /** Checks a row that lies anywhere in an array, and is the one with a number. */
    static void check(float[] x, int offset, int stride, int n, int position) {
        if (isMasked(x, offset, stride, n, FloatRows.max(x, offset, stride, n))) {
            throw new IllegalArgumentException("all " + n + " classes of row " + position
                    + " are masked by negative infinity, so it has no probabilities; leave one class, ignore the row, or"
                    + " choose fullyMasked(OnEmpty.ZERO)");
        }
    }
}
