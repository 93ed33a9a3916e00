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
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

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

    private FloatVectorColumnEnds() {}

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnInSumUnits}. */
    static void inSumUnits(float[] max, double[] sum, int count, double[] excess) {
        for (int p = 0; p < count; p += LENGTH) {
            FloatVector maximum = FloatVector.fromArray(SPECIES, max, p);
            FloatVector shift =
                    FloatVector.zero(SPECIES).blend(maximum, maximum.abs().compare(GE, FAR));
            FloatVector top = maximum.sub(shift);
            FloatVector power = top.lanewise(FMA, LOG2_E, MAGIC).sub(MAGIC);
            for (int half = 0; half < LENGTH; half += LENGTH / 2) {
                DoubleVector powers = (DoubleVector) power.convertShape(F2D, WIDE, 0);
                DoubleVector tops = (DoubleVector) top.convertShape(F2D, WIDE, 0);
                DoubleVector r =
                        powers.lanewise(FMA, (double) MINUS_LN2_HIGH, tops).neg();
                DoubleVector e = r.lanewise(FMA, D8, D7);
                e = e.lanewise(FMA, r, D6);
                e = e.lanewise(FMA, r, D5);
                e = e.lanewise(FMA, r, D4);
                e = e.lanewise(FMA, r, D3);
                e = e.lanewise(FMA, r, D2);
                e = e.lanewise(FMA, r, 1.0);
                e = e.lanewise(FMA, r, 1.0);
                DoubleVector.fromArray(WIDE, sum, p + half)
                        .mul(e.mul((double) UNSCALE))
                        .intoArray(excess, p + half);
                power = power.rearrange(SWAP_HALVES);
                top = top.rearrange(SWAP_HALVES);
            }
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
            DoubleVector e0 = r0.lanewise(FMA, D8, D7);
            e0 = e0.lanewise(FMA, r0, D6);
            e0 = e0.lanewise(FMA, r0, D5);
            e0 = e0.lanewise(FMA, r0, D4);
            e0 = e0.lanewise(FMA, r0, D3);
            e0 = e0.lanewise(FMA, r0, D2);
            e0 = e0.lanewise(FMA, r0, 1.0);
            e0 = e0.lanewise(FMA, r0, 1.0);
            DoubleVector powers1 = (DoubleVector) power.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
            DoubleVector tops1 = (DoubleVector) top.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
            DoubleVector r1 = tops1.sub(powers1.mul(LN2_DOUBLE));
            DoubleVector e1 = r1.lanewise(FMA, D8, D7);
            e1 = e1.lanewise(FMA, r1, D6);
            e1 = e1.lanewise(FMA, r1, D5);
            e1 = e1.lanewise(FMA, r1, D4);
            e1 = e1.lanewise(FMA, r1, D3);
            e1 = e1.lanewise(FMA, r1, D2);
            e1 = e1.lanewise(FMA, r1, 1.0);
            e1 = e1.lanewise(FMA, r1, 1.0);
            e0.mul((double) (1L << SCALE)).intoArray(unit, p);
            e1.mul((double) (1L << SCALE)).intoArray(unit, p + LENGTH / 2);
        }
    }

    /** As {@link io.github.lanewise.kernel.FloatKernels#columnLogOnePlus}. */
    static void logOnePlus(double[] r, int count, double[] log) {
        for (int p = 0; p < count; p += LENGTH) {
            DoubleVector given0 = DoubleVector.fromArray(WIDE, r, p);
            LongVector bits0 = given0.add(1.0).reinterpretAsLongs();
            LongVector power0 = bits0.sub(SQRT_HALF_BITS).lanewise(LSHR, MANTISSA_BITS);
            DoubleVector powers0 =
                    power0.or(TWO_TO_52_BITS).reinterpretAsDoubles().sub(TWO_TO_52);
            DoubleVector f0 = bits0.sub(power0.lanewise(LSHL, MANTISSA_BITS))
                    .reinterpretAsDoubles()
                    .sub(1.0);
            f0 = f0.blend(given0, powers0.compare(EQ, 0.0));
            DoubleVector s0 = f0.div(f0.add(2.0));
            DoubleVector z0 = s0.mul(s0);
            DoubleVector q0 = z0.lanewise(FMA, C5, C4);
            q0 = q0.lanewise(FMA, z0, C3);
            q0 = q0.lanewise(FMA, z0, C2);
            q0 = q0.lanewise(FMA, z0, C1);
            q0 = q0.lanewise(FMA, z0, C0);
            DoubleVector logs0 = s0.mul(z0).lanewise(FMA, q0, s0.mul(2.0));
            logs0 = powers0.lanewise(FMA, LN2, logs0);
            logs0 = given0.blend(logs0, given0.compare(LT, Double.POSITIVE_INFINITY));
            logs0.intoArray(log, p);
            DoubleVector given1 = DoubleVector.fromArray(WIDE, r, p + LENGTH / 2);
            LongVector bits1 = given1.add(1.0).reinterpretAsLongs();
            LongVector power1 = bits1.sub(SQRT_HALF_BITS).lanewise(LSHR, MANTISSA_BITS);
            DoubleVector powers1 =
                    power1.or(TWO_TO_52_BITS).reinterpretAsDoubles().sub(TWO_TO_52);
            DoubleVector f1 = bits1.sub(power1.lanewise(LSHL, MANTISSA_BITS))
                    .reinterpretAsDoubles()
                    .sub(1.0);
            f1 = f1.blend(given1, powers1.compare(EQ, 0.0));
            DoubleVector s1 = f1.div(f1.add(2.0));
            DoubleVector z1 = s1.mul(s1);
            DoubleVector q1 = z1.lanewise(FMA, C5, C4);
            q1 = q1.lanewise(FMA, z1, C3);
            q1 = q1.lanewise(FMA, z1, C2);
            q1 = q1.lanewise(FMA, z1, C1);
            q1 = q1.lanewise(FMA, z1, C0);
            DoubleVector logs1 = s1.mul(z1).lanewise(FMA, q1, s1.mul(2.0));
            logs1 = powers1.lanewise(FMA, LN2, logs1);
            logs1 = given1.blend(logs1, given1.compare(LT, Double.POSITIVE_INFINITY));
            logs1.intoArray(log, p + LENGTH / 2);
        }
    }
}
