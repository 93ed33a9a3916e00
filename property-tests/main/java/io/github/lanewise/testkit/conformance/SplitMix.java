// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

/**
 * Steele, Lea and Flood's SplitMix64, written out so that no release of a library changes the numbers. All arithmetic here is
 * exact in double.
 */
final class SplitMix {
    private static final long GOLDEN_GAMMA = 0x9e3779b97f4a7c15L;

    private long state;

    SplitMix(long seed) {
        this.state = seed;
    }

    /** The next 64 bits. */
    long next() {
        state += GOLDEN_GAMMA;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }

    /** A whole number of [0, bound). */
    int below(int bound) {
        return (int) ((next() >>> 33) % bound);
    }

    /** A number of [0, 1) with 53 bits. */
    double unit() {
        return (next() >>> 11) * 0x1p-53;
    }

    /** A number of [-1, 1). */
    double signed() {
        return 2.0 * unit() - 1.0;
    }
}
