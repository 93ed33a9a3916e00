// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.latency;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.Categorical;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.LabelSmoothing;
import io.github.lanewise.Sigmoid;
import io.github.lanewise.Softmax;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** What is called over and over. */
enum Workload {
    /** Cross entropy of a row of 1000. */
    ROW {
        @Override
        List<Call> calls(Random random) {
            CrossEntropyLoss loss = CrossEntropyLoss.create();
            float[] scores = numbers(random, 1000, -6, 6);
            return List.of(() -> loss.forward(scores, 0, 1000, 77));
        }
    },

    /** All losses, with gradients and without, on rows of several lengths, in turn. */
    MIX {
        @Override
        List<Call> calls(Random random) {
            CrossEntropyLoss loss = CrossEntropyLoss.create();
            CrossEntropyLoss smoothed = CrossEntropyLoss.builder()
                    .labelSmoothing(LabelSmoothing.uniform(0.1))
                    .build();
            BceWithLogitsLoss bceWithLogits = BceWithLogitsLoss.create();
            BceLoss bce = BceLoss.create();
            KlDivLoss klDiv = KlDivLoss.create();
            Categorical categorical = Categorical.ofLogits();
            List<Call> calls = new ArrayList<>();
            for (int n : new int[] {10, 128, 1000}) {
                int[] target = {n / 3, n - 1};
                FloatTensor logits = FloatTensor.of(numbers(random, 2 * n, -6, 6), 2, n);
                FloatTensor fractions = FloatTensor.of(numbers(random, 2 * n, 0.01f, 0.99f), 2, n);
                FloatTensor out = FloatTensor.of(new float[2 * n], 2, n);
                FloatTensor rows = FloatTensor.of(new float[2], 2);
                calls.add(() -> loss.forward(logits, target));
                calls.add(() -> loss.forwardBackward(logits, target, out));
                calls.add(() -> smoothed.forwardBackward(logits, target, out));
                calls.add(() -> smoothed.forward(logits, fractions));
                calls.add(() -> bceWithLogits.forward(logits, fractions));
                calls.add(() -> bceWithLogits.forwardBackward(logits, fractions, out));
                calls.add(() -> bce.forward(fractions, fractions));
                calls.add(() -> klDiv.forward(logits, fractions));
                calls.add(() -> first(out, () -> Softmax.softmax(logits, -1, out)));
                calls.add(() -> first(out, () -> Softmax.logSoftmax(logits, -1, out)));
                calls.add(() -> first(rows, () -> Softmax.logSumExp(logits, -1, rows)));
                calls.add(() -> first(out, () -> Sigmoid.sigmoid(logits, out)));
                calls.add(() -> first(rows, () -> categorical.entropy(logits, rows)));
            }
            return calls;
        }
    };

    /** One call of the library. */
    interface Call {
        /** Makes the call, and gives a number that depends on it. */
        float make();
    }

    /** The calls that are made in turn. */
    abstract List<Call> calls(Random random);

    private static float[] numbers(Random random, int n, float from, float to) {
        float[] numbers = new float[n];
        for (int i = 0; i < n; i++) {
            numbers[i] = from + (to - from) * random.nextFloat();
        }
        return numbers;
    }

    private static float first(FloatTensor out, Runnable call) {
        call.run();
        return out.array()[0];
    }

    /** The name on a command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
