// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

/**
 * Compares an answer with that of the reference in double. Each number has to lie within {@link #RELATIVE} of its own
 * magnitude and {@link #OF_USUAL} of their root mean square: loose enough for sums in float in any order and for results of
 * large cancellation, far tighter than a wrong formula, a missing term or a wrong denominator. Not of the largest magnitude, beside
 * which the gradients of 128256 classes but one are nothing.
 */
final class Agreement {
    static final double RELATIVE = 2e-5;
    static final double OF_USUAL = 1e-6;

    private Agreement() {}

    static void check(String implementation, Problem problem, Answer answer) {
        Reference reference = new Reference(problem);
        String who = implementation + ", " + problem;
        compare(who + ": result", reference.values(), answer.values());
        compare(who + ": gradient", reference.gradient(), answer.gradient());
        compare(who + ": second gradient", reference.secondGradient(), answer.secondGradient());
    }

    private static void compare(String what, double[] expected, float[] got) {
        if (expected.length != got.length) {
            throw new IllegalStateException(what + " has " + got.length + " numbers and not " + expected.length);
        }
        double squares = 0;
        for (double e : expected) {
            squares += e * e;
        }
        double usual = Math.sqrt(squares / expected.length);
        for (int i = 0; i < expected.length; i++) {
            double allowed = RELATIVE * Math.abs(expected[i]) + OF_USUAL * usual;
            // Written so that NaN does not pass.
            if (!(Math.abs(expected[i] - got[i]) <= allowed)) {
                throw new IllegalStateException(
                        what + " [" + i + "] is " + got[i] + ", but the reference says " + expected[i]);
            }
        }
    }
}
