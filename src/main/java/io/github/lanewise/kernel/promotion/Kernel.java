// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.ExpSum;
import io.github.lanewise.kernel.PointFunction;
import java.util.Locale;

/** What is promoted as one: an operation of the kernels, or some that go together. */
@SuppressWarnings("EnumOrdinal") // The places of arrays that live as long as the enums.
enum Kernel {
    /** The largest element. */
    MAX,
    /** The index of an element. */
    INDEX_OF,
    /** {@link ExpSum#WHOLE}. */
    SUM_EXP,
    /** {@link ExpSum#BELOW}. */
    SUM_EXP_BELOW,
    /** {@link ExpSum#DISTANCE}. */
    SUM_EXP_DISTANCE,
    /** Sums of exponentials and of their distances from the maximum. */
    SUM_EXP_AND_DISTANCE,
    /** Sums of exponentials and the maximum. */
    SUM_EXP_AND_MAX,
    /** The same of ordinary numbers. */
    PLAIN_SUM_EXP_AND_MAX,
    /** The same with the terms kept. */
    PLAIN_SUM_TERMS_AND_MAX,
    /** {@link #PLAIN_SUM_EXP_AND_MAX} of several rows. */
    PLAIN_SUMS_EXP_AND_MAX,
    /** {@link #PLAIN_SUM_TERMS_AND_MAX} of several rows. */
    PLAIN_SUMS_TERMS_AND_MAX,
    /** The negative log-probability of an element of a short row. */
    SHORT_ROW,
    /** The same with the gradient of cross entropy. */
    SHORT_ROW_GRADIENT,
    /** Sums, dot products, sums below the maximum. */
    LINEAR_SUM,
    /** Dot products that may cancel. */
    DOT_PRECISE,
    /** Softmax and the gradients of cross entropy. */
    EXP_SCALE,
    /** Log-softmax. */
    LOG_SOFTMAX,
    /** Its gradient. */
    LOG_SOFTMAX_BACKWARD,
    /** The gradient of softmax. */
    SOFTMAX_BACKWARD,
    /** Everything that walks images. */
    COLUMNS,
    /** Sums of two rows. */
    COMBINE,
    /** The largest elements. */
    INDEX_ABOVE,
    /** {@link #PLAIN_SUM_EXP_AND_MAX} in native memory. */
    NATIVE_SUM_EXP_AND_MAX,
    /** {@link #PLAIN_SUM_TERMS_AND_MAX} in native memory. */
    NATIVE_SUM_TERMS_AND_MAX,
    /** {@link #PLAIN_SUMS_EXP_AND_MAX} in native memory. */
    NATIVE_SUMS_EXP_AND_MAX,
    /** {@link #PLAIN_SUMS_TERMS_AND_MAX} in native memory. */
    NATIVE_SUMS_TERMS_AND_MAX,
    /** Softmax and the gradients of cross entropy in native memory. */
    NATIVE_EXP_SCALE,
    /** Log-softmax in native memory. */
    NATIVE_LOG_SOFTMAX,
    /** {@link PointFunction#EXP}. */
    EXP,
    /** {@link PointFunction#EXPM1}. */
    EXPM1,
    /** {@link PointFunction#LOG}. */
    LOG,
    /** {@link PointFunction#LOG1P}. */
    LOG1P,
    /** {@link PointFunction#TANH}. */
    TANH,
    /** {@link PointFunction#SIGMOID}. */
    SIGMOID,
    /** {@link PointFunction#LOG_SIGMOID}. */
    LOG_SIGMOID,
    /** The derivative of {@link PointFunction#EXP}. */
    EXP_BACKWARD,
    /** The derivative of {@link PointFunction#EXPM1}. */
    EXPM1_BACKWARD,
    /** The derivative of {@link PointFunction#LOG}. */
    LOG_BACKWARD,
    /** The derivative of {@link PointFunction#LOG1P}. */
    LOG1P_BACKWARD,
    /** The derivative of {@link PointFunction#TANH}. */
    TANH_BACKWARD,
    /** The derivative of {@link PointFunction#SIGMOID}. */
    SIGMOID_BACKWARD,
    /** The derivative of {@link PointFunction#LOG_SIGMOID}. */
    LOG_SIGMOID_BACKWARD,
    /** Softplus. */
    SOFTPLUS,
    /** Its derivative. */
    SOFTPLUS_BACKWARD,
    /** {@link PointFunction#EXP} in native memory. */
    NATIVE_EXP,
    /** {@link PointFunction#EXPM1} in native memory. */
    NATIVE_EXPM1,
    /** {@link PointFunction#LOG} in native memory. */
    NATIVE_LOG,
    /** {@link PointFunction#LOG1P} in native memory. */
    NATIVE_LOG1P,
    /** {@link PointFunction#TANH} in native memory. */
    NATIVE_TANH,
    /** {@link PointFunction#SIGMOID} in native memory. */
    NATIVE_SIGMOID,
    /** {@link PointFunction#LOG_SIGMOID} in native memory. */
    NATIVE_LOG_SIGMOID,
    /** The derivative of {@link PointFunction#EXP} in native memory. */
    NATIVE_EXP_BACKWARD,
    /** The derivative of {@link PointFunction#EXPM1} in native memory. */
    NATIVE_EXPM1_BACKWARD,
    /** The derivative of {@link PointFunction#LOG} in native memory. */
    NATIVE_LOG_BACKWARD,
    /** The derivative of {@link PointFunction#LOG1P} in native memory. */
    NATIVE_LOG1P_BACKWARD,
    /** The derivative of {@link PointFunction#TANH} in native memory. */
    NATIVE_TANH_BACKWARD,
    /** The derivative of {@link PointFunction#SIGMOID} in native memory. */
    NATIVE_SIGMOID_BACKWARD,
    /** The derivative of {@link PointFunction#LOG_SIGMOID} in native memory. */
    NATIVE_LOG_SIGMOID_BACKWARD,
    /** Softplus in native memory. */
    NATIVE_SOFTPLUS,
    /** Its derivative. */
    NATIVE_SOFTPLUS_BACKWARD,
    /** The product of a number and a logarithm. */
    XLOGY,
    /** Its derivatives. */
    XLOGY_BACKWARD,
    /** Binary cross entropy. */
    BCE,
    /** The same of logits. */
    BCE_WITH_LOGITS,
    /** Kullback-Leibler divergence. */
    KL_DIV,
    /** Binary cross entropy in native memory. */
    NATIVE_BCE,
    /** The same of logits. */
    NATIVE_BCE_WITH_LOGITS,
    /** Kullback-Leibler divergence in native memory. */
    NATIVE_KL_DIV;

    private static final Kernel[] OF = new Kernel[PointFunction.values().length];
    private static final Kernel[] BACKWARD_OF = new Kernel[OF.length];
    private static final Kernel[] NATIVE_OF = new Kernel[OF.length];
    private static final Kernel[] NATIVE_BACKWARD_OF = new Kernel[OF.length];

    static {
        // Neither by valueOf nor with a plus: reflection and a class made for the string would take a first call longer
        // than all else here.
        Kernel[] kernels = values();
        for (PointFunction f : PointFunction.values()) {
            OF[f.ordinal()] = named(f.name(), kernels);
            BACKWARD_OF[f.ordinal()] = named(f.name().concat("_BACKWARD"), kernels);
            String inNative = "NATIVE_".concat(f.name());
            NATIVE_OF[f.ordinal()] = named(inNative, kernels);
            NATIVE_BACKWARD_OF[f.ordinal()] = named(inNative.concat("_BACKWARD"), kernels);
        }
    }

    private static Kernel named(String name, Kernel... kernels) {
        for (Kernel kernel : kernels) {
            if (kernel.name().equals(name)) {
                return kernel;
            }
        }
        throw new IllegalArgumentException("no kernel ".concat(name));
    }

    /** The kernel of a sum of exponentials. */
    static Kernel of(ExpSum sum) {
        return switch (sum) {
            case WHOLE -> SUM_EXP;
            case BELOW -> SUM_EXP_BELOW;
            case DISTANCE -> SUM_EXP_DISTANCE;
        };
    }

    /** The kernel of a function. */
    static Kernel of(PointFunction f) {
        return OF[f.ordinal()];
    }

    /** The kernel of a function's derivative. */
    static Kernel backwardOf(PointFunction f) {
        return BACKWARD_OF[f.ordinal()];
    }

    /** The kernel of a function in native memory. */
    static Kernel nativeOf(PointFunction f) {
        return NATIVE_OF[f.ordinal()];
    }

    /** The kernel of a function's derivative in native memory. */
    static Kernel nativeBackwardOf(PointFunction f) {
        return NATIVE_BACKWARD_OF[f.ordinal()];
    }

    /** Its place in an array with one for each kernel. */
    int index() {
        return ordinal();
    }

    /** The name for people: small letters and hyphens. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
