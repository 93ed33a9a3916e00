// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.CosineOptions;
import io.github.lanewise.testkit.Denominator;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cosine embedding loss. */
final class CosineLoops {
    /** PyTorch's constant, a float. */
    private static final double EPSILON = 1e-12f;

    private static final double LONG = 0x1p400;
    private static final double SHORTER = 0x1p-600;

    private final double[] a;
    private final double[] b;
    private final Indices target;
    private final int[] shape;
    private final int length;
    private final CosineOptions options;

    CosineLoops(Tensor first, Tensor second, Indices target, CosineOptions options) {
        Shapes.same(first, second);
        if (target.rank() > 1 || first.rank() != target.rank() + 1) {
            throw new IllegalArgumentException(
                    "vectors of shape " + Arrays.toString(first.shape()) + " and targets " + target);
        }
        if (target.rank() == 1 && first.size(0) != target.count()) {
            throw new IllegalArgumentException(target.count() + " targets for " + first.size(0) + " pairs");
        }
        this.a = first.data();
        this.b = second.data();
        this.target = target;
        this.shape = first.shape();
        this.length = shape[shape.length - 1];
        this.options = options;
    }

    /** A pair of vectors, scaled by powers of two where squares would overflow: what cosine and its derivatives are made of. */
    private final class Pair {
        private final int start;
        private final double scaleOfFirst;
        private final double scaleOfSecond;
        private final double squareOfFirst;
        private final double squareOfSecond;
        private final double root;
        private final double cosine;

        Pair(int index) {
            this.start = index * length;
            this.scaleOfFirst = scale(a);
            this.scaleOfSecond = scale(b);
            this.squareOfFirst = dot(a, scaleOfFirst, a, scaleOfFirst) + EPSILON * scaleOfFirst * scaleOfFirst;
            this.squareOfSecond = dot(b, scaleOfSecond, b, scaleOfSecond) + EPSILON * scaleOfSecond * scaleOfSecond;
            this.root = Math.sqrt(squareOfFirst) * Math.sqrt(squareOfSecond);
            this.cosine = dot(a, scaleOfFirst, b, scaleOfSecond) / root;
        }

        private double scale(double[] vectors) {
            double largest = 0.0;
            for (int i = start; i < start + length; i++) {
                largest = Math.max(largest, Math.abs(vectors[i]));
            }
            return largest > LONG ? SHORTER : 1.0;
        }

        private double dot(double[] left, double scaleOfLeft, double[] right, double scaleOfRight) {
            Sum sum = new Sum();
            for (int i = start; i < start + length; i++) {
                sum.add(left[i] * scaleOfLeft * (right[i] * scaleOfRight));
            }
            return sum.get();
        }

        double slopeOfFirst(int i) {
            double own = a[start + i] * scaleOfFirst;
            return (b[start + i] * scaleOfSecond / root - cosine * own / squareOfFirst) * scaleOfFirst;
        }

        double slopeOfSecond(int i) {
            double own = b[start + i] * scaleOfSecond;
            return (a[start + i] * scaleOfFirst / root - cosine * own / squareOfSecond) * scaleOfSecond;
        }
    }

    Reducer losses() {
        Reducer reducer = new Reducer(target.shape(), target.count(), Denominator.Kind.ELEMENTS);
        for (int n = 0; n < target.count(); n++) {
            // Other targets cost nothing and count for nothing, but for PyTorch's mean.
            if (target.get(n) == 1L) {
                reducer.put(n, 1.0 - new Pair(n).cosine, 1.0);
            } else if (target.get(n) == -1L) {
                reducer.put(n, Math.max(0.0, new Pair(n).cosine - options.margin()), 1.0);
            }
        }
        return reducer;
    }

    TwoGradients gradients(@Nullable Tensor gradOutput) {
        double divisor = losses().divisor(options.reduction(), options.policies());
        double[] ofFirst = new double[a.length];
        double[] ofSecond = new double[b.length];
        for (int n = 0; n < target.count(); n++) {
            Pair pair = new Pair(n);
            double g = (gradOutput == null ? 1.0 : gradOutput.get(n)) / divisor;
            double sign = 0.0;
            if (target.get(n) == 1L) {
                sign = -1.0;
            } else if (target.get(n) == -1L && !(pair.cosine < options.margin())) {
                // The margin itself lets the gradient through.
                sign = 1.0;
            }
            for (int i = 0; i < length && sign != 0.0; i++) {
                ofFirst[pair.start + i] = sign * g * pair.slopeOfFirst(i);
                ofSecond[pair.start + i] = sign * g * pair.slopeOfSecond(i);
            }
        }
        return new TwoGradients(Tensor.of(ofFirst, shape), Tensor.of(ofSecond, shape));
    }
}
