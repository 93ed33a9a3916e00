// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.FloatExp.D2;
import static io.github.lanewise.kernel.FloatExp.D3;
import static io.github.lanewise.kernel.FloatExp.D4;
import static io.github.lanewise.kernel.FloatExp.D5;
import static io.github.lanewise.kernel.FloatExp.D6;
import static io.github.lanewise.kernel.FloatExp.D7;
import static io.github.lanewise.kernel.FloatExp.D8;
import static io.github.lanewise.kernel.FloatExp.FAR;
import static io.github.lanewise.kernel.FloatExp.LN2_DOUBLE;
import static io.github.lanewise.kernel.FloatExp.LOG2_E;
import static io.github.lanewise.kernel.FloatExp.MAGIC;
import static io.github.lanewise.kernel.FloatExp.MINUS_LN2_HIGH;
import static io.github.lanewise.kernel.FloatExp.SCALE;
import static io.github.lanewise.kernel.FloatExp.UNSCALE;
import static io.github.lanewise.kernel.FloatLogOnePlus.C0;
import static io.github.lanewise.kernel.FloatLogOnePlus.C1;
import static io.github.lanewise.kernel.FloatLogOnePlus.C2;
import static io.github.lanewise.kernel.FloatLogOnePlus.C3;
import static io.github.lanewise.kernel.FloatLogOnePlus.C4;
import static io.github.lanewise.kernel.FloatLogOnePlus.C5;
import static io.github.lanewise.kernel.FloatLogOnePlus.LN2;
import static io.github.lanewise.kernel.FloatLogOnePlus.MANTISSA_BITS;
import static io.github.lanewise.kernel.FloatLogOnePlus.SQRT_HALF_BITS;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.LongVector;

/**
 * The last steps of columns in double, a lane for each column: what {@link io.github.lanewise.kernel.FloatExp} and {@link
 * io.github.lanewise.kernel.FloatLogOnePlus} do for one row. Each turn of a loop takes the columns of a register of floats.
 */
final class FloatVectorColumnEnds {
    /** 2^52, and its bits: a long below it that is put into them is added to it. */
    private static final double TWO_TO_52 = 0x1p52;

    private static final long TWO_TO_52_BITS = 0x4330000000000000L;

    private static final long MAGNITUDE_BITS = 0x7fffffffffffffffL;
    private static final long INFINITY_BITS = 0x7ff0000000000000L;

    /** Brings the sign of a double to its lowest bit. */
    private static final int SIGN_SHIFT = 63;

    private FloatVectorColumnEnds() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnInSumUnits}. */
    static void inSumUnits(float[] max, double[] sum, int count, double[] excess) {
        for (int p = 0; p < count; p += LENGTH) {
            FloatVector maximum = FloatVector.fromArray(SPECIES, max, p);
            FloatVector shift =
                    FloatVector.zero(SPECIES).blend(maximum, maximum.abs().compare(GE, FAR));
            FloatVector top = maximum.sub(shift);
            FloatVector power = top.lanewise(FMA, LOG2_E, MAGIC).sub(MAGIC);
            DoubleVector powers0 = (DoubleVector) power.convertShape(F2D, WIDE, 0);
            DoubleVector tops0 = (DoubleVector) top.convertShape(F2D, WIDE, 0);
            DoubleVector r0 =
                    powers0.lanewise(FMA, (double) MINUS_LN2_HIGH, tops0).neg();
            DoubleVector square0 = r0.mul(r0);
            DoubleVector p0 = r0.lanewise(FMA, D5, D4).lanewise(FMA, square0, r0.lanewise(FMA, D3, D2));
            DoubleVector q0 = square0.lanewise(FMA, D8, r0.lanewise(FMA, D7, D6));
            DoubleVector e0 = q0.lanewise(FMA, square0.mul(square0), p0).lanewise(FMA, square0, r0.add(1.0));
            DoubleVector powers1 = (DoubleVector) power.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
            DoubleVector tops1 = (DoubleVector) top.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
            DoubleVector r1 =
                    powers1.lanewise(FMA, (double) MINUS_LN2_HIGH, tops1).neg();
            DoubleVector square1 = r1.mul(r1);
            DoubleVector p1 = r1.lanewise(FMA, D5, D4).lanewise(FMA, square1, r1.lanewise(FMA, D3, D2));
            DoubleVector q1 = square1.lanewise(FMA, D8, r1.lanewise(FMA, D7, D6));
            DoubleVector e1 = q1.lanewise(FMA, square1.mul(square1), p1).lanewise(FMA, square1, r1.add(1.0));
            DoubleVector.fromArray(WIDE, sum, p).mul(e0.mul((double) UNSCALE)).intoArray(excess, p);
            DoubleVector.fromArray(WIDE, sum, p + LENGTH / 2)
                    .mul(e1.mul((double) UNSCALE))
                    .intoArray(excess, p + LENGTH / 2);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnUnits}. */
    static void units(float[] max, int count, double[] unit) {
        for (int p = 0; p < count; p += LENGTH) {
            FloatVector maximum = FloatVector.fromArray(SPECIES, max, p);
            FloatVector shift =
                    FloatVector.zero(SPECIES).blend(maximum, maximum.abs().compare(GE, FAR));
            FloatVector top = maximum.sub(shift);
            FloatVector power = top.lanewise(FMA, LOG2_E, MAGIC).sub(MAGIC);
            DoubleVector powers0 = (DoubleVector) power.convertShape(F2D, WIDE, 0);
            DoubleVector tops0 = (DoubleVector) top.convertShape(F2D, WIDE, 0);
            DoubleVector r0 = tops0.sub(powers0.mul(LN2_DOUBLE));
            DoubleVector square0 = r0.mul(r0);
            DoubleVector p0 = r0.lanewise(FMA, D5, D4).lanewise(FMA, square0, r0.lanewise(FMA, D3, D2));
            DoubleVector q0 = square0.lanewise(FMA, D8, r0.lanewise(FMA, D7, D6));
            DoubleVector e0 = q0.lanewise(FMA, square0.mul(square0), p0).lanewise(FMA, square0, r0.add(1.0));
            DoubleVector powers1 = (DoubleVector) power.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
            DoubleVector tops1 = (DoubleVector) top.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
            DoubleVector r1 = tops1.sub(powers1.mul(LN2_DOUBLE));
            DoubleVector square1 = r1.mul(r1);
            DoubleVector p1 = r1.lanewise(FMA, D5, D4).lanewise(FMA, square1, r1.lanewise(FMA, D3, D2));
            DoubleVector q1 = square1.lanewise(FMA, D8, r1.lanewise(FMA, D7, D6));
            DoubleVector e1 = q1.lanewise(FMA, square1.mul(square1), p1).lanewise(FMA, square1, r1.add(1.0));
            e0.mul((double) (1L << SCALE)).intoArray(unit, p);
            e1.mul((double) (1L << SCALE)).intoArray(unit, p + LENGTH / 2);
        }
    }

    /**
     * As {@link io.github.lanewise.kernel.FloatKernels#columnLogOnePlus}. Choices are made by bits: of comparisons of two doubles, the
     * lanes of 128 bits, C2 makes objects.
     */
    static void logOnePlus(double[] r, int count, double[] log) {
        LongVector none = DoubleVector.zero(WIDE).reinterpretAsLongs();
        for (int p = 0; p < count; p += LENGTH) {
            DoubleVector given0 = DoubleVector.fromArray(WIDE, r, p);
            LongVector givenBits0 = given0.reinterpretAsLongs();
            LongVector bits0 = given0.add(1.0).reinterpretAsLongs();
            LongVector power0 = bits0.sub(SQRT_HALF_BITS).lanewise(LSHR, MANTISSA_BITS);
            DoubleVector powers0 =
                    power0.or(TWO_TO_52_BITS).reinterpretAsDoubles().sub(TWO_TO_52);
            LongVector fraction0 = bits0.sub(power0.lanewise(LSHL, MANTISSA_BITS))
                    .reinterpretAsDoubles()
                    .sub(1.0)
                    .reinterpretAsLongs();
            // Where the power is 0, the number itself.
            LongVector same0 = none.sub(power0.sub(1L).lanewise(LSHR, SIGN_SHIFT));
            DoubleVector f0 =
                    givenBits0.and(same0).or(fraction0.lanewise(AND_NOT, same0)).reinterpretAsDoubles();
            DoubleVector s0 = f0.div(f0.add(2.0));
            DoubleVector z0 = s0.mul(s0);
            DoubleVector square0 = z0.mul(z0);
            DoubleVector q0 = z0.lanewise(FMA, C5, C4);
            q0 = q0.lanewise(FMA, square0, z0.lanewise(FMA, C3, C2));
            q0 = q0.lanewise(FMA, square0, z0.lanewise(FMA, C1, C0));
            DoubleVector logs0 = s0.mul(z0).lanewise(FMA, q0, s0.mul(2.0));
            LongVector result0 = powers0.lanewise(FMA, LN2, logs0).reinterpretAsLongs();
            LongVector finite0 =
                    none.sub(givenBits0.and(MAGNITUDE_BITS).sub(INFINITY_BITS).lanewise(LSHR, SIGN_SHIFT));
            result0.and(finite0)
                    .or(givenBits0.lanewise(AND_NOT, finite0))
                    .reinterpretAsDoubles()
                    .intoArray(log, p);
            DoubleVector given1 = DoubleVector.fromArray(WIDE, r, p + LENGTH / 2);
            LongVector givenBits1 = given1.reinterpretAsLongs();
            LongVector bits1 = given1.add(1.0).reinterpretAsLongs();
            LongVector power1 = bits1.sub(SQRT_HALF_BITS).lanewise(LSHR, MANTISSA_BITS);
            DoubleVector powers1 =
                    power1.or(TWO_TO_52_BITS).reinterpretAsDoubles().sub(TWO_TO_52);
            LongVector fraction1 = bits1.sub(power1.lanewise(LSHL, MANTISSA_BITS))
                    .reinterpretAsDoubles()
                    .sub(1.0)
                    .reinterpretAsLongs();
            // Where the power is 0, the number itself.
            LongVector same1 = none.sub(power1.sub(1L).lanewise(LSHR, SIGN_SHIFT));
            DoubleVector f1 =
                    givenBits1.and(same1).or(fraction1.lanewise(AND_NOT, same1)).reinterpretAsDoubles();
            DoubleVector s1 = f1.div(f1.add(2.0));
            DoubleVector z1 = s1.mul(s1);
            DoubleVector square1 = z1.mul(z1);
            DoubleVector q1 = z1.lanewise(FMA, C5, C4);
            q1 = q1.lanewise(FMA, square1, z1.lanewise(FMA, C3, C2));
            q1 = q1.lanewise(FMA, square1, z1.lanewise(FMA, C1, C0));
            DoubleVector logs1 = s1.mul(z1).lanewise(FMA, q1, s1.mul(2.0));
            LongVector result1 = powers1.lanewise(FMA, LN2, logs1).reinterpretAsLongs();
            LongVector finite1 =
                    none.sub(givenBits1.and(MAGNITUDE_BITS).sub(INFINITY_BITS).lanewise(LSHR, SIGN_SHIFT));
            result1.and(finite1)
                    .or(givenBits1.lanewise(AND_NOT, finite1))
                    .reinterpretAsDoubles()
                    .intoArray(log, p + LENGTH / 2);
        }
    }
}
