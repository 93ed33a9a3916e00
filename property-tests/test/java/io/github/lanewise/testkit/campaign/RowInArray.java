// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.Softmax;
import java.util.Arrays;
import java.util.stream.IntStream;

/** The methods that take one row of an array without a view, which have to give what the call gives for that row. */
final class RowInArray {
    private RowInArray() {}

    /**
     * The number of a row that differs from that of the row in an array, or null.
     *
     * @param receiver the loss of the row alone
     */
    static String difference(Call call, PlannedRows rows, int p, Object receiver, Outcome outcome) {
        boolean sum = call.form.method().getName().equals("logSumExp");
        // With weights a loss may be -0, which a sum of one term is not.
        boolean loss =
                receiver instanceof CrossEntropyLoss && call.form.has("perSample") && call.options.weight == null;
        if (!sum && !loss) {
            return null;
        }
        double[] row = rows.numbers(sum ? "input" : "logits", p);
        String name = sum ? "output" : "perSample";
        double value = call.form.element() == Element.FLOAT
                ? value((CrossEntropyLoss) receiver, loss ? rows.target(p) : 0, narrow(row))
                : value((CrossEntropyLoss) receiver, loss ? rows.target(p) : 0, row);
        long bits = RowsAlone.bits(call.form.element(), value);
        long found = outcome.parts().get(name)[p];
        return found == bits
                ? null
                : name + "[" + p + "] has the bits " + Long.toHexString(found) + ", of its row in an array "
                        + Long.toHexString(bits);
    }

    /** The first of the probabilities of a row alone, or of their logarithms, that differs from that of the row in an array, or null. */
    static String difference(Call call, PlannedRows rows, int p, Outcome alone) {
        String method = call.form.method().getName();
        boolean log = method.equals("logSoftmax");
        boolean choice = call.form.has("fullyMasked");
        if ((!log && !method.equals("softmax")) || choice || isHalf(call.view("output"))) {
            return null;
        }
        double[] row = rows.numbers("input", p);
        Element element = call.form.element();
        double[] values = element == Element.FLOAT ? mapped(log, narrow(row)) : mapped(log, row);
        long[] bits = Arrays.stream(values)
                .mapToLong(value -> RowsAlone.bits(element, value))
                .toArray();
        return RowsAlone.difference(
                "row " + p + " in an array", bits, alone.parts().get("output"));
    }

    private static boolean isHalf(View view) {
        return view != null && view.type().byteSize() == Short.BYTES;
    }

    private static double[] mapped(boolean log, float... row) {
        if (log) {
            Softmax.logSoftmax(row, 0, row.length, row, 0);
        } else {
            Softmax.softmax(row, 0, row.length, row, 0);
        }
        return IntStream.range(0, row.length).mapToDouble(i -> row[i]).toArray();
    }

    private static double[] mapped(boolean log, double... row) {
        double[] out = new double[row.length];
        if (log) {
            Softmax.logSoftmax(row, 0, row.length, out, 0);
        } else {
            Softmax.softmax(row, 0, row.length, out, 0);
        }
        return out;
    }

    private static double value(CrossEntropyLoss loss, int target, float... row) {
        return loss == null ? Softmax.logSumExp(row, 0, row.length) : loss.forward(row, 0, row.length, target);
    }

    private static double value(CrossEntropyLoss loss, int target, double... row) {
        return loss == null ? Softmax.logSumExp(row, 0, row.length) : loss.forward(row, 0, row.length, target);
    }

    private static float[] narrow(double... row) {
        float[] narrow = new float[row.length];
        for (int i = 0; i < row.length; i++) {
            narrow[i] = (float) row[i];
        }
        return narrow;
    }
}
