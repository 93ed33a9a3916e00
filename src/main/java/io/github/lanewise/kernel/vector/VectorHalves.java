// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.HalfFloats.BFLOAT16_NAN;
import static io.github.lanewise.kernel.HalfFloats.FLOAT16_EXPONENT;
import static io.github.lanewise.kernel.HalfFloats.FLOAT16_NAN;
import static io.github.lanewise.kernel.HalfFloats.FLOAT16_SHIFT;
import static io.github.lanewise.kernel.HalfFloats.INFINITY;
import static io.github.lanewise.kernel.HalfFloats.LEAST_NORMAL;
import static io.github.lanewise.kernel.HalfFloats.LEAST_NORMAL_VALUE;
import static io.github.lanewise.kernel.HalfFloats.MAGNITUDE;
import static io.github.lanewise.kernel.HalfFloats.REBIAS;
import static io.github.lanewise.kernel.HalfFloats.ROUNDS_TO_INFINITY;
import static io.github.lanewise.kernel.HalfFloats.SUBNORMAL_MAGIC;
import static io.github.lanewise.kernel.vector.FloatSpecies.INT_SPECIES;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.EQ;
import static jdk.incubator.vector.VectorOperators.GE;
import static jdk.incubator.vector.VectorOperators.GT;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;
import static jdk.incubator.vector.VectorOperators.LT;

import io.github.lanewise.kernel.HalfFloats;
import io.github.lanewise.kernel.HalfKernels;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * The conversions on vectors: half a register of shorts for each register of floats, and the steps of {@link HalfFloats}. What
 * does not fill a register is left to these.
 */
public final class VectorHalves implements HalfKernels {
    /** The only instance. */
    public static final VectorHalves INSTANCE = new VectorHalves();

    private static final VectorSpecies<Short> HALVES =
            VectorSpecies.of(short.class, VectorShape.forBitSize(INT_SPECIES.vectorBitSize() / 2));

    private VectorHalves() {}

    @Override
    public void fromBfloat16(short[] x, int xOffset, int n, float[] out, int outOffset) {
        int bound = n - n % LENGTH;
        for (int i = 0; i < bound; i += LENGTH) {
            IntVector half =
                    (IntVector) ShortVector.fromArray(HALVES, x, xOffset + i).castShape(INT_SPECIES, 0);
            half.lanewise(LSHL, 16).reinterpretAsFloats().intoArray(out, outOffset + i);
        }
        for (int i = bound; i < n; i++) {
            out[outOffset + i] = HalfFloats.fromBfloat16(x[xOffset + i]);
        }
    }

    @Override
    public void toBfloat16(float[] x, int xOffset, int n, short[] out, int outOffset) {
        int bound = n - n % LENGTH;
        for (int i = 0; i < bound; i += LENGTH) {
            IntVector bits = FloatVector.fromArray(SPECIES, x, xOffset + i).reinterpretAsInts();
            IntVector odd = bits.lanewise(LSHR, 16).and(1);
            IntVector rounded = bits.add(odd).add(0x7fff).lanewise(LSHR, 16);
            IntVector half = rounded.blend(BFLOAT16_NAN, bits.and(MAGNITUDE).compare(GT, INFINITY));
            half.castShape(HALVES, 0).reinterpretAsShorts().intoArray(out, outOffset + i);
        }
        for (int i = bound; i < n; i++) {
            out[outOffset + i] = HalfFloats.toBfloat16(x[xOffset + i]);
        }
    }

    @Override
    public void fromFloat16(short[] x, int xOffset, int n, float[] out, int outOffset) {
        int bound = n - n % LENGTH;
        for (int i = 0; i < bound; i += LENGTH) {
            IntVector half =
                    (IntVector) ShortVector.fromArray(HALVES, x, xOffset + i).castShape(INT_SPECIES, 0);
            IntVector magnitude = half.and(0x7fff).lanewise(LSHL, FLOAT16_SHIFT);
            IntVector exponent = magnitude.and(FLOAT16_EXPONENT);
            IntVector normal = magnitude.add(REBIAS);
            IntVector special = normal.add(REBIAS);
            IntVector subnormal = magnitude
                    .add(LEAST_NORMAL)
                    .reinterpretAsFloats()
                    .sub(LEAST_NORMAL_VALUE)
                    .reinterpretAsInts();
            IntVector result = normal.blend(special, exponent.compare(EQ, FLOAT16_EXPONENT))
                    .blend(subnormal, exponent.compare(EQ, 0));
            result.or(half.and(0x8000).lanewise(LSHL, 16)).reinterpretAsFloats().intoArray(out, outOffset + i);
        }
        for (int i = bound; i < n; i++) {
            out[outOffset + i] = HalfFloats.fromFloat16(x[xOffset + i]);
        }
    }

    @Override
    public void toFloat16(float[] x, int xOffset, int n, short[] out, int outOffset) {
        int bound = n - n % LENGTH;
        for (int i = 0; i < bound; i += LENGTH) {
            IntVector bits = FloatVector.fromArray(SPECIES, x, xOffset + i).reinterpretAsInts();
            IntVector magnitude = bits.and(MAGNITUDE);
            IntVector odd = magnitude.lanewise(LSHR, FLOAT16_SHIFT).and(1);
            IntVector normal = magnitude.add(odd).add(0xfff - REBIAS).lanewise(LSHR, FLOAT16_SHIFT);
            IntVector subnormal = magnitude
                    .reinterpretAsFloats()
                    .add(SUBNORMAL_MAGIC)
                    .reinterpretAsInts()
                    .sub(Float.floatToRawIntBits(SUBNORMAL_MAGIC));
            IntVector half = normal.blend(subnormal, magnitude.compare(LT, LEAST_NORMAL))
                    .blend(FLOAT16_EXPONENT >>> FLOAT16_SHIFT, magnitude.compare(GE, ROUNDS_TO_INFINITY))
                    .or(bits.lanewise(LSHR, 16).and(0x8000))
                    .blend(FLOAT16_NAN, magnitude.compare(GT, INFINITY));
            half.castShape(HALVES, 0).reinterpretAsShorts().intoArray(out, outOffset + i);
        }
        for (int i = bound; i < n; i++) {
            out[outOffset + i] = HalfFloats.toFloat16(x[xOffset + i]);
        }
    }
}
