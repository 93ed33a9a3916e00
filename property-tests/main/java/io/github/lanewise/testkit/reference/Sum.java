// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

/** A sum whose error does not grow with the number of terms, after Neumaier. */
final class Sum {
    private double sum;
    private double compensation;

    /** Adds a term. */
    void add(double term) {
        double next = sum + term;
        if (Double.isFinite(next)) {
            compensation += Math.abs(sum) >= Math.abs(term) ? (sum - next) + term : (term - next) + sum;
        }
        sum = next;
    }

    /** The sum so far. */
    double get() {
        return sum + compensation;
    }
}
