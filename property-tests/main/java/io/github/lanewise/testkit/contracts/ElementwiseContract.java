// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import static io.github.lanewise.testkit.Operation.EXP;
import static io.github.lanewise.testkit.Operation.EXPM1;
import static io.github.lanewise.testkit.Operation.LOG;
import static io.github.lanewise.testkit.Operation.LOG1P;
import static io.github.lanewise.testkit.Operation.LOGSIGMOID;
import static io.github.lanewise.testkit.Operation.SIGMOID;
import static io.github.lanewise.testkit.Operation.SOFTPLUS;
import static io.github.lanewise.testkit.Operation.TANH;
import static io.github.lanewise.testkit.Operation.XLOGY;

import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import io.github.lanewise.testkit.TwoGradients;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.oracle.ExactPoint;
import java.math.BigDecimal;
import java.util.Arrays;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Accuracy and identities of the functions of single numbers. The identities have the tolerance of their parts' errors. */
public interface ElementwiseContract extends LossContract {
    /** A threshold that softplus never reaches. */
    double NO_THRESHOLD = 1e30;

    /**
     * The functions of one number.
     *
     * @return them
     */
    @Provide
    default Arbitrary<Operation> functions() {
        return Arbitraries.of(Arrays.stream(Operation.values())
                .filter(Operation::isElementwise)
                .toArray(Operation[]::new));
    }

    /** The functions' domain: magnitudes for logarithms. */
    private static Tensor arguments(Operation operation, ClassBatch batch) {
        return switch (operation) {
            case LOG -> Tensors.map(batch.scores(), x -> x == 0.0 ? 1.0 : Math.abs(x));
            case LOG1P -> Tensors.map(batch.scores(), x -> x <= -1.0 ? -x : x);
            default -> batch.scores();
        };
    }

    private static BigDecimal exact(Operation operation, BigDecimal x) {
        return switch (operation) {
            case EXP -> ExactPoint.exp(x);
            case EXPM1 -> ExactPoint.expm1(x);
            case LOG -> ExactPoint.log(x);
            case LOG1P -> ExactPoint.log1p(x);
            case TANH -> ExactPoint.tanh(x);
            case SIGMOID -> ExactPoint.sigmoid(x);
            default -> ExactPoint.softplus(x.negate()).negate();
        };
    }

    /**
     * Every value is as accurate as documented, subnormal results included.
     *
     * @param batch arguments
     * @param operation the function
     */
    @Property(tries = 150)
    default void valuesAreAccurate(@ForAll("exact") ClassBatch batch, @ForAll("functions") Operation operation) {
        if (!claims(operation)) {
            return;
        }
        Tensor x = arguments(operation, batch);
        Tensor y = implementation().elementwise(operation, x);
        for (int i = 0; i < x.count(); i++) {
            BigDecimal exact = exact(operation, new BigDecimal(x.get(i)));
            double argument = x.get(i);
            Check.ulp(
                    precision().ulpError(y.get(i), exact),
                    implementation().maxUlp(operation),
                    y.get(i),
                    exact.doubleValue(),
                    () -> operation + " of " + argument);
        }
    }

    /**
     * A larger argument has no smaller value, but for twice the documented error.
     *
     * @param batch arguments
     * @param operation the function
     */
    @Property(tries = 100)
    default void functionsAreMonotonic(@ForAll("finite") ClassBatch batch, @ForAll("functions") Operation operation) {
        if (!claims(operation)) {
            return;
        }
        double[] sorted = arguments(operation, batch).data();
        Arrays.sort(sorted);
        Tensor y = implementation().elementwise(operation, Tensor.of(sorted, sorted.length));
        for (int i = 1; i < sorted.length; i++) {
            int at = i;
            double slack = 2.0 * ulps(operation, y.get(i));
            Check.that(
                    y.get(i) >= y.get(i - 1) - slack,
                    () -> operation + " falls from " + sorted[at - 1] + " to " + sorted[at]);
        }
    }

    /**
     * The gradient is the upstream gradient times the derivative. Where the derivative is made from the value (the sigmoid's,
     * the hyperbolic tangent's, that of exp(x) - 1), the value's error counts in full.
     *
     * @param batch arguments and upstream gradients
     * @param operation the function
     */
    @Property(tries = 100)
    default void gradientsAreTheDerivatives(
            @ForAll("differentiable") ClassBatch batch, @ForAll("functions") Operation operation) {
        // The central difference needs arguments that are large beside its step.
        if (!claims(operation)) {
            return;
        }
        Tensor x = Tensors.map(
                arguments(operation, batch), a -> Math.abs(a) < 1e-9 ? 1.0 : Math.max(-80.0, Math.min(80.0, a)));
        Tensor g = batch.elementUpstream();
        Tensor gradient = implementation().elementwiseGradient(operation, x, g);
        boolean fromValue = operation == SIGMOID || operation == TANH || operation == EXPM1;
        double k = implementation().maxUlp(operation);
        for (int i = 0; i < x.count(); i++) {
            BigDecimal at = new BigDecimal(x.get(i));
            double slope = slope(operation, at);
            double tolerance = precision().epsilon()
                            * Math.abs(g.get(i))
                            * ((k + 3.0) * Math.abs(slope) + (fromValue ? 2.0 * k + 1.0 : 0.0))
                    + ExactPoint.SLOPE_ERROR * (1.0 + Math.abs(slope)) * (1.0 + Math.abs(g.get(i)))
                    + 2.0 * precision().ulp(0.0);
            double argument = x.get(i);
            Check.near(
                    gradient.get(i), g.get(i) * slope, tolerance, () -> "gradient of " + operation + " at " + argument);
        }
    }

    /** A difference, but for logarithms, whose slopes are steeper than any step is small. */
    private static double slope(Operation operation, BigDecimal x) {
        return switch (operation) {
            case LOG -> 1.0 / x.doubleValue();
            case LOG1P -> 1.0 / x.add(BigDecimal.ONE).doubleValue();
            default -> ExactPoint.slope(z -> exact(operation, z), x).doubleValue();
        };
    }

    /**
     * {@code sigmoid(x) + sigmoid(-x) = 1}.
     *
     * @param batch arguments
     */
    @Property(tries = 60)
    default void sigmoidsOfOppositesAddUpToOne(@ForAll("finite") ClassBatch batch) {
        if (claims(SIGMOID)) {
            Tensor x = batch.scores();
            Tensor left = implementation().elementwise(SIGMOID, x);
            Tensor right = implementation().elementwise(SIGMOID, negated(x));
            for (int i = 0; i < x.count(); i++) {
                double tolerance = ulps(SIGMOID, left.get(i)) + ulps(SIGMOID, right.get(i));
                Check.near(left.get(i) + right.get(i), 1.0, tolerance, () -> "sigmoid(x) + sigmoid(-x)");
            }
        }
    }

    /**
     * {@code softplus(x) - softplus(-x) = x}.
     *
     * @param batch arguments
     */
    @Property(tries = 60)
    default void softplusOfOppositesDifferByTheArgument(@ForAll("finite") ClassBatch batch) {
        if (claims(SOFTPLUS)) {
            Tensor x = batch.scores();
            Tensor left = implementation().softplus(x, 1.0, NO_THRESHOLD);
            Tensor right = implementation().softplus(negated(x), 1.0, NO_THRESHOLD);
            for (int i = 0; i < x.count(); i++) {
                double tolerance = ulps(SOFTPLUS, left.get(i)) + ulps(SOFTPLUS, right.get(i));
                Check.near(left.get(i) - right.get(i), x.get(i), tolerance, () -> "softplus(x) - softplus(-x)");
            }
        }
    }

    /**
     * {@code logSigmoid(x) = -softplus(-x)}.
     *
     * @param batch arguments
     */
    @Property(tries = 60)
    default void logSigmoidIsNegatedSoftplus(@ForAll("finite") ClassBatch batch) {
        if (claims(SOFTPLUS, LOGSIGMOID)) {
            Tensor x = batch.scores();
            Tensors.checkUlp(
                    implementation().elementwise(LOGSIGMOID, x),
                    negated(implementation().softplus(negated(x), 1.0, NO_THRESHOLD)),
                    implementation().maxUlp(SOFTPLUS) + implementation().maxUlp(LOGSIGMOID),
                    precision(),
                    "logSigmoid");
        }
    }

    /**
     * {@code logSigmoid(x) = log(sigmoid(x))} where the sigmoid is a normal number.
     *
     * @param batch arguments
     */
    @Property(tries = 60)
    default void logSigmoidIsTheLogOfSigmoid(@ForAll("finite") ClassBatch batch) {
        if (claims(SIGMOID, LOGSIGMOID)) {
            Tensor y = implementation().elementwise(SIGMOID, batch.scores());
            Tensor log = implementation().elementwise(LOGSIGMOID, batch.scores());
            for (int i = 0; i < y.count(); i++) {
                if (y.get(i) >= precision().smallestNormal()) {
                    double tolerance = 1.01
                                    * implementation().maxUlp(SIGMOID)
                                    * precision().epsilon()
                            + ulps(LOGSIGMOID, log.get(i));
                    Check.near(log.get(i), Math.log(y.get(i)), tolerance, () -> "logSigmoid");
                }
            }
        }
    }

    /**
     * The scaled softplus is the plain one of the scaled argument, scaled back; exactly so for powers of two, but for its error.
     * Beyond the threshold it is its argument.
     *
     * @param batch arguments
     * @param sharp whether the bend is sharper than usual
     */
    @Property(tries = 60)
    default void softplusScalesAndEndsAtItsThreshold(@ForAll("moderate") ClassBatch batch, @ForAll boolean sharp) {
        if (!claims(SOFTPLUS)) {
            return;
        }
        double beta = sharp ? 4.0 : 0.25;
        double threshold = 8.0;
        Tensor x = batch.scores();
        Tensor scaled = implementation().softplus(x, beta, threshold);
        Tensor plain = implementation().softplus(Tensors.map(x, a -> beta * a), 1.0, NO_THRESHOLD);
        for (int i = 0; i < x.count(); i++) {
            boolean linear = beta * x.get(i) > threshold;
            double expected = linear ? x.get(i) : plain.get(i) / beta;
            double tolerance = linear ? 0.0 : 2.0 * ulps(SOFTPLUS, expected);
            double argument = x.get(i);
            Check.near(scaled.get(i), expected, tolerance, () -> "softplus of " + argument);
        }
    }

    /**
     * The gradient of the scaled softplus is the upstream gradient times the derivative; beyond the threshold, where the function is its
     * argument, it is the upstream gradient itself.
     *
     * @param batch arguments and upstream gradients
     * @param sharp whether the bend is sharper than usual
     */
    @Property(tries = 60)
    default void softplusGradientIsTheDerivative(@ForAll("differentiable") ClassBatch batch, @ForAll boolean sharp) {
        if (!claims(SOFTPLUS)) {
            return;
        }
        double beta = sharp ? 4.0 : 0.25;
        double threshold = 1.0;
        // One in four arguments lies beyond the threshold and one at it, whatever the scores are.
        double[] arguments = batch.scores().data();
        for (int i = 0; i < arguments.length; i++) {
            arguments[i] = i % 4 == 0 ? 2.0 * threshold / beta : i % 4 == 1 ? threshold / beta : arguments[i];
        }
        Tensor x = Tensor.of(arguments, batch.scores().shape());
        Tensor g = batch.elementUpstream();
        Tensor gradient = implementation().softplusGradient(x, beta, threshold, g);
        BigDecimal scale = new BigDecimal(beta);
        for (int i = 0; i < x.count(); i++) {
            boolean linear = beta * x.get(i) > threshold;
            double slope = linear
                    ? 1.0
                    : ExactPoint.slope(
                                    z -> ExactPoint.softplus(z.multiply(scale)).divide(scale), new BigDecimal(x.get(i)))
                            .doubleValue();
            double tolerance = precision().epsilon()
                            * Math.abs(g.get(i))
                            * (implementation().maxUlp(SOFTPLUS) + 3.0)
                            * slope
                    + 2.0 * ExactPoint.SLOPE_ERROR * (1.0 + Math.abs(g.get(i)))
                    + 2.0 * precision().ulp(0.0);
            double argument = x.get(i);
            Check.near(
                    gradient.get(i),
                    g.get(i) * slope,
                    linear ? 0.0 : tolerance,
                    () -> "gradient of softplus with beta " + beta + " and threshold " + threshold + " at " + argument);
        }
    }

    /**
     * {@code tanh(-x) = -tanh(x)} and {@code tanh(x) = 2 sigmoid(2 x) - 1}.
     *
     * @param batch arguments
     */
    @Property(tries = 60)
    default void tanhIsOddAndAScaledSigmoid(@ForAll("moderate") ClassBatch batch) {
        if (!claims(TANH)) {
            return;
        }
        Tensor x = batch.scores();
        Tensor y = implementation().elementwise(TANH, x);
        Tensors.checkUlp(
                implementation().elementwise(TANH, negated(x)),
                negated(y),
                2.0 * implementation().maxUlp(TANH),
                precision(),
                "tanh(-x)");
        if (claims(SIGMOID)) {
            Tensor sigmoid = implementation().elementwise(SIGMOID, Tensors.map(x, a -> 2.0 * a));
            for (int i = 0; i < x.count(); i++) {
                double tolerance = ulps(TANH, y.get(i)) + 2.0 * ulps(SIGMOID, sigmoid.get(i));
                Check.near(y.get(i), 2.0 * sigmoid.get(i) - 1.0, tolerance, () -> "tanh");
            }
        }
    }

    /**
     * {@code expm1(x) = exp(x) - 1} and {@code exp(log(x)) = x}, {@code log1p(expm1(x)) = x}.
     *
     * @param batch arguments
     */
    @Property(tries = 60)
    default void exponentialsAndLogarithmsAreInverse(@ForAll("moderate") ClassBatch batch) {
        Tensor x = Tensors.map(batch.scores(), a -> Math.max(-30.0, Math.min(30.0, a)));
        double epsilon = precision().epsilon();
        if (claims(EXP, EXPM1)) {
            Tensor e = implementation().elementwise(EXP, x);
            Tensor m = implementation().elementwise(EXPM1, x);
            for (int i = 0; i < x.count(); i++) {
                double tolerance = ulps(EXP, e.get(i)) + ulps(EXPM1, m.get(i));
                Check.near(m.get(i), e.get(i) - 1.0, tolerance, () -> "expm1");
            }
        }
        if (claims(EXP, LOG)) {
            Tensor positive = arguments(LOG, batch);
            Tensor log = implementation().elementwise(LOG, positive);
            Tensor back = implementation().elementwise(EXP, log);
            for (int i = 0; i < positive.count(); i++) {
                double tolerance = 1.01 * ulps(LOG, log.get(i)) * positive.get(i) + 1.01 * ulps(EXP, positive.get(i));
                Check.near(back.get(i), positive.get(i), tolerance, () -> "exp(log(x))");
            }
        }
        if (claims(EXPM1, LOG1P)) {
            Tensor m = implementation().elementwise(EXPM1, Tensors.map(x, a -> Math.max(a, -5.0)));
            Tensor back = implementation().elementwise(LOG1P, m);
            for (int i = 0; i < x.count(); i++) {
                double a = Math.max(x.get(i), -5.0);
                // An error of expm1 is one of log1p divided by exp(x).
                double slope = Math.exp(-a);
                double tolerance = 1.01 * slope * ulps(EXPM1, m.get(i)) + ulps(LOG1P, a) + epsilon * epsilon;
                Check.near(back.get(i), a, tolerance, () -> "log1p(expm1(" + a + "))");
            }
        }
    }

    /**
     * {@code xlogy(x, y)} is as accurate as documented, and its gradients are {@code log(y)} and {@code x / y}.
     *
     * @param batch arguments and upstream gradients
     */
    @Property(tries = 60)
    default void xlogyIsAccurate(@ForAll("moderate") ClassBatch batch) {
        if (!claims(XLOGY)) {
            return;
        }
        Tensor x = batch.elementUpstream();
        Tensor y = batch.elementWeights();
        Tensor g = batch.scores();
        Tensor got = implementation().xlogy(x, y);
        TwoGradients gradients = implementation().xlogyGradient(x, y, g);
        double relative = (implementation().maxUlp(XLOGY) + 1.0) * precision().epsilon();
        for (int i = 0; i < x.count(); i++) {
            BigDecimal log = ExactPoint.log(new BigDecimal(y.get(i)));
            BigDecimal exact = log.multiply(new BigDecimal(x.get(i)));
            Check.ulp(
                    precision().ulpError(got.get(i), exact),
                    implementation().maxUlp(XLOGY),
                    got.get(i),
                    exact.doubleValue(),
                    () -> "xlogy");
            double ofX = g.get(i) * log.doubleValue();
            double ofY = g.get(i) * (x.get(i) / y.get(i));
            // Of the two products and quotients in a row the first may be subnormal, whichever it is.
            double floor = precision().ulp(0.0) * (2.0 + Math.abs(g.get(i)) + 1.0 / Math.abs(y.get(i)));
            Check.near(gradients.first().get(i), ofX, relative * Math.abs(ofX) + floor, () -> "gradient of x");
            Check.near(gradients.second().get(i), ofY, relative * Math.abs(ofY) + floor, () -> "gradient of y");
        }
    }

    /** NaN goes through, and infinities and the ends of the domains have the values of the limits. */
    @Example
    default void specialValuesOfFunctions() {
        double inf = Double.POSITIVE_INFINITY;
        double nan = Double.NaN;
        checkTable(EXP, new double[][] {{-inf, 0}, {inf, inf}, {nan, nan}, {0, 1}, {-0.0, 1}});
        checkTable(EXPM1, new double[][] {{-inf, -1}, {inf, inf}, {nan, nan}, {0, 0}});
        checkTable(
                LOG, new double[][] {{0, -inf}, {-0.0, -inf}, {-1, nan}, {-inf, nan}, {inf, inf}, {nan, nan}, {1, 0}});
        checkTable(LOG1P, new double[][] {{-1, -inf}, {-2, nan}, {-inf, nan}, {inf, inf}, {nan, nan}, {0, 0}});
        checkTable(TANH, new double[][] {{-inf, -1}, {inf, 1}, {nan, nan}, {0, 0}});
        checkTable(SIGMOID, new double[][] {{-inf, 0}, {inf, 1}, {nan, nan}, {0, 0.5}});
        checkTable(LOGSIGMOID, new double[][] {{-inf, -inf}, {inf, 0}, {nan, nan}});
        if (claims(SOFTPLUS)) {
            Tensor x = Tensor.of(new double[] {-inf, inf, nan}, 3);
            checkSame(implementation().softplus(x, 1.0, 20.0), new double[] {0, inf, nan}, "softplus");
        }
        if (claims(XLOGY)) {
            Tensor x = Tensor.of(new double[] {0, 0, 0, 0, 2, nan, nan}, 7);
            Tensor y = Tensor.of(new double[] {0, nan, inf, -1, 0, 1, 0}, 7);
            checkSame(implementation().xlogy(x, y), new double[] {0, nan, 0, 0, -inf, nan, nan}, "xlogy");
            // An upstream gradient of 0 leaves nothing, whatever logarithm is missing.
            Tensor a = Tensor.of(new double[] {0, 0, 2, 2, 2, 2, 2}, 7);
            Tensor b = Tensor.of(new double[] {-1, 0, -1, -1, 0, inf, nan}, 7);
            Tensor g = Tensor.of(new double[] {3, 3, 3, 0, 0, 0, 0}, 7);
            checkSame(
                    implementation().xlogyGradient(a, b, g).first(),
                    new double[] {0, 0, nan, 0, 0, 0, nan},
                    "gradient of xlogy");
        }
    }

    /** Slopes at 0 of either sign, which are no limits of differences but numbers that a type holds. */
    @Example
    default void gradientsAtZero() {
        checkSlopeAtZero(EXP, 1.0);
        checkSlopeAtZero(EXPM1, 1.0);
        checkSlopeAtZero(LOG1P, 1.0);
        checkSlopeAtZero(TANH, 1.0);
        checkSlopeAtZero(SIGMOID, 0.25);
        checkSlopeAtZero(LOGSIGMOID, 0.5);
        if (claims(SOFTPLUS)) {
            Tensor x = Tensor.of(new double[] {0.0, -0.0}, 2);
            Tensor g = Tensor.of(new double[] {3.0, 3.0}, 2);
            Tensor gradient = implementation().softplusGradient(x, 1.0, 20.0, g);
            checkSame(gradient, new double[] {1.5, 1.5}, "gradient of softplus at 0");
        }
    }

    private void checkSlopeAtZero(Operation operation, double slope) {
        if (claims(operation)) {
            Tensor x = Tensor.of(new double[] {0.0, -0.0}, 2);
            Tensor g = Tensor.of(new double[] {3.0, 3.0}, 2);
            Tensor gradient = implementation().elementwiseGradient(operation, x, g);
            checkSame(gradient, new double[] {3.0 * slope, 3.0 * slope}, "gradient of " + operation + " at 0");
        }
    }

    private void checkTable(Operation operation, double[][] table) {
        if (claims(operation)) {
            Tensor x = Tensor.of(Arrays.stream(table).mapToDouble(row -> row[0]).toArray(), table.length);
            double[] expected = Arrays.stream(table).mapToDouble(row -> row[1]).toArray();
            checkSame(implementation().elementwise(operation, x), expected, operation.toString());
        }
    }

    private static void checkSame(Tensor got, double[] expected, String what) {
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            Check.near(got.get(i), expected[i], 0.0, () -> what + "[" + at + "]");
        }
    }

    private static Tensor negated(Tensor x) {
        return Tensors.map(x, a -> -a);
    }

    private double ulps(Operation operation, double value) {
        return implementation().maxUlp(operation) * precision().ulp(value);
    }

    private Precision precision() {
        return implementation().precision();
    }
}
