// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.reference;

import io.github.lanewise.testkit.CategoricalOptions;
import io.github.lanewise.testkit.Indeterminate;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Rows;
import io.github.lanewise.testkit.Tensor;

/** Entropy and log-probability of distributions over the last dimension. */
final class CategoricalLoops {
    private final Tensor input;
    private final Rows rows;
    private final CategoricalOptions options;
    private final Precision precision;

    CategoricalLoops(Tensor input, CategoricalOptions options, Precision precision) {
        if (input.rank() == 0) {
            throw new IllegalArgumentException("a distribution needs a dimension");
        }
        this.input = input;
        this.rows = new Rows(input.shape(), input.rank() - 1);
        this.options = options;
        this.precision = precision;
    }

    /** One distribution: probabilities, their logarithms as used, and where these follow the probabilities. */
    private final class Distribution {
        private final double[] p;
        private final double[] logs;
        private final boolean[] moves;
        private final double sum;

        Distribution(double... numbers) {
            int n = numbers.length;
            this.p = new double[n];
            this.logs = new double[n];
            this.moves = new boolean[n];
            if (options.from() == CategoricalOptions.From.LOGITS) {
                this.sum = 1.0;
                Row row = new Row(numbers);
                for (int i = 0; i < n; i++) {
                    p[i] = row.probability(i);
                    logs[i] = row.logProbability(i);
                    moves[i] = true;
                    check(!Double.isNaN(logs[i]), numbers[i]);
                }
                return;
            }
            Sum total = new Sum();
            for (double number : numbers) {
                total.add(number);
            }
            this.sum = total.get();
            double epsilon = precision.epsilon();
            for (int i = 0; i < n; i++) {
                p[i] = numbers[i] / sum;
                check(p[i] >= 0.0, numbers[i]);
                double kept = Math.min(Math.max(p[i], epsilon), 1.0 - epsilon);
                logs[i] = Math.log(kept);
                moves[i] = p[i] >= epsilon && p[i] <= 1.0 - epsilon;
            }
        }

        private void check(boolean valid, double number) {
            if (!valid) {
                throw new IllegalArgumentException(number + " can't be part of a distribution");
            }
        }

        double entropy() {
            Sum total = new Sum();
            for (int i = 0; i < p.length; i++) {
                total.add(p[i] == 0.0 ? 0.0 : -p[i] * logs[i]);
            }
            return total.get();
        }

        /** From the gradient with respect to each probability and each logarithm to that with respect to the inputs. */
        double[] back(double[] ofP, double[] ofLogs) {
            double[] gradient = new double[p.length];
            Sum all = new Sum();
            if (options.from() == CategoricalOptions.From.LOGITS) {
                Sum allLogs = new Sum();
                for (int i = 0; i < p.length; i++) {
                    all.add(p[i] * ofP[i]);
                    allLogs.add(ofLogs[i]);
                }
                for (int i = 0; i < p.length; i++) {
                    gradient[i] = p[i] * (ofP[i] - all.get()) + ofLogs[i] - p[i] * allLogs.get();
                }
                return gradient;
            }
            for (int i = 0; i < p.length; i++) {
                gradient[i] = ofP[i] + (moves[i] ? ofLogs[i] / p[i] : 0.0);
                all.add(p[i] * gradient[i]);
            }
            for (int i = 0; i < p.length; i++) {
                gradient[i] = (gradient[i] - all.get()) / sum;
            }
            return gradient;
        }
    }

    private Distribution distribution(int row) {
        return new Distribution(rows.row(input, row));
    }

    Tensor entropy() {
        double[] values = new double[rows.count()];
        for (int r = 0; r < values.length; r++) {
            values[r] = distribution(r).entropy();
        }
        return Tensor.of(values, rows.otherSizes());
    }

    Tensor entropyGradient(Tensor gradOutput) {
        double[][] gradient = new double[rows.count()][];
        for (int r = 0; r < gradient.length; r++) {
            Distribution distribution = distribution(r);
            int n = rows.length();
            double[] ofP = new double[n];
            double[] ofLogs = new double[n];
            for (int i = 0; i < n; i++) {
                double log = logarithm(distribution.logs[i]);
                // An upstream gradient beyond 1 times the lowest number is infinite, and then the row is NaN.
                ofP[i] = Math.abs(log) == precision.largest()
                        ? precision.round(-log * gradOutput.get(r))
                        : -log * gradOutput.get(r);
                ofLogs[i] = -distribution.p[i] * gradOutput.get(r);
            }
            gradient[r] = distribution.back(ofP, ofLogs);
        }
        return rows.tensor(gradient);
    }

    /** What PyTorch puts in the place of negative infinity is the lowest number; the limit of p log(p) leaves the term out. */
    private double logarithm(double log) {
        if (!Double.isInfinite(log)) {
            return log;
        }
        return options.indeterminate() == Indeterminate.LIMIT ? 0.0 : -precision.largest();
    }

    private void check(long... value) {
        if (value.length != rows.count()) {
            throw new IllegalArgumentException(value.length + " events for " + rows.count() + " distributions");
        }
        for (long event : value) {
            if (event < 0 || event >= rows.length()) {
                throw new IndexOutOfBoundsException("event " + event + " is outside [0, " + rows.length() + ")");
            }
        }
    }

    Tensor logProb(long... value) {
        check(value);
        double[] values = new double[value.length];
        for (int r = 0; r < values.length; r++) {
            values[r] = distribution(r).logs[(int) value[r]];
        }
        return Tensor.of(values, rows.otherSizes());
    }

    Tensor logProbGradient(long[] value, Tensor gradOutput) {
        check(value);
        double[][] gradient = new double[rows.count()][];
        for (int r = 0; r < gradient.length; r++) {
            double[] ofLogs = new double[rows.length()];
            ofLogs[(int) value[r]] = gradOutput.get(r);
            gradient[r] = distribution(r).back(new double[rows.length()], ofLogs);
        }
        return rows.tensor(gradient);
    }
}
