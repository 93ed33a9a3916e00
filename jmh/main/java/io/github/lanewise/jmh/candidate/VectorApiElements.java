// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * The loops of {@link VectorApiLoops} over single elements. One for each function, because C2 compiles the vector's operation
 * only where it is a constant.
 */
final class VectorApiElements {
    private static final VectorSpecies<Float> S = FloatVector.SPECIES_PREFERRED;

    private VectorApiElements() {}

    static float bce(float[] x, float[] t) {
        FloatVector sum = FloatVector.zero(S);
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector p = FloatVector.fromArray(S, x, i);
            FloatVector label = FloatVector.fromArray(S, t, i);
            FloatVector no = p.neg().lanewise(VectorOperators.LOG1P);
            sum = sum.add(label.fma(p.lanewise(VectorOperators.LOG).sub(no), no));
        }
        double total = -sum.reduceLanes(VectorOperators.ADD);
        for (; i < x.length; i++) {
            total -= t[i] * Math.log(x[i]) + (1 - t[i]) * Math.log1p(-x[i]);
        }
        return (float) (total / x.length);
    }

    static float bceWithLogits(float[] x, float[] t) {
        FloatVector sum = FloatVector.zero(S);
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector v = FloatVector.fromArray(S, x, i);
            FloatVector e = v.abs().neg().lanewise(VectorOperators.EXP);
            FloatVector linear = v.max(0).sub(v.mul(FloatVector.fromArray(S, t, i)));
            sum = sum.add(linear.add(e.lanewise(VectorOperators.LOG1P)));
        }
        double total = sum.reduceLanes(VectorOperators.ADD);
        for (; i < x.length; i++) {
            total += Math.max(x[i], 0) - x[i] * t[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
        }
        return (float) (total / x.length);
    }

    static float bceWithLogits(float[] x, float[] t, float[] g) {
        FloatVector sum = FloatVector.zero(S);
        FloatVector one = FloatVector.broadcast(S, 1);
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector v = FloatVector.fromArray(S, x, i);
            FloatVector label = FloatVector.fromArray(S, t, i);
            FloatVector e = v.abs().neg().lanewise(VectorOperators.EXP);
            FloatVector sigmoid =
                    one.blend(e, v.test(VectorOperators.IS_NEGATIVE)).div(e.add(1));
            sigmoid.sub(label).div(x.length).intoArray(g, i);
            sum = sum.add(v.max(0).sub(v.mul(label)).add(e.lanewise(VectorOperators.LOG1P)));
        }
        double total = sum.reduceLanes(VectorOperators.ADD);
        for (; i < x.length; i++) {
            total += Math.max(x[i], 0) - x[i] * t[i] + Math.log1p(Math.exp(-Math.abs(x[i])));
            g[i] = (float) ((1 / (1 + Math.exp(-x[i])) - t[i]) / x.length);
        }
        return (float) (total / x.length);
    }

    static float klDiv(float[] x, float[] t, int samples) {
        FloatVector sum = FloatVector.zero(S);
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector p = FloatVector.fromArray(S, t, i);
            sum = p.fma(p.lanewise(VectorOperators.LOG).sub(FloatVector.fromArray(S, x, i)), sum);
        }
        double total = sum.reduceLanes(VectorOperators.ADD);
        for (; i < x.length; i++) {
            total += t[i] * (Math.log(t[i]) - x[i]);
        }
        return (float) (total / samples);
    }

    static float exp(float[] x, float[] y) {
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector.fromArray(S, x, i).lanewise(VectorOperators.EXP).intoArray(y, i);
        }
        for (; i < x.length; i++) {
            y[i] = (float) Math.exp(x[i]);
        }
        return 0;
    }

    static float expm1(float[] x, float[] y) {
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector.fromArray(S, x, i).lanewise(VectorOperators.EXPM1).intoArray(y, i);
        }
        for (; i < x.length; i++) {
            y[i] = (float) Math.expm1(x[i]);
        }
        return 0;
    }

    static float log(float[] x, float[] y) {
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector.fromArray(S, x, i).lanewise(VectorOperators.LOG).intoArray(y, i);
        }
        for (; i < x.length; i++) {
            y[i] = (float) Math.log(x[i]);
        }
        return 0;
    }

    static float log1p(float[] x, float[] y) {
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector.fromArray(S, x, i).lanewise(VectorOperators.LOG1P).intoArray(y, i);
        }
        for (; i < x.length; i++) {
            y[i] = (float) Math.log1p(x[i]);
        }
        return 0;
    }

    static float tanh(float[] x, float[] y) {
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector.fromArray(S, x, i).lanewise(VectorOperators.TANH).intoArray(y, i);
        }
        for (; i < x.length; i++) {
            y[i] = (float) Math.tanh(x[i]);
        }
        return 0;
    }

    static float sigmoid(float[] x, float[] y) {
        int i = 0;
        FloatVector one = FloatVector.broadcast(S, 1);
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector e = FloatVector.fromArray(S, x, i).neg().lanewise(VectorOperators.EXP);
            one.div(e.add(1)).intoArray(y, i);
        }
        for (; i < x.length; i++) {
            y[i] = (float) (1 / (1 + Math.exp(-x[i])));
        }
        return 0;
    }

    /** Of sign 1 softplus of x, of sign -1 the negative of softplus of -x. */
    static float logSigmoid(float[] x, float[] y, float sign) {
        int i = 0;
        for (; i <= x.length - S.length(); i += S.length()) {
            FloatVector v = FloatVector.fromArray(S, x, i).mul(sign);
            FloatVector e = v.abs().neg().lanewise(VectorOperators.EXP);
            v.max(0).add(e.lanewise(VectorOperators.LOG1P)).mul(sign).intoArray(y, i);
        }
        for (; i < x.length; i++) {
            float v = x[i] * sign;
            y[i] = sign * (float) (Math.max(v, 0) + Math.log1p(Math.exp(-Math.abs(v))));
        }
        return 0;
    }
}
