// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Softmax;
import java.util.Arrays;

/**
 * What a call with ragged rows or a mask has to give for each row: the bits of the same call on a copy of that row alone, from
 * which the classes that are left out have been deleted, and for those the number that the documentation says. For softmax,
 * log-softmax, log-sum-exp and the losses of samples without class weights.
 */
final class RowsAlone {
    private final Call call;
    private final String method;
    private final boolean floats;

    private RowsAlone(Call call) {
        this.call = call;
        this.method = call.form.method().getName();
        this.floats = call.form.element() == Element.FLOAT;
    }

    /** The part of an outcome that differs, or null. */
    static String difference(Call call, Outcome outcome) {
        boolean softmax = call.form.isOf(Softmax.class) && call.form.has("input") && call.form.has("output");
        boolean losses =
                call.form.isOf(CrossEntropyLoss.class) && call.view("perSample") != null && call.options.weight == null;
        boolean planned = call.get("mask") instanceof Mask || call.form.takesRaggedRows();
        if (!planned || (!softmax && !losses)) {
            return null;
        }
        String scores = softmax ? "input" : "logits";
        String name = softmax ? "output" : "perSample";
        long[] bits = outcome.parts().get(name);
        RowsAlone rows = new RowsAlone(call);
        long[] expected = call.get(scores) instanceof Ragged ragged
                ? rows.bits(ragged)
                : rows.bits((Mask) call.get("mask"), call.view(scores), bits.length);
        for (int i = 0; i < bits.length; i++) {
            if (bits[i] != expected[i]) {
                return name + "[" + i + "] has the bits " + Long.toHexString(bits[i]) + ", of its row alone "
                        + Long.toHexString(expected[i]);
            }
        }
        return null;
    }

    private boolean isWhole() {
        return method.equals("softmax") || method.equals("logSoftmax");
    }

    private long[] bits(Ragged ragged) {
        double[][] rows = ragged.rows();
        long[] bits = new long[isWhole() ? ragged.span().numel() : rows.length];
        int next = 0;
        for (int p = 0; p < rows.length; p++) {
            if (isWhole()) {
                for (double value : map(rows[p])) {
                    bits[next++] = bits(value);
                }
            } else {
                bits[p] = one(p, call.form.has("target") ? call.indices("target")[p] : 0, rows[p]);
            }
        }
        return bits;
    }

    private long[] bits(Mask mask, View scores, int length) {
        int dim = call.form.has("dim") ? call.number("dim") : scores.rank() == 1 ? 0 : 1;
        int axis = dim < 0 ? dim + Math.max(scores.rank(), 1) : dim;
        int[] shape = scores.rank() == 0 ? new int[] {1} : scores.shape();
        int step = 1;
        for (int d = axis + 1; d < shape.length; d++) {
            step *= shape[d];
        }
        double[][] rows = Rules.rows(scores, axis);
        long[] bits = new long[length];
        for (int p = 0; p < rows.length; p++) {
            double[] row = mask.remaining(p, rows[p]);
            if (!isWhole()) {
                bits[p] = one(p, call.form.has("target") ? index(mask, p) : 0, row);
                continue;
            }
            double[] values = map(row);
            double leftOut = method.equals("softmax") ? 0.0 : Double.NEGATIVE_INFINITY;
            int next = 0;
            for (int c = 0; c < shape[axis]; c++) {
                bits[(p / step * shape[axis] + c) * step + p % step] =
                        bits(mask.takes(p, c) ? values[next++] : leftOut);
            }
        }
        return bits;
    }

    /** The target of a row, numbered among the classes that take part. */
    private long index(Mask mask, int p) {
        long target = call.indices("target")[p];
        return Arrays.stream(mask.classesOf(p)).filter(c -> c < target).count();
    }

    private long one(int p, long target, double... row) {
        return method.equals("logSumExp") ? bits(logSumExp(row)) : loss(p, target, row);
    }

    private long bits(double value) {
        return floats ? Float.floatToRawIntBits((float) value) : Double.doubleToRawLongBits(value);
    }

    private static float[] narrow(double... row) {
        float[] narrow = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            narrow[i] = (float) row[i];
        }
        return narrow;
    }

    private double logSumExp(double... row) {
        return floats ? Softmax.logSumExp(narrow(row), 0, row.length) : Softmax.logSumExp(row, 0, row.length);
    }

    private double[] map(double... row) {
        OnEmpty fullyMasked = call.get("fullyMasked") instanceof OnEmpty policy ? policy : OnEmpty.NAN;
        double[] values = new double[row.length];
        if (floats) {
            FloatTensor out = FloatTensor.of(new float[row.length], row.length);
            FloatTensor in = FloatTensor.of(narrow(row), row.length);
            if (method.equals("softmax")) {
                Softmax.softmax(in, 0, fullyMasked, out);
            } else {
                Softmax.logSoftmax(in, 0, out);
            }
            for (int i = 0; i < values.length; i++) {
                values[i] = out.get(i);
            }
            return values;
        }
        DoubleTensor out = DoubleTensor.of(values, row.length);
        if (method.equals("softmax")) {
            Softmax.softmax(DoubleTensor.of(row, row.length), 0, fullyMasked, out);
        } else {
            Softmax.logSoftmax(DoubleTensor.of(row, row.length), 0, out);
        }
        return values;
    }

    private long loss(int p, long target, double... row) {
        long ignored = call.options.ignoreIndex;
        if (call.indices("target")[p] == ignored) {
            return bits(0.0);
        }
        if (target == ignored) {
            // Alone this number would be ignored; there is nothing to compare with.
            return call.view("perSample").bits()[p];
        }
        CrossEntropyLoss loss = (CrossEntropyLoss) call.receiver;
        return bits(
                floats
                        ? loss.forward(narrow(row), 0, row.length, (int) target)
                        : loss.forward(row, 0, row.length, (int) target));
    }
}
