// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.kernel.scalar.DoubleMath;
import io.github.lanewise.kernel.scalar.DoubleSigmoidMath;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.function.DoubleConsumer;
import java.util.function.DoubleFunction;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Holds the double elementary functions to their error bounds over densely sampled inputs.
 *
 * <p>A further function needs a row of the table {@link Function} and its inputs in {@code takes}. Errors are measured
 * against a {@link DoubleDouble}, which is itself compared with 60 digits at every {@value #CHECKED}th input and at the
 * worst one.
 */
class DoubleElementaryAccuracyTest {
    /** Inputs of a range, half of them spread evenly over its numbers and half over its bit patterns. */
    private static final int RANGE_INPUTS = 100_000;

    /** Inputs about a point, half of them its next neighbours and half spread over all distances. */
    private static final int POINT_INPUTS = 60;

    private static final int NEIGHBOURS = 2000;

    /** One input of so many is computed with 60 digits as well. */
    private static final int CHECKED = 10_007;

    /** What the reference may be off by, relative to the value: less than 2^-36 ulp. */
    private static final BigDecimal REFERENCE_ERROR = BigDecimal.valueOf(1, 27);

    private static final double INFINITY = Double.POSITIVE_INFINITY;

    /** Numbers from one to another, both included. */
    private record Range(double from, double to) {}

    /** The functions under test. */
    private enum Function {
        EXP(
                0.80,
                DoubleMath::exp,
                DoubleDouble::exp,
                SixtyDigits::exp,
                halfMultiplesOfLn2(-2151, 2049),
                new Range(-746, -0x1p-60),
                new Range(0x1p-60, 709.8),
                new Range(-745.2, -708.3), // subnormal results
                new Range(-709.0, -708.7),
                new Range(-0.36, 0.36),
                new Range(0.3465, 0.42),
                new Range(-8, 8)),

        EXPM1(
                0.82,
                DoubleMath::expm1,
                DoubleDouble::expm1,
                SixtyDigits::expm1,
                halfMultiplesOfLn2(-110, 2049),
                new Range(-746, -Double.MIN_VALUE),
                new Range(Double.MIN_VALUE, 709.8),
                new Range(-38.5, -1),
                new Range(-1, 1),
                new Range(0.3465, 0.375),
                new Range(-37.44, -36.9),
                new Range(1, 60)),

        LOG(
                0.68,
                DoubleMath::log,
                DoubleDouble::log,
                SixtyDigits::log,
                endsOfMantissas(-1022, 1023, 0.0),
                new Range(Double.MIN_VALUE, Double.MAX_VALUE),
                new Range(Double.MIN_VALUE, Double.MIN_NORMAL),
                new Range(0.3, 6),
                new Range(0.7, 0.75),
                new Range(1.4, 1.5),
                new Range(1 - 0x1p-20, 1 + 0x1p-20),
                new Range(0.99, 1.01)),

        LOG1P(
                0.68,
                DoubleMath::log1p,
                DoubleDouble::log1p,
                SixtyDigits::log1p,
                endsOfMantissas(-51, 1023, -1.0),
                new Range(Double.MIN_VALUE, Double.MAX_VALUE),
                new Range(Math.nextUp(-1.0), -Double.MIN_VALUE),
                new Range(-1 + 0x1p-52, -1 + 0x1p-40),
                new Range(-0.3, -0.24),
                new Range(0.42, 0.51),
                new Range(-0x1p-20, -0x1p-60),
                new Range(0x1p-60, 20)),

        SIGMOID(
                1.05,
                DoubleSigmoidMath::sigmoid,
                DoubleDouble::sigmoid,
                SixtyDigits::sigmoid,
                halfMultiplesOfLn2(-2151, 120),
                new Range(-746, -Double.MIN_VALUE),
                new Range(Double.MIN_VALUE, 746),
                new Range(-745.2, -708.3), // subnormal results
                new Range(-40, 0),
                new Range(0, 40),
                new Range(-1, 1)),

        LOG_SIGMOID(
                1.25,
                DoubleSigmoidMath::logSigmoid,
                DoubleDouble::logSigmoid,
                SixtyDigits::logSigmoid,
                halfMultiplesOfLn2(-120, 2151),
                new Range(-746, -Double.MIN_VALUE),
                new Range(Double.MIN_VALUE, 746),
                new Range(708.3, 745.2), // subnormal results
                new Range(-40, 0),
                new Range(0, 40),
                new Range(-0.46, -0.25),
                new Range(0.3, 0.9), // e^-x about 1/2
                new Range(-1, 1)),

        SOFTPLUS(
                1.25,
                x -> DoubleSigmoidMath.softplus(x, 1.0, Double.POSITIVE_INFINITY),
                DoubleDouble::softplus,
                SixtyDigits::softplus,
                halfMultiplesOfLn2(-2151, 120),
                new Range(-746, 746),
                new Range(0.25, 0.46),
                new Range(-1, 1)),

        TANH(
                0.66,
                DoubleSigmoidMath::tanh,
                DoubleDouble::tanh,
                SixtyDigits::tanh,
                halfMultiplesOfLn2(-60, 60).map(x -> 0.5 * x),
                new Range(-746, -Double.MIN_VALUE),
                new Range(Double.MIN_VALUE, 746),
                new Range(-22.5, 0),
                new Range(0, 22.5),
                new Range(0.17, 0.21),
                new Range(-1, 1));

        private final double bound;
        private final DoubleUnaryOperator function;
        private final DoubleFunction<DoubleDouble> reference;
        private final DoubleFunction<BigDecimal> exact;
        private final double[] points;
        private final Range[] ranges;

        Function(
                double bound,
                DoubleUnaryOperator function,
                DoubleFunction<DoubleDouble> reference,
                DoubleFunction<BigDecimal> exact,
                DoubleStream points,
                Range... ranges) {
            this.bound = bound;
            this.function = function;
            this.reference = reference;
            this.exact = exact;
            this.points = points.toArray();
            this.ranges = ranges;
        }

        /** Where exp and expm1 pass from one exponent to the next, and where the reduced argument is zero. */
        private static DoubleStream halfMultiplesOfLn2(int first, int last) {
            return IntStream.rangeClosed(first, last).filter(k -> k != 0).mapToDouble(k -> k * 0.5 * Math.log(2));
        }

        /** Where log, of its argument less {@code base}, passes from one exponent to the next, and the powers of two. */
        private static DoubleStream endsOfMantissas(int first, int last, double base) {
            return IntStream.rangeClosed(first, last)
                    .boxed()
                    .flatMapToDouble(e -> DoubleStream.of(Math.scalb(0.75, e) + base, Math.scalb(1.0, e) + base))
                    .filter(x -> x != base && x != 0);
        }

        /** Inputs whose results are neither NaN nor infinite, and no further out than is of interest. */
        private boolean takes(double x) {
            return switch (this) {
                case LOG -> x > 0 && x <= Double.MAX_VALUE;
                case LOG1P -> x > -1 && x <= Double.MAX_VALUE;
                case EXP, EXPM1 -> x >= -746 && x <= 710;
                case SIGMOID, LOG_SIGMOID, SOFTPLUS, TANH -> Math.abs(x) <= 746;
            };
        }
    }

    /** The worst error of one function, and the checks of the reference on the way. */
    private static final class Measurement implements DoubleConsumer {
        private final Function function;
        private long count;
        private double worst = -1.0;
        private double worstInput;

        Measurement(Function function) {
            this.function = function;
        }

        @Override
        public void accept(double x) {
            DoubleDouble expected = function.reference.apply(x);
            double error = expected.ulpError(function.function.applyAsDouble(x));
            if (error > worst) {
                worst = error;
                worstInput = x;
            }
            if (count++ % CHECKED == 0) {
                checkReference(x);
            }
        }

        void checkReference(double x) {
            BigDecimal exact = function.exact.apply(x);
            BigDecimal difference = function.reference.apply(x).toBigDecimal().subtract(exact);
            assertTrue(
                    difference.abs().compareTo(exact.abs().multiply(REFERENCE_ERROR)) <= 0,
                    () -> "reference of " + function + " at " + describe(x) + " is off by "
                            + difference.divide(exact, 3, RoundingMode.HALF_EVEN));
        }

        String summary() {
            return String.format(
                    Locale.ROOT,
                    "double %-11s max %.4f ulp at %s, %d inputs",
                    function.name().toLowerCase(Locale.ROOT),
                    worst,
                    describe(worstInput),
                    count);
        }
    }

    @ParameterizedTest
    @EnumSource
    void errorStaysWithinItsBound(Function function) {
        Measurement measurement = new Measurement(function);
        DoubleConsumer measured = x -> {
            if (x != 0 && function.takes(x)) {
                measurement.accept(x);
            }
        };
        SplittableRandom random = new SplittableRandom(20);
        for (Range range : function.ranges) {
            sample(range, random, measured);
        }
        for (double point : function.points) {
            sampleAround(point, random, measured);
        }
        measurement.checkReference(measurement.worstInput);
        System.out.println(measurement.summary());
        assertTrue(measurement.worst <= function.bound, measurement.summary());
    }

    private static void sample(Range range, SplittableRandom random, DoubleConsumer sink) {
        sink.accept(range.from);
        sink.accept(range.to);
        for (int i = 0; i < RANGE_INPUTS / 2; i++) {
            double share = random.nextDouble();
            sink.accept(range.from * (1 - share) + range.to * share);
            sink.accept(unordered(random.nextLong(ordered(range.from), ordered(range.to))));
        }
    }

    private static void sampleAround(double point, SplittableRandom random, DoubleConsumer sink) {
        long middle = ordered(point);
        sink.accept(point);
        for (int i = 0; i < POINT_INPUTS / 2; i++) {
            sink.accept(unordered(middle + random.nextInt(-NEIGHBOURS, NEIGHBOURS + 1)));
            sink.accept(unordered(middle + (random.nextLong() >> random.nextInt(13, 52))));
        }
    }

    /** The bit pattern as a number that grows with the value. */
    private static long ordered(double x) {
        long pattern = Double.doubleToRawLongBits(x);
        return pattern < 0 ? Long.MIN_VALUE - pattern : pattern;
    }

    private static double unordered(long ordered) {
        return Double.longBitsToDouble(ordered < 0 ? Long.MIN_VALUE - ordered : ordered);
    }

    @ParameterizedTest
    @CsvSource({
        "EXP, -Infinity, 0.0",
        "EXP, Infinity, Infinity",
        "EXP, 0.0, 1.0",
        "EXP, -0.0, 1.0",
        "EXP, 4.9e-324, 1.0",
        "EXP, -1.7976931348623157e308, 0.0",
        "EXP, 1.7976931348623157e308, Infinity",
        "EXPM1, -Infinity, -1.0",
        "EXPM1, Infinity, Infinity",
        "EXPM1, 0.0, 0.0",
        "EXPM1, -0.0, -0.0",
        "EXPM1, 4.9e-324, 4.9e-324",
        "EXPM1, -4.9e-324, -4.9e-324",
        "EXPM1, -1.7976931348623157e308, -1.0",
        "EXPM1, 1.7976931348623157e308, Infinity",
        "LOG, 0.0, -Infinity",
        "LOG, -0.0, -Infinity",
        "LOG, 1.0, 0.0",
        "LOG, Infinity, Infinity",
        "LOG, -Infinity, NaN",
        "LOG, -4.9e-324, NaN",
        "LOG, -1.0, NaN",
        "LOG1P, 0.0, 0.0",
        "LOG1P, -0.0, -0.0",
        "LOG1P, 4.9e-324, 4.9e-324",
        "LOG1P, -4.9e-324, -4.9e-324",
        "LOG1P, -1.0, -Infinity",
        "LOG1P, -1.0000000000000002, NaN",
        "LOG1P, Infinity, Infinity",
        "LOG1P, -Infinity, NaN",
        "SIGMOID, 0.0, 0.5",
        "SIGMOID, -0.0, 0.5",
        "SIGMOID, Infinity, 1.0",
        "SIGMOID, -Infinity, 0.0",
        "SIGMOID, 1.7976931348623157e308, 1.0",
        "SIGMOID, -1.7976931348623157e308, 0.0",
        "LOG_SIGMOID, 0.0, -0.6931471805599453",
        "LOG_SIGMOID, -Infinity, -Infinity",
        "LOG_SIGMOID, -1.7976931348623157e308, -1.7976931348623157e308",
        "SOFTPLUS, 0.0, 0.6931471805599453",
        "SOFTPLUS, Infinity, Infinity",
        "SOFTPLUS, -Infinity, 0.0",
        "SOFTPLUS, 1.7976931348623157e308, 1.7976931348623157e308",
        "TANH, 0.0, 0.0",
        "TANH, -0.0, -0.0",
        "TANH, 4.9e-324, 4.9e-324",
        "TANH, -4.9e-324, -4.9e-324",
        "TANH, Infinity, 1.0",
        "TANH, -Infinity, -1.0"
    })
    void specialValues(Function function, double x, double expected) {
        assertMaps(function, x, expected);
    }

    @ParameterizedTest
    @CsvSource({"EXP, 0x1.62e42fefa39efp9, 0x1.fffffffffff2ap1023", "EXPM1, 0x1.62e42fefa39efp9, 0x1.fffffffffff2ap1023"
    })
    void overflowBeginsAtTheExactThreshold(Function function, String last, String value) {
        double x = Double.parseDouble(last);
        assertMaps(function, x, Double.parseDouble(value));
        assertMaps(function, Math.nextUp(x), INFINITY);
    }

    @Test
    void expUnderflowsAtTheExactThreshold() {
        assertMaps(Function.EXP, -0x1.74910d52d3051p9, Double.MIN_VALUE);
        assertMaps(Function.EXP, Math.nextDown(-0x1.74910d52d3051p9), 0.0);
    }

    @ParameterizedTest
    @EnumSource
    void everyNaNBecomesTheCanonicalOne(Function function) {
        long[] patterns = {
            0x7ff8000000000000L,
            0xfff8000000000000L,
            0x7ff0000000000001L,
            0xfff0000000000001L,
            0x7fffffffffffffffL,
            0xffffffffffffffffL
        };
        for (long pattern : patterns) {
            assertMaps(function, Double.longBitsToDouble(pattern), Double.NaN);
        }
    }

    private static void assertMaps(Function function, double x, double expected) {
        double actual = function.function.applyAsDouble(x);
        assertEquals(
                Double.doubleToRawLongBits(expected),
                Double.doubleToRawLongBits(actual),
                () -> function + " of " + describe(x) + " is " + describe(actual));
    }

    private static String describe(double x) {
        return Double.toHexString(x) + " (" + x + ")";
    }
}
