// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.HalfKernels;
import io.github.lanewise.kernel.KernelSet;
import io.github.lanewise.kernel.VectorWidth;
import io.github.lanewise.kernel.scalar.ScalarHalves;
import org.jspecify.annotations.Nullable;

/** Conversions of 16-bit numbers that begin as the twin's and become the vectors', all four together. */
public final class PromotingHalves implements HalfKernels {
    /** The conversions; there is one set for the JVM. */
    public static final PromotingHalves INSTANCE = new PromotingHalves();

    /** What they run on; null until the first call. A call that sees an old value gets the same bits from it. */
    private static @Nullable HalfKernels inUse;

    private PromotingHalves() {}

    private static HalfKernels kernels() {
        HalfKernels kernels = inUse;
        return kernels == null ? first() : kernels;
    }

    private static HalfKernels first() {
        request();
        return ScalarHalves.INSTANCE;
    }

    /** Asks for the promotion, if nobody has yet. */
    static void request() {
        synchronized (INSTANCE) {
            if (inUse == null) {
                inUse = ScalarHalves.INSTANCE;
                Promotions.request(new ToVectors());
            }
        }
    }

    private static final class ToVectors extends Promotion {
        ToVectors() {
            super("16-bit conversions");
        }

        @Override
        @Nullable
        String obstacle() {
            return Vectors.obstacle(VectorWidth.LEAST_FLOAT_BITS);
        }

        @Override
        Calls calls(KernelSet vectors) {
            Vectors.rehearseFloats();
            return new Calls(new HalfWarmUp(vectors.ofHalves())::run, () -> new HalfWarmUp(ScalarHalves.INSTANCE)::run);
        }

        @Override
        void promote(KernelSet vectors) {
            synchronized (INSTANCE) {
                inUse = vectors.ofHalves();
            }
        }
    }

    @Override
    public void fromBfloat16(short[] x, int xOffset, int n, float[] out, int outOffset) {
        kernels().fromBfloat16(x, xOffset, n, out, outOffset);
    }

    @Override
    public void toBfloat16(float[] x, int xOffset, int n, short[] out, int outOffset) {
        kernels().toBfloat16(x, xOffset, n, out, outOffset);
    }

    @Override
    public void fromFloat16(short[] x, int xOffset, int n, float[] out, int outOffset) {
        kernels().fromFloat16(x, xOffset, n, out, outOffset);
    }

    @Override
    public void toFloat16(float[] x, int xOffset, int n, short[] out, int outOffset) {
        kernels().toFloat16(x, xOffset, n, out, outOffset);
    }
}
