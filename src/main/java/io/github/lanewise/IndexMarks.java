// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ScratchPool;
import org.jspecify.annotations.Nullable;

/** Which places of a row have been written to. Borrowed from a pool; between uses no place is marked. */
final class IndexMarks {
    private static final ScratchPool<IndexMarks> POOL = new ScratchPool<>(IndexMarks::new);

    private long[] bits = new long[0];

    private IndexMarks() {}

    /** Takes marks for a row of the given length. */
    static IndexMarks borrow(int size) {
        IndexMarks marks = POOL.borrow();
        int words = (size >> 6) + 1;
        if (marks.bits.length < words) {
            marks.bits = new long[words];
        }
        return marks;
    }

    void giveBack() {
        POOL.giveBack(this);
    }

    /** Marks a place; says whether it was marked before. */
    boolean mark(int place) {
        long bit = 1L << place;
        boolean marked = (bits[place >> 6] & bit) != 0;
        bits[place >> 6] |= bit;
        return marked;
    }

    /** Takes the marks of a row of indices away. */
    void clear(int @Nullable [] ints, long @Nullable [] longs, int start, int step, int n) {
        for (int i = 0; i < n; i++) {
            bits[(int) ClassIndices.at(ints, longs, start + i * step) >> 6] = 0L;
        }
    }
}
