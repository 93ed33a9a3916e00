// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.vector;

import static io.github.lanewise.kernel.vector.FloatLaneFold.NEIGHBOUR;
import static io.github.lanewise.kernel.vector.FloatLaneFold.SWAP_HALVES;
import static io.github.lanewise.kernel.vector.FloatLaneFold.WIDE;
import static io.github.lanewise.kernel.vector.FloatSpecies.LENGTH;
import static io.github.lanewise.kernel.vector.FloatSpecies.SPECIES;
import static jdk.incubator.vector.VectorOperators.AND_NOT;
import static jdk.incubator.vector.VectorOperators.F2D;
import static jdk.incubator.vector.VectorOperators.FMA;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LT;

import java.util.concurrent.locks.LockSupport;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/**
 * Operations of each kind on vectors of floats, of the ints of their bits, and of masks, before there are kernels to compile.
 *
 * <p>The kernels share the methods of the Vector API, and C2 compiles these on the way with what it knows of them by then. What it takes for
 * impossible, such as an operator of a kind that no kernel had yet, makes it leave that code later and throw it away, and it counts how often,
 * in each method and for each reason. These counts it adds up over all that is inlined into a kernel, each time that it is inlined: from
 * {@code -XX:PerMethodTrapLimit} (100) for one reason on, and from {@code -XX:PerMethodRecompilationCutoff} / 2 in all, C2 cuts off no branches in
 * the rest of the kernel, and keeps its vectors as objects. A kernel of 80 operations is there once each of two or three methods has been left
 * once. So they see the kinds in turn while their profiles are made.
 */
final class FloatRehearsal {
    /** Rounds until the methods that all operations share are being profiled, which begins some hundred calls from the first. */
    private static final int UNTIL_PROFILED = 80;

    /** Operations that come new afterwards. */
    private static final int NEW = 7;

    /** For so long the compiler has the processor before each of them. */
    private static final long PAUSE_NANOSECONDS = 1_000_000L;

    private final float[] numbers = new float[2 * LENGTH];

    private FloatRehearsal() {}

    /** Performs them. What it answers says nothing; it is there so that none is in vain. */
    static double run() {
        FloatRehearsal rehearsal = new FloatRehearsal();
        double answer = 0.0;
        for (int i = 0; i < UNTIL_PROFILED; i++) {
            answer += rehearsal.round(-1);
        }
        for (int i = 0; i < NEW; i++) {
            LockSupport.parkNanos(PAUSE_NANOSECONDS);
            answer += rehearsal.round(i);
        }
        return answer;
    }

    /**
     * Performs an operation of each kind, and one that comes new: the first of an operator takes a branch of its own, which is to be in the
     * profile as well.
     */
    private double round(int another) {
        FloatVector x = FloatVector.fromArray(SPECIES, numbers, 0);
        FloatVector y = x.add(1f).lanewise(FMA, x, x).neg();
        VectorMask<Float> some = y.compare(LT, x).and(x.compare(LT, y));
        y = y.blend(x, some);
        double answer = some.anyTrue() ? 1.0 : 0.0;
        IntVector bits = y.reinterpretAsInts();
        bits = bits.add(bits).lanewise(LSHL, 1).lanewise(AND_NOT, bits);
        bits = bits.blend(1, bits.compare(LT, 2));
        // ---- for float only
        DoubleVector wide = (DoubleVector) x.rearrange(SWAP_HALVES).convertShape(F2D, WIDE, 0);
        answer += wide.add(wide).lanewise(FMA, wide, wide).rearrange(NEIGHBOUR).lane(0);
        // ---- end

        bits.reinterpretAsFloats().intoArray(numbers, LENGTH);
        switch (another) {
            case 0 -> y = y.sub(x);
            case 1 -> y = y.mul(x);
            case 2 -> y = y.max(x);
            case 3 -> bits = bits.sub(bits);
            case 4 -> bits = bits.max(bits);
            case 5 -> bits = bits.and(bits);
            case 6 -> bits = bits.min(bits);
            default -> {}
        }
        return answer + y.lane(0) + bits.lane(0);
    }
}
