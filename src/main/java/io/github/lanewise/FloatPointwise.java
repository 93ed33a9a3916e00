// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.PointFunction;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Functions of single elements over views and rows: checks and walks. */
final class FloatPointwise {
    /**
     * Elements that are walked at once. Fewer than losses sum at once: of memory that kernels do not reach there are two copies
     * beside the elements themselves, and all of that has to stay in the L1 cache.
     */
    private static final int PIECE = FloatLanes.CHUNK / 2;

    /**
     * Elements that are walked at once where all operands lie in arrays or all in native memory, one element after the other, so that nothing is copied: many, since
     * kernels begin and end slower than they walk, and few enough that the JVM can stop the thread between two of them.
     */
    private static final int LONG_PIECE = 16 * FloatLanes.CHUNK;

    private FloatPointwise() {}

    /** {@code output = f(input)}. */
    static void map(PointFunction f, FloatTensor input, FloatTensor output) {
        checkMap(input, output);
        walk(f, 0f, 0f, input, null, output);
    }

    /** {@code gradInput = gradOutput * f'(input)}. */
    static void mapBackward(PointFunction f, FloatTensor input, FloatTensor gradOutput, FloatTensor gradInput) {
        checkBackward(input, gradOutput, gradInput);
        walk(f, 0f, 0f, input, gradOutput, gradInput);
    }

    /** {@code output = softplus(input)}. */
    static void softplus(FloatTensor input, float beta, float threshold, FloatTensor output) {
        checkMap(input, output);
        walk(null, beta, threshold, input, null, output);
    }

    /** {@code gradInput = gradOutput * softplus'(input)}. */
    static void softplusBackward(
            FloatTensor input, FloatTensor gradOutput, float beta, float threshold, FloatTensor gradInput) {
        checkBackward(input, gradOutput, gradInput);
        walk(null, beta, threshold, input, gradOutput, gradInput);
    }

    /** As {@link #map} on a part of an array. */
    static void map(PointFunction f, float[] input, int inputOffset, int n, float[] output, int outputOffset) {
        checkRow(input, "input", inputOffset, n);
        checkRow(output, "output", outputOffset, n);
        checkRows(input, "input", inputOffset, output, "output", outputOffset, n);
        Kernels.FLOAT.apply(f, input, inputOffset, n, output, outputOffset);
    }

    /** As {@link #mapBackward} on parts of arrays. */
    static void mapBackward(
            PointFunction f,
            float[] input,
            int inputOffset,
            float[] gradOutput,
            int gradOutputOffset,
            int n,
            float[] gradInput,
            int gradInputOffset) {
        checkRowsBackward(input, inputOffset, gradOutput, gradOutputOffset, n, gradInput, gradInputOffset);
        Kernels.FLOAT.applyBackward(f, input, inputOffset, gradOutput, gradOutputOffset, n, gradInput, gradInputOffset);
    }

    /** As {@link #softplus} on a part of an array. */
    static void softplus(
            float[] input, int inputOffset, int n, float beta, float threshold, float[] output, int outputOffset) {
        checkRow(input, "input", inputOffset, n);
        checkRow(output, "output", outputOffset, n);
        checkRows(input, "input", inputOffset, output, "output", outputOffset, n);
        Kernels.FLOAT.softplus(input, inputOffset, n, beta, threshold, output, outputOffset);
    }

    /** As {@link #softplusBackward} on parts of arrays. */
    static void softplusBackward(
            float[] input,
            int inputOffset,
            float[] gradOutput,
            int gradOutputOffset,
            int n,
            float beta,
            float threshold,
            float[] gradInput,
            int gradInputOffset) {
        checkRowsBackward(input, inputOffset, gradOutput, gradOutputOffset, n, gradInput, gradInputOffset);
        Kernels.FLOAT.softplusBackward(
                input, inputOffset, gradOutput, gradOutputOffset, n, beta, threshold, gradInput, gradInputOffset);
    }

    /** {@code output = x * log(y)}. */
    static void xlogy(FloatTensor x, FloatTensor y, FloatTensor output) {
        checkPair(x, y);
        checkOutput(x, "x", output, "output");
        Overlap.checkSameOrApart(x, "x", output, "output");
        Overlap.checkSameOrApart(y, "y", output, "output");
        int[] shape = x.sizes();
        int piece = piece(output, piece(y, piece(x, LONG_PIECE)));
        FloatChunk chunk = FloatChunk.borrow();
        int n;
        for (int start = 0; start < x.numel(); start += n) {
            n = Math.min(piece, x.numel() - start);
            chunk.input.read(x, shape, start, n);
            chunk.target.read(y, shape, start, n);
            chunk.output.write(output, start, n);
            Kernels.FLOAT.xlogy(
                    chunk.input.array(),
                    chunk.input.offset(),
                    chunk.target.array(),
                    chunk.target.offset(),
                    n,
                    chunk.output.array(),
                    chunk.output.offset());
            chunk.output.flush(output, start, n);
        }
        chunk.giveBack();
    }

    /** Gradients of {@link #xlogy}. */
    static void xlogyBackward(
            FloatTensor x, FloatTensor y, FloatTensor gradOutput, FloatTensor gradX, FloatTensor gradY) {
        checkPair(x, y);
        Objects.requireNonNull(gradOutput, "gradOutput");
        Shapes.checkSame("x", x, "gradOutput", gradOutput);
        checkOutput(x, "x", gradX, "gradX");
        checkOutput(x, "x", gradY, "gradY");
        for (int i = 0; i < 2; i++) {
            FloatTensor grad = i == 0 ? gradX : gradY;
            String name = i == 0 ? "gradX" : "gradY";
            Overlap.checkSameOrApart(x, "x", grad, name);
            Overlap.checkSameOrApart(y, "y", grad, name);
            Overlap.checkSameOrApart(gradOutput, "gradOutput", grad, name);
        }
        Overlap.checkApart(gradX, "gradX", gradY, "gradY");
        int[] shape = x.sizes();
        int inputs = piece(gradOutput, piece(y, piece(x, LONG_PIECE)));
        int piece = piece(gradY, piece(gradX, inputs));
        FloatChunk chunk = FloatChunk.borrow();
        int n;
        for (int start = 0; start < x.numel(); start += n) {
            n = Math.min(piece, x.numel() - start);
            chunk.input.read(x, shape, start, n);
            chunk.target.read(y, shape, start, n);
            chunk.gradOutput.read(gradOutput, shape, start, n);
            chunk.gradInput.write(gradX, start, n);
            chunk.gradTarget.write(gradY, start, n);
            Kernels.FLOAT.xlogyBackward(
                    chunk.input.array(),
                    chunk.input.offset(),
                    chunk.target.array(),
                    chunk.target.offset(),
                    chunk.gradOutput.array(),
                    chunk.gradOutput.offset(),
                    n,
                    chunk.gradInput.array(),
                    chunk.gradInput.offset(),
                    chunk.gradTarget.array(),
                    chunk.gradTarget.offset());
            chunk.gradInput.flush(gradX, start, n);
            chunk.gradTarget.flush(gradY, start, n);
        }
        chunk.giveBack();
    }

    /** As {@link #xlogy} on parts of arrays. */
    static void xlogy(float[] x, int xOffset, float[] y, int yOffset, int n, float[] output, int outputOffset) {
        checkRow(x, "x", xOffset, n);
        checkRow(y, "y", yOffset, n);
        checkRow(output, "output", outputOffset, n);
        checkRows(x, "x", xOffset, output, "output", outputOffset, n);
        checkRows(y, "y", yOffset, output, "output", outputOffset, n);
        Kernels.FLOAT.xlogy(x, xOffset, y, yOffset, n, output, outputOffset);
    }

    /** As {@link #xlogyBackward} on parts of arrays. */
    static void xlogyBackward(
            float[] x,
            int xOffset,
            float[] y,
            int yOffset,
            float[] gradOutput,
            int gradOutputOffset,
            int n,
            float[] gradX,
            int gradXOffset,
            float[] gradY,
            int gradYOffset) {
        checkRow(x, "x", xOffset, n);
        checkRow(y, "y", yOffset, n);
        checkRow(gradOutput, "gradOutput", gradOutputOffset, n);
        checkRow(gradX, "gradX", gradXOffset, n);
        checkRow(gradY, "gradY", gradYOffset, n);
        checkRows(x, "x", xOffset, gradX, "gradX", gradXOffset, n);
        checkRows(y, "y", yOffset, gradX, "gradX", gradXOffset, n);
        checkRows(gradOutput, "gradOutput", gradOutputOffset, gradX, "gradX", gradXOffset, n);
        checkRows(x, "x", xOffset, gradY, "gradY", gradYOffset, n);
        checkRows(y, "y", yOffset, gradY, "gradY", gradYOffset, n);
        checkRows(gradOutput, "gradOutput", gradOutputOffset, gradY, "gradY", gradYOffset, n);
        checkRowsApart(gradX, gradXOffset, gradY, gradYOffset, n);
        Kernels.FLOAT.xlogyBackward(
                x, xOffset, y, yOffset, gradOutput, gradOutputOffset, n, gradX, gradXOffset, gradY, gradYOffset);
    }

    /**
     * One walk for all functions of one input; with gradOutput for their gradients. No function stands for softplus.
     */
    private static void walk(
            @Nullable PointFunction f,
            float beta,
            float threshold,
            FloatTensor input,
            @Nullable FloatTensor gradOutput,
            FloatTensor output) {
        int[] shape = input.sizes();
        int piece = piece(output, piece(gradOutput, piece(input, LONG_PIECE)));
        int first = inNativeMemory(f, beta, threshold, input, gradOutput, output);
        if (first == input.numel()) {
            return;
        }
        FloatChunk chunk = FloatChunk.borrow();
        int n;
        for (int start = first; start < input.numel(); start += n) {
            n = Math.min(piece, input.numel() - start);
            chunk.input.read(input, shape, start, n);
            chunk.gradOutput.read(gradOutput, shape, start, n);
            chunk.output.write(output, start, n);
            compute(f, beta, threshold, chunk, n);
            chunk.output.flush(output, start, n);
        }
        chunk.giveBack();
    }

    /** Walks views that all lie in native memory, one element after the other, without copies; gives the number of elements that are done. */
    private static int inNativeMemory(
            @Nullable PointFunction f,
            float beta,
            float threshold,
            FloatTensor input,
            @Nullable FloatTensor gradOutput,
            FloatTensor output) {
        FloatStorage x = FloatOperand.nativeInOrder(input);
        FloatStorage out = FloatOperand.nativeInOrder(output);
        FloatStorage g = gradOutput == null ? x : FloatOperand.nativeInOrder(gradOutput);
        if (x == null || out == null || g == null) {
            return 0;
        }
        int start = 0;
        int done;
        do {
            int n = Math.min(LONG_PIECE, input.numel() - start);
            long xOffset = FloatStorage.address(input.offset() + start);
            long outOffset = FloatStorage.address(output.offset() + start);
            if (gradOutput == null) {
                done = f == null
                        ? Kernels.FLOAT_NATIVE.softplus(x.segment, xOffset, n, beta, threshold, out.segment, outOffset)
                        : Kernels.FLOAT_NATIVE.apply(f, x.segment, xOffset, n, out.segment, outOffset);
            } else {
                long gOffset = FloatStorage.address(gradOutput.offset() + start);
                done = f == null
                        ? Kernels.FLOAT_NATIVE.softplusBackward(
                                x.segment, xOffset, g.segment, gOffset, n, beta, threshold, out.segment, outOffset)
                        : Kernels.FLOAT_NATIVE.applyBackward(
                                f, x.segment, xOffset, g.segment, gOffset, n, out.segment, outOffset);
            }
            start += done;
        } while (done == LONG_PIECE);
        return start;
    }

    /** The greatest piece, at most the given one, in which a view may be walked. */
    private static int piece(@Nullable FloatTensor view, int most) {
        return view == null || view.numel() <= PIECE || FloatOperand.isInOrder(view) ? most : PIECE;
    }

    private static void compute(@Nullable PointFunction f, float beta, float threshold, FloatChunk chunk, int n) {
        float[] x = chunk.input.array();
        int xOffset = chunk.input.offset();
        float[] g = chunk.gradOutput.arrayOrNull();
        int gOffset = chunk.gradOutput.offset();
        float[] out = chunk.output.array();
        int outOffset = chunk.output.offset();
        if (g == null) {
            if (f == null) {
                Kernels.FLOAT.softplus(x, xOffset, n, beta, threshold, out, outOffset);
            } else {
                Kernels.FLOAT.apply(f, x, xOffset, n, out, outOffset);
            }
        } else if (f == null) {
            Kernels.FLOAT.softplusBackward(x, xOffset, g, gOffset, n, beta, threshold, out, outOffset);
        } else {
            Kernels.FLOAT.applyBackward(f, x, xOffset, g, gOffset, n, out, outOffset);
        }
    }

    private static void checkMap(FloatTensor input, FloatTensor output) {
        Objects.requireNonNull(input, "input");
        checkOutput(input, "input", output, "output");
        Overlap.checkSameOrApart(input, "input", output, "output");
    }

    private static void checkBackward(FloatTensor input, FloatTensor gradOutput, FloatTensor gradInput) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(gradOutput, "gradOutput");
        Shapes.checkSame("input", input, "gradOutput", gradOutput);
        checkOutput(input, "input", gradInput, "gradInput");
        Overlap.checkSameOrApart(input, "input", gradInput, "gradInput");
        Overlap.checkSameOrApart(gradOutput, "gradOutput", gradInput, "gradInput");
    }

    private static void checkPair(FloatTensor x, FloatTensor y) {
        Objects.requireNonNull(x, "x");
        Objects.requireNonNull(y, "y");
        Shapes.checkSame("x", x, "y", y);
    }

    private static void checkOutput(FloatTensor input, String inputName, FloatTensor output, String name) {
        Objects.requireNonNull(output, name);
        Shapes.checkSame(inputName, input, name, output);
        Overlap.checkWritable(output, name);
    }

    private static void checkRow(float[] row, String name, int offset, int n) {
        Objects.requireNonNull(row, name);
        if (offset < 0 || n < 0 || offset > row.length - n) {
            throw new IndexOutOfBoundsException("[" + offset + ", " + offset + " + " + n + ") is not within " + name
                    + " of length " + row.length + "; choose an offset and a number of elements that stay inside");
        }
    }

    @SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
    private static void checkRows(
            float[] input, String inputName, int inputOffset, float[] output, String name, int outputOffset, int n) {
        if (input == output && inputOffset != outputOffset && Math.abs((long) inputOffset - outputOffset) < n) {
            throw new IllegalArgumentException(name + " at offset " + outputOffset + " overlaps the " + n
                    + " elements of " + inputName + " at offset " + inputOffset
                    + " of the same array; use the same offset or rows that are apart");
        }
    }

    @SuppressWarnings("ReferenceEquality") // one and the same array, not equal contents
    private static void checkRowsApart(float[] gradX, int gradXOffset, float[] gradY, int gradYOffset, int n) {
        if (gradX == gradY && Math.abs((long) gradXOffset - gradYOffset) < n) {
            throw new IllegalArgumentException("gradY at offset " + gradYOffset + " overlaps gradX at offset "
                    + gradXOffset + " of the same array; give each gradient " + n + " elements of its own");
        }
    }

    private static void checkRowsBackward(
            float[] input,
            int inputOffset,
            float[] gradOutput,
            int gradOutputOffset,
            int n,
            float[] gradInput,
            int gradInputOffset) {
        checkRow(input, "input", inputOffset, n);
        checkRow(gradOutput, "gradOutput", gradOutputOffset, n);
        checkRow(gradInput, "gradInput", gradInputOffset, n);
        checkRows(input, "input", inputOffset, gradInput, "gradInput", gradInputOffset, n);
        checkRows(gradOutput, "gradOutput", gradOutputOffset, gradInput, "gradInput", gradInputOffset, n);
    }
}
