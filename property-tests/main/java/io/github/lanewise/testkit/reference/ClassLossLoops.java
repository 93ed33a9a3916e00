// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.ClassLossOptions;
import io.github.lanewise.testkit.Denominator;
import io.github.lanewise.testkit.Indeterminate;
import io.github.lanewise.testkit.OnEmpty;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Smoothing;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Losses over classes. Cross entropy is a sum of coefficients times surprises; the coefficients tell class targets, smoothing
 * and probability targets apart, so that value and gradients are written once.
 */
final class ClassLossLoops {
    private final Tensor input;
    private final Rows rows;
    private final ClassLossOptions options;

    ClassLossLoops(Tensor input, ClassLossOptions options) {
        if (input.rank() == 0) {
            throw new IllegalArgumentException("scores need a dimension of classes");
        }
        Tensor weight = options.weight();
        this.input = input;
        this.rows = Rows.ofClasses(input);
        this.options = options;
        if (weight != null && (weight.rank() != 1 || weight.count() != rows.length())) {
            throw new IllegalArgumentException("weights of " + rows.length() + " classes have shape " + weight);
        }
        if (!(options.labelSmoothing() >= 0.0 && options.labelSmoothing() <= 1.0)) {
            throw new IllegalArgumentException("smoothing " + options.labelSmoothing() + " is outside [0, 1]");
        }
    }

    private void check(long... target) {
        if (target.length != rows.count()) {
            throw new IllegalArgumentException(target.length + " targets for " + rows.count() + " samples");
        }
        for (long y : target) {
            if (y != options.ignoreIndex() && (y < 0 || y >= rows.length())) {
                throw new IndexOutOfBoundsException("target " + y + " is outside [0, " + rows.length() + ")");
            }
        }
    }

    private void check(Tensor target) {
        Shapes.same(input, target);
        if (options.ignoreIndex() >= 0) {
            throw new IllegalArgumentException("probabilities can't be ignored by index");
        }
        if (options.policies().denominator().kind() == Denominator.Kind.WEIGHTED) {
            throw new IllegalArgumentException("probabilities have no weight to divide by");
        }
    }

    private Reducer reducer(Denominator.Kind own) {
        return new Reducer(rows.otherSizes(), input.rank() == 1 ? 1 : input.size(0), own);
    }

    private boolean ignored(long y) {
        return y == options.ignoreIndex();
    }

    Reducer nll(long... target) {
        check(target);
        Reducer reducer = reducer(Denominator.Kind.WEIGHTED);
        for (int r = 0; r < target.length; r++) {
            if (!ignored(target[r])) {
                int y = (int) target[r];
                reducer.put(r, -options.weightOf(y) * input.get(rows.index(r, y)), options.weightOf(y));
            }
        }
        return reducer;
    }

    Tensor nllGradient(long[] target, @Nullable Tensor gradOutput) {
        double divisor = nll(target).divisor(options.reduction(), options.policies());
        double[][] gradient = new double[rows.count()][rows.length()];
        for (int r = 0; r < target.length; r++) {
            if (!ignored(target[r])) {
                int y = (int) target[r];
                gradient[r][y] = -options.weightOf(y) * (upstream(gradOutput, r) / divisor);
            }
        }
        return rows.tensor(gradient);
    }

    private static double upstream(@Nullable Tensor gradOutput, int row) {
        return gradOutput == null ? 1.0 : gradOutput.get(row);
    }

    /** The coefficient of the target's surprise and that of every surprise, kept apart because 0 times infinity is. */
    private double[][] coefficients(int y) {
        double e = options.labelSmoothing();
        int classes = rows.length();
        double[][] parts = new double[2][classes];
        parts[0][y] = (1.0 - e) * options.weightOf(y);
        for (int c = 0; c < classes && e > 0.0; c++) {
            parts[1][c] = switch (options.smoothing()) {
                case ALL_CLASSES -> e / classes * options.weightOf(c);
                case TARGET_WEIGHT -> e / classes;
                case OTHER_CLASSES -> c == y ? 0.0 : e / (classes - 1) * options.weightOf(c);
            };
        }
        return parts;
    }

    private double[] coefficients(double... probabilities) {
        double e = options.labelSmoothing();
        double[] q = new double[probabilities.length];
        for (int c = 0; c < q.length; c++) {
            double t = e > 0.0 ? (1.0 - e) * probabilities[c] + e / q.length : probabilities[c];
            q[c] = options.weightOf(c) * t;
        }
        return q;
    }

    /** A coefficient times a surprise. */
    private double term(double coefficient, double surprise) {
        boolean limit = options.policies().indeterminate() == Indeterminate.LIMIT;
        return limit && coefficient == 0.0 && Double.isInfinite(surprise) ? 0.0 : coefficient * surprise;
    }

    /** Whether the loss of a row is 0 because nothing is in it. */
    private boolean emptied(Row row) {
        OnEmpty policy = options.policies().onMaskedRow();
        if (policy == OnEmpty.NAN || !row.isMasked()) {
            return false;
        }
        if (policy == OnEmpty.ERROR) {
            throw new IllegalArgumentException("all scores of a row are negative infinity");
        }
        return true;
    }

    private Row row(int r) {
        return new Row(rows.row(input, r));
    }

    Reducer crossEntropy(long... target) {
        check(target);
        Reducer reducer = reducer(Denominator.Kind.WEIGHTED);
        for (int r = 0; r < target.length; r++) {
            if (ignored(target[r])) {
                continue;
            }
            int y = (int) target[r];
            Row row = row(r);
            Sum sum = new Sum();
            if (!emptied(row)) {
                double[][] parts = coefficients(y);
                sum.add(term(parts[0][y], -row.logProbability(y)));
                for (int c = 0; c < rows.length() && options.labelSmoothing() > 0.0; c++) {
                    // Spread over the others, the target has no term of its own rather than one of 0.
                    if (options.smoothing() != Smoothing.OTHER_CLASSES || c != y) {
                        sum.add(term(parts[1][c], -row.logProbability(c)));
                    }
                }
            }
            reducer.put(r, sum.get(), options.weightOf(y));
        }
        return reducer;
    }

    Tensor crossEntropyGradient(long[] target, @Nullable Tensor gradOutput) {
        double divisor = crossEntropy(target).divisor(options.reduction(), options.policies());
        double[][] gradient = new double[rows.count()][];
        for (int r = 0; r < target.length; r++) {
            // With nothing that counts the divisor is 0, but it divides nothing either.
            double[] shares = new double[rows.length()];
            if (!ignored(target[r])) {
                int y = (int) target[r];
                double[][] parts = coefficients(y);
                double scale = upstream(gradOutput, r) / divisor;
                for (int c = 0; c < shares.length; c++) {
                    // Without smoothing no class but the target has a share, not even 0 times infinity.
                    boolean has = c == y || options.labelSmoothing() > 0.0;
                    shares[c] = has ? (parts[0][c] + parts[1][c]) * scale : 0.0;
                }
            }
            gradient[r] = scoreGradient(row(r), shares);
        }
        return rows.tensor(gradient);
    }

    /** The gradient of the surprises' sum, each times its share. */
    private double[] scoreGradient(Row row, double... shares) {
        double[] gradient = new double[shares.length];
        if (emptied(row)) {
            return gradient;
        }
        Sum total = new Sum();
        for (double share : shares) {
            total.add(share);
        }
        for (int c = 0; c < shares.length; c++) {
            gradient[c] = row.probability(c) * total.get() - shares[c];
        }
        return gradient;
    }

    Reducer crossEntropy(Tensor target) {
        check(target);
        Reducer reducer = reducer(Denominator.Kind.ELEMENTS);
        if (rows.length() == 0) {
            reducer.hollow();
        }
        for (int r = 0; r < rows.count(); r++) {
            Row row = row(r);
            Sum sum = new Sum();
            if (!emptied(row)) {
                double[] q = coefficients(rows.row(target, r));
                for (int c = 0; c < q.length; c++) {
                    sum.add(term(q[c], -row.logProbability(c)));
                }
            }
            reducer.put(r, sum.get(), Double.NaN);
        }
        return reducer;
    }

    TwoGradients crossEntropyGradient(Tensor target, @Nullable Tensor gradOutput) {
        double divisor = crossEntropy(target).divisor(options.reduction(), options.policies());
        double[][] ofScores = new double[rows.count()][];
        double[][] ofTargets = new double[rows.count()][rows.length()];
        for (int r = 0; r < rows.count(); r++) {
            Row row = row(r);
            double scale = upstream(gradOutput, r) / divisor;
            double[] shares = Arrays.stream(coefficients(rows.row(target, r)))
                    .map(q -> q * scale)
                    .toArray();
            ofScores[r] = scoreGradient(row, shares);
            for (int c = 0; c < rows.length() && !emptied(row); c++) {
                double factor = (1.0 - options.labelSmoothing()) * options.weightOf(c);
                ofTargets[r][c] = factor * -row.logProbability(c) * scale;
            }
        }
        return new TwoGradients(rows.tensor(ofScores), rows.tensor(ofTargets));
    }
}
