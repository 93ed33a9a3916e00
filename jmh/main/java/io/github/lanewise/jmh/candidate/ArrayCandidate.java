// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import java.util.Arrays;

/** A candidate whose results land in arrays of Java, which it keeps for all calls. */
final class ArrayCandidate implements Candidate {
    /** A call that writes to the outputs that it was made with. */
    @FunctionalInterface
    interface Call {
        float run();
    }

    /** Where a call writes to. The loss alone is returned. */
    static final class Outputs {
        private final Problem problem;
        final float[] values;
        final float[] gradient;
        final float[] secondGradient;

        Outputs(Problem problem) {
            this.problem = problem;
            int elements = problem.shape().elements();
            values = new float[problem.operation().results(problem.shape())];
            gradient = new float[problem.gradient() ? elements : 0];
            secondGradient = new float[problem.hasSecondGradient() ? elements : 0];
        }
    }

    private final Outputs outputs;
    private final Call call;

    ArrayCandidate(Outputs outputs, Call call) {
        this.outputs = outputs;
        this.call = call;
    }

    @Override
    public float call() {
        return call.run();
    }

    @Override
    public Answer answer() {
        // Leftovers of an earlier call are no answer.
        Arrays.fill(outputs.values, Float.NaN);
        Arrays.fill(outputs.gradient, Float.NaN);
        Arrays.fill(outputs.secondGradient, Float.NaN);
        float value = call.run();
        if (outputs.problem.operation().isLoss()) {
            outputs.values[0] = value;
        }
        return new Answer(outputs.values, outputs.gradient, outputs.secondGradient);
    }
}
