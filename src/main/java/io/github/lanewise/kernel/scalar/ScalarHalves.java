// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.scalar;

import io.github.lanewise.kernel.HalfFloats;
import io.github.lanewise.kernel.HalfKernels;

/** The conversions in plain Java. */
public final class ScalarHalves implements HalfKernels {
    /** The only instance. */
    public static final ScalarHalves INSTANCE = new ScalarHalves();

    private ScalarHalves() {}

    @Override
    public void fromBfloat16(short[] x, int xOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = HalfFloats.fromBfloat16(x[xOffset + i]);
        }
    }

    @Override
    public void toBfloat16(float[] x, int xOffset, int n, short[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = HalfFloats.toBfloat16(x[xOffset + i]);
        }
    }

    @Override
    public void fromFloat16(short[] x, int xOffset, int n, float[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = HalfFloats.fromFloat16(x[xOffset + i]);
        }
    }

    @Override
    public void toFloat16(float[] x, int xOffset, int n, short[] out, int outOffset) {
        for (int i = 0; i < n; i++) {
            out[outOffset + i] = HalfFloats.toFloat16(x[xOffset + i]);
        }
    }
}
