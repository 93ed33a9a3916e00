// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import io.github.lanewise.kernel.KernelSet;
import io.github.lanewise.kernel.vector.VectorKernelSet;
import org.jspecify.annotations.Nullable;

/** Everything that links to the incubator module; the promoting thread loads it. */
final class Vectors {
    private static final KernelSet FIRST = new VectorKernelSet();
    private static @Nullable KernelSet again;
    private static boolean floatsRehearsed;
    private static boolean doublesRehearsed;

    private Vectors() {}

    /** Why vectors can't be had where they need so many bits, or null if they can. */
    static @Nullable String obstacle(int leastBits) {
        int bits = FIRST.bits();
        return bits < leastBits ? "vectors of " + bits + " bits are too narrow" : null;
    }

    /** The vector kernels. */
    static KernelSet first() {
        return FIRST;
    }

    /** Rehearses operations on floats, if that has not been done. Kernels of floats are to be warmed afterwards. */
    static synchronized void rehearseFloats() {
        if (!floatsRehearsed) {
            floatsRehearsed = true;
            VectorKernelSet.rehearseFloats();
        }
    }

    /** The same of doubles. */
    static synchronized void rehearseDoubles() {
        if (!doublesRehearsed) {
            doublesRehearsed = true;
            VectorKernelSet.rehearseDoubles();
        }
    }

    /**
     * The vector kernels again, as other classes, for a kernel of which C2 has made code that is slow for good. It has no reason to
     * compile that once more: the code counts as good, and takes no branch that was cut off. The same kernel in another class has a
     * profile of its own and is compiled by itself.
     *
     * @throws IllegalStateException if their code can't be had, or can't be loaded
     */
    static synchronized KernelSet again() {
        KernelSet made = again;
        if (made == null) {
            try {
                made = (KernelSet)
                        PackageCopy.of(VectorKernelSet.class).getConstructor().newInstance();
            } catch (ReflectiveOperationException | LinkageError e) {
                throw new IllegalStateException("the vector kernels can't be loaded again: " + e, e);
            }
            again = made;
        }
        return made;
    }
}
