// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

import io.github.lanewise.kernel.promotion.DoublePromotingKernels;
import io.github.lanewise.kernel.promotion.FloatPromotingKernels;
import io.github.lanewise.kernel.promotion.PromotingHalves;
import io.github.lanewise.kernel.promotion.Promotions;
import io.github.lanewise.kernel.scalar.DoubleScalarKernels;
import io.github.lanewise.kernel.scalar.DoubleScalarNative;
import io.github.lanewise.kernel.scalar.DoubleScalarSelect;
import io.github.lanewise.kernel.scalar.FloatScalarKernels;
import io.github.lanewise.kernel.scalar.FloatScalarNative;
import io.github.lanewise.kernel.scalar.FloatScalarSelect;
import io.github.lanewise.kernel.scalar.ScalarHalves;
import io.github.lanewise.kernel.vector.VectorKernelSet;
import java.util.Locale;

/**
 * Picks the implementation that the library runs on. Where the incubator module is there, calls begin on the scalar twin and
 * move to the vector kernels once these are {@linkplain Promotions warm}; the system property {@value #PROPERTY} can ask for
 * another way. The results are the same to the bit.
 */
public final class Kernels {
    /**
     * System property that asks for an implementation: {@code background} or {@code auto} (the default), {@code eager} for
     * kernels that are all warmed before the first call returns, {@code vector} for cold vector kernels from the first call
     * on, which prepares the compiler for them, {@code scalar} for the twin alone. Blank is as if it were not there; what else
     * can't be had makes this class fail to load, with an error that says why.
     */
    public static final String PROPERTY = "lanewise.kernels";

    private static final String MODULE = "jdk.incubator.vector";

    /** The kernels in use for floats. */
    public static final FloatKernels FLOAT;

    /** The kernels in use for doubles. */
    public static final DoubleKernels DOUBLE;

    /** The selection in use for floats. */
    public static final FloatSelectKernels FLOAT_SELECT;

    /** The selection in use for doubles. */
    public static final DoubleSelectKernels DOUBLE_SELECT;

    /** The kernels of native memory in use for floats. */
    public static final FloatNativeKernels FLOAT_NATIVE;

    /** The kernels of native memory in use for doubles. */
    public static final DoubleNativeKernels DOUBLE_NATIVE;

    /** The conversions of 16-bit numbers in use. */
    public static final HalfKernels HALF;

    /** Whether kernels are promoted one by one. */
    public static final boolean PROMOTING;

    /** Why these kernels are in use, as a clause of a sentence. */
    public static final String REASON;

    private static final boolean VECTORS;

    static {
        String asked = asked();
        boolean present = ModuleLayer.boot().findModule(MODULE).isPresent();
        boolean atOnce = false;
        boolean promoting = false;
        String reason;
        switch (asked) {
            case "scalar" -> reason = "asked for by -D" + PROPERTY + "=scalar";
            case "auto", "background", "eager", "vector" -> {
                if (present) {
                    promoting = !asked.equals("vector");
                    int bits = promoting ? VectorWidth.LEAST_FLOAT_BITS : VectorAccess.SET.bits();
                    atOnce = !promoting && bits >= VectorWidth.LEAST_FLOAT_BITS;
                    reason = bits < VectorWidth.LEAST_FLOAT_BITS
                            ? "vectors of " + bits + " bits are too narrow"
                            : asked.equals("auto")
                                    ? "module " + MODULE + " is there"
                                    : "asked for by -D" + PROPERTY + "=" + asked;
                } else {
                    reason = "module " + MODULE + " is missing; start java with --add-modules " + MODULE;
                    if (!asked.equals("vector")) {
                        LogLine.tell("Lanewise runs without vectors: " + reason);
                    }
                }
            }
            default ->
                throw new ExceptionInInitializerError(
                        "-D" + PROPERTY + "=" + asked + " is none of auto, background, eager, vector, scalar");
        }
        if (!atOnce && asked.equals("vector")) {
            throw new ExceptionInInitializerError("-D" + PROPERTY + "=vector can't be had: " + reason);
        }
        boolean doubles = atOnce && VectorAccess.SET.bits() >= VectorWidth.LEAST_DOUBLE_BITS;
        if (atOnce) {
            VectorAccess.rehearse(doubles);
        }
        FLOAT = promoting
                ? FloatPromotingKernels.INSTANCE
                : atOnce ? VectorAccess.SET.ofFloats() : FloatScalarKernels.INSTANCE;
        DOUBLE = promoting
                ? DoublePromotingKernels.INSTANCE
                : doubles ? VectorAccess.SET.ofDoubles() : DoubleScalarKernels.INSTANCE;
        FLOAT_SELECT = promoting
                ? FloatPromotingKernels.INSTANCE
                : atOnce ? VectorAccess.SET.selectFloats() : FloatScalarSelect.INSTANCE;
        DOUBLE_SELECT = promoting
                ? DoublePromotingKernels.INSTANCE
                : doubles ? VectorAccess.SET.selectDoubles() : DoubleScalarSelect.INSTANCE;
        FLOAT_NATIVE = promoting
                ? FloatPromotingKernels.INSTANCE
                : atOnce ? VectorAccess.SET.ofNativeFloats() : FloatScalarNative.INSTANCE;
        DOUBLE_NATIVE = promoting
                ? DoublePromotingKernels.INSTANCE
                : doubles ? VectorAccess.SET.ofNativeDoubles() : DoubleScalarNative.INSTANCE;
        HALF = promoting ? PromotingHalves.INSTANCE : atOnce ? VectorAccess.SET.ofHalves() : ScalarHalves.INSTANCE;
        PROMOTING = promoting;
        VECTORS = promoting || atOnce;
        REASON = reason;
        if (asked.equals("eager") && promoting) {
            Promotions.promoteAll();
        }
    }

    private Kernels() {}

    private static String asked() {
        String asked = System.getProperty(PROPERTY, "").strip();
        return asked.isEmpty() ? "auto" : asked.toLowerCase(Locale.ROOT);
    }

    /** Width of the vectors in bits, for those that have them; 0 on the scalar twin. Loads the incubator module. */
    public static int vectorBits() {
        int bits = VECTORS ? VectorAccess.SET.bits() : 0;
        return bits < VectorWidth.LEAST_FLOAT_BITS ? 0 : bits;
    }

    /** Whether doubles stay on the twin though floats do not. */
    public static boolean doublesOnTwin() {
        int bits = vectorBits();
        return bits > 0 && bits < VectorWidth.LEAST_DOUBLE_BITS;
    }

    /** Everything that links to the incubator module, so that this class loads without it. */
    private static final class VectorAccess {
        static final KernelSet SET = new VectorKernelSet();

        private VectorAccess() {}

        /** What is rehearsed before kernels are warmed is so before they are cold: of these there is no second try. */
        static void rehearse(boolean doubles) {
            VectorKernelSet.rehearseFloats();
            if (doubles) {
                VectorKernelSet.rehearseDoubles();
            }
        }
    }
}
