// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a walk: a view seen as rows along one dimension, one row for each position of the other dimensions, in
 * row-major order of these. Nothing is stored, so a walk allocates nothing.
 *
 * <p>Rows whose elements lie one after the other are walked row by row. Where the row dimension is strided but positions
 * lie one after the other, as in images (N, C, H, W), a run of positions is walked as columns beside each other.
 */
final class Positions {
    /** Fewer positions than this beside each other are walked as strided rows. */
    private static final int SHORTEST_RUN = 4;

    private Positions() {}

    /**
     * Number of positions: the elements of all dimensions but one.
     *
     * @throws IllegalArgumentException if they are more than an int counts, as they can be where a row has no element
     */
    static int count(Tensor x, int dim) {
        long count = Shapes.product(x.sizes(), dim);
        if (count > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("a view of shape " + Arrays.toString(x.sizes()) + " has more than "
                    + Integer.MAX_VALUE + " rows along dimension " + dim + "; split it into several views");
        }
        return (int) count;
    }

    /** Length of a row. */
    static int length(Tensor x, int dim) {
        return x.rank() == 0 ? 1 : x.sizes()[dim];
    }

    /** Stride of a row; 1 where it has one element. */
    static int stride(Tensor x, int dim) {
        return x.rank() == 0 || x.sizes()[dim] == 1 ? 1 : x.strides()[dim];
    }

    /** Index in the array of the first element of the row at a position. */
    static int offset(Tensor x, int dim, int position) {
        return x.offset() + Shapes.position(x.sizes(), x.strides(), dim, position);
    }

    /** The {@linkplain #offset indices} of consecutive rows, faster than one by one. */
    static void offsets(Tensor x, int dim, int first, int count, int[] offsets) {
        int inner = x.rank() - 1;
        inner -= inner == dim ? 1 : 0;
        int size = inner < 0 ? 1 : x.sizes()[inner];
        int stride = inner < 0 ? 0 : x.strides()[inner];
        int run;
        for (int i = 0; i < count; i += run) {
            run = Math.min(size - (first + i) % size, count - i);
            int offset = offset(x, dim, first + i);
            for (int j = 0; j < run; j++) {
                offsets[i + j] = offset + j * stride;
            }
        }
    }

    /**
     * How many consecutive positions lie one after the other and are to be walked as columns; 0 if the view is to be
     * walked row by row. Every run starts at a multiple of this number.
     */
    static int columnRun(Tensor x, int dim) {
        if (stride(x, dim) == 1) {
            return 0;
        }
        int run = unitRun(x, dim);
        return run < SHORTEST_RUN ? 0 : run;
    }

    /** Whether runs of the given length lie one after the other in this view too. */
    static boolean hasRun(@Nullable Tensor x, int dim, int run) {
        return x != null && unitRun(x, dim) % run == 0;
    }

    /**
     * How many consecutive rows lie one after the other without a gap; every such run starts at a multiple of this number. 1 if
     * the elements of a row do not.
     */
    static int rowRun(Tensor x, int dim) {
        if (stride(x, dim) != 1) {
            return 1;
        }
        int length = length(x, dim);
        int run = 1;
        for (int d = x.rank() - 1; d >= 0; d--) {
            int size = x.sizes()[d];
            if (d != dim && size != 1) {
                if (x.strides()[d] != (long) length * run) {
                    break;
                }
                run *= size;
            }
        }
        return run;
    }

    private static int unitRun(Tensor x, int dim) {
        int run = 1;
        for (int d = x.rank() - 1; d >= 0; d--) {
            int size = x.sizes()[d];
            if (d != dim && size != 1) {
                if (x.strides()[d] != run) {
                    break;
                }
                run *= size;
            }
        }
        return run;
    }
}
