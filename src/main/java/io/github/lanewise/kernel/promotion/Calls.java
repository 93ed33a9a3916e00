// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls by which one kernel is warmed. It counts as fast when they allocate nothing several times in a row: what C2 has not
 * compiled yet makes objects of its vectors. Only where allocations are not counted are its calls timed beside the twin's, of
 * which they take tens of times as long until then. The twin is otherwise left alone, for it serves the program meanwhile: NaN and
 * infinities that the program has not met are branches which the compiler cut off in the twin, and taking them throws that away.
 */
final class Calls {
    /** Rounds of calls between two looks. */
    private static final int ROUNDS = 5;

    /** Rounds of calls before it makes sense to look. */
    private static final int FIRST_ROUNDS = 40;

    /** How often in a row a kernel has to be found fast. */
    private static final int LOOKS = 4;

    private final Runnable vectors;
    private final Supplier<Runnable> makesTwin;
    private @Nullable Runnable twin;
    private final long start = System.nanoTime();
    private int rounds;
    private int found;

    /**
     * Calls to be made.
     *
     * @param vectors calls of the vector kernel that take all of its branches
     * @param makesTwin makes the same of the twin, if they are needed
     */
    Calls(Runnable vectors, Supplier<Runnable> makesTwin) {
        this.vectors = vectors;
        this.makesTwin = makesTwin;
    }

    /** Makes some calls, and tells whether the kernel has been found fast often enough. */
    boolean areFast() {
        long before = AllocatedBytes.now();
        long time = fastest(vectors);
        long after = AllocatedBytes.now();
        rounds += ROUNDS;
        if (rounds > FIRST_ROUNDS) {
            boolean fast = AllocatedBytes.isCount(after) ? after == before : time <= fastest(twin());
            found = fast ? found + 1 : 0;
        }
        return found == LOOKS;
    }

    private Runnable twin() {
        Runnable made = twin;
        if (made == null) {
            made = makesTwin.get();
            twin = made;
        }
        return made;
    }

    /** How long ago the first was to be made. */
    long seconds() {
        return (System.nanoTime() - start) / 1_000_000_000L;
    }

    /** The least time of some rounds. */
    private static long fastest(Runnable calls) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            calls.run();
            least = Math.min(least, System.nanoTime() - begin);
        }
        return least;
    }
}
