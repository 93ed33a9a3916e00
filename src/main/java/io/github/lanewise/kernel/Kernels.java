// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import io.github.lanewise.kernel.scalar.DoubleScalarCopy;
import io.github.lanewise.kernel.scalar.DoubleScalarKernels;
import io.github.lanewise.kernel.scalar.DoubleScalarSelect;
import io.github.lanewise.kernel.scalar.FloatScalarCopy;
import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import io.github.lanewise.kernel.scalar.FloatScalarSelect;
import io.github.lanewise.kernel.scalar.ScalarHalves;
import io.github.lanewise.kernel.vector.DoubleVectorCopy;
import io.github.lanewise.kernel.vector.DoubleVectorKernels;
import io.github.lanewise.kernel.vector.DoubleVectorSelect;
import io.github.lanewise.kernel.vector.FloatVectorCopy;
import io.github.lanewise.kernel.vector.FloatVectorKernels;
import io.github.lanewise.kernel.vector.FloatVectorSelect;
import io.github.lanewise.kernel.vector.VectorHalves;
import java.util.Locale;

/**
 * Picks the implementation that the library runs on: the vector kernels where the incubator module is there and vectors
 * have at least 128 bits, else the scalar twin. The system property {@value #PROPERTY} can ask for {@code vector} or
 * {@code scalar}; the results are the same to the bit.
 */
public final class Kernels {
    /** System property that asks for an implementation: {@code auto} (the default), {@code vector} or {@code scalar}. */
    public static final String PROPERTY = "lanewise.kernels";

    private static final String MODULE = "jdk.incubator.vector";
    private static final int LEAST_BITS = 128;

    /** Two doubles of 128 bits run on the twin: C2 has no masks of two lanes on x86 and would box every comparison. */
    private static final int LEAST_DOUBLE_BITS = 256;

    /** The kernels in use for floats. */
    public static final FloatKernels FLOAT;

    /** The kernels in use for doubles. */
    public static final DoubleKernels DOUBLE;

    /** The selection in use for floats. */
    public static final FloatSelectKernels FLOAT_SELECT;

    /** The selection in use for doubles. */
    public static final DoubleSelectKernels DOUBLE_SELECT;

    /** The copies in use for floats. */
    public static final FloatCopyKernels FLOAT_COPY;

    /** The copies in use for doubles. */
    public static final DoubleCopyKernels DOUBLE_COPY;

    /** The conversions of 16-bit numbers in use. */
    public static final HalfKernels HALF;

    /** Whether doubles run on the twin though floats run on vectors. */
    public static final boolean DOUBLES_ON_TWIN;

    /** Width of the vectors in bits; 0 on the scalar twin. */
    public static final int VECTOR_BITS;

    /** Why these kernels are in use, as a clause of a sentence. */
    public static final String REASON;

    static {
        String asked = System.getProperty(PROPERTY, "auto").toLowerCase(Locale.ROOT);
        boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
        int bits = 0;
        String reason;
        switch (asked) {
            case "scalar" -> reason = "asked for by -D" + PROPERTY + "=scalar";
            case "auto", "vector" -> {
                if (present) {
                    bits = VectorAccess.bits();
                    if (bits < LEAST_BITS) {
                        reason = "vectors of " + bits + " bits are too narrow";
                        bits = 0;
                    } else {
                        reason = asked.equals("vector")
                                ? "asked for by -D" + PROPERTY + "=vector"
                                : "module " + MODULE + " is there";
                    }
                } else {
                    reason = "module " + MODULE + " is missing; start java with --add-modules " + MODULE;
                }
            }
            default ->
                throw new IllegalArgumentException("-D" + PROPERTY + "=" + asked + " is none of auto, vector, scalar");
        }
        if (bits == 0 && asked.equals("vector")) {
            throw new IllegalStateException("-D" + PROPERTY + "=vector can't be had: " + reason);
        }
        FLOAT = bits == 0 ? FloatScalarKernels.INSTANCE : VectorAccess.floatKernels();
        DOUBLE = bits < LEAST_DOUBLE_BITS ? DoubleScalarKernels.INSTANCE : VectorAccess.doubleKernels();
        FLOAT_SELECT = bits == 0 ? FloatScalarSelect.INSTANCE : VectorAccess.floatSelect();
        DOUBLE_SELECT = bits < LEAST_DOUBLE_BITS ? DoubleScalarSelect.INSTANCE : VectorAccess.doubleSelect();
        FLOAT_COPY = bits == 0 ? FloatScalarCopy.INSTANCE : VectorAccess.floatCopy();
        DOUBLE_COPY = bits < LEAST_DOUBLE_BITS ? DoubleScalarCopy.INSTANCE : VectorAccess.doubleCopy();
        HALF = bits == 0 ? ScalarHalves.INSTANCE : VectorAccess.halves();
        DOUBLES_ON_TWIN = bits > 0 && bits < LEAST_DOUBLE_BITS;
        VECTOR_BITS = bits;
        REASON = reason;
    }

    private Kernels() {}

    /** Everything that links to the incubator module, so that this class loads without it. */
    private static final class VectorAccess {
        private VectorAccess() {}

        static int bits() {
            return FloatVectorKernels.bits();
        }

        static FloatKernels floatKernels() {
            return FloatVectorKernels.INSTANCE;
        }

        static DoubleKernels doubleKernels() {
            return DoubleVectorKernels.INSTANCE;
        }

        static FloatSelectKernels floatSelect() {
            return FloatVectorSelect.INSTANCE;
        }

        static DoubleSelectKernels doubleSelect() {
            return DoubleVectorSelect.INSTANCE;
        }

        static FloatCopyKernels floatCopy() {
            return FloatVectorCopy.INSTANCE;
        }

        static DoubleCopyKernels doubleCopy() {
            return DoubleVectorCopy.INSTANCE;
        }

        static HalfKernels halves() {
            return VectorHalves.INSTANCE;
        }
    }
}
