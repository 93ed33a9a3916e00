// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.FloatLanes;
import io.github.lanewise.kernel.FloatRows;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the losses of single elements share: the checks of a call, before anything is written, the walk over the
 * elements in chunks, and the way from their losses to the result. The losses of a chunk are summed as
 * {@link FloatLanes} lays down, the chunks in double. Loss and gradients of a chunk come from one call of the kernel.
 */
abstract class FloatElementLoss {
    /** How losses are summed: not at all, by a {@link #quickSum} where there is one, or one by one. */
    private enum Sum {
        NONE,
        QUICK,
        OF_LOSSES
    }

    final ElementLossOptions options;
    private final @Nullable FloatTensor weight;
    private final @Nullable FloatTensor posWeight;
    private final double weightSum;

    FloatElementLoss(ElementLossOptions options) {
        this.options = options;
        this.weight = options.weight == null ? null : options.weight.floats;
        this.posWeight = options.posWeight == null ? null : options.posWeight.floats;
        this.weightSum = weight == null ? 0.0 : FloatRows.sum(weight.array(), 0, 1, weight.numel());
    }

    /** Checks the inputs of a call and gives the shape of the losses before the reduction. */
    abstract int[] check(FloatTensor input, FloatTensor target);

    /** Calls the kernel for the chunk's losses and gradients, whichever have a place. */
    abstract void compute(FloatChunk chunk, int n, float scale);

    /**
     * The sum of the chunk's losses, with the gradients that have a place, by a quicker way than through each loss; or NaN if there is
     * none or the sum is not finite. The inputs are as they were then, and the gradients may hold anything.
     */
    double quickSum(FloatChunk chunk, int n, float scale) {
        return Double.NaN;
    }

    /**
     * As {@link #quickSum} for a chunk in native memory, where it lies. No weights, upstream gradients or gradients of targets.
     *
     * @return whether the sum is in the chunk and the gradient written; if not, the inputs are as they were
     */
    boolean computeInPlace(
            FloatChunk chunk,
            FloatStorage x,
            int xPlace,
            FloatStorage t,
            int tPlace,
            int n,
            float scale,
            @Nullable FloatStorage gradX,
            int gradXPlace) {
        return false;
    }

    /** Checks inputs that must have the same shape, and that the weights fit it. */
    final int[] checkSameShape(FloatTensor input, FloatTensor target) {
        Objects.requireNonNull(input, "input");
        Objects.requireNonNull(target, "target");
        Shapes.checkSame("input", input, "target", target);
        if (weight != null) {
            Broadcast.checkFits("weight", weight, "target", target);
        }
        if (posWeight != null) {
            Broadcast.checkFits("posWeight", posWeight, "target", target);
        }
        return input.sizes();
    }

    /**
     * The loss reduced to one number, and the gradients that have a place.
     *
     * @param value whether the number is wanted
     */
    final float reduced(
            FloatTensor input,
            FloatTensor target,
            boolean value,
            float gradOutput,
            @Nullable FloatTensor gradInput,
            @Nullable FloatTensor gradTarget) {
        int[] shape = checkInputs(input, target);
        checkGradients(input, target, gradInput, gradTarget);
        int count = Broadcast.count(shape, Broadcast.ALL);
        Results.checkReduces(options.reduction, count);
        boolean mean = options.reduction == Reduction.MEAN || options.reduction == Reduction.BATCH_MEAN;
        double divisor = mean ? divisor(input, count) : 1.0;
        boolean empty = count == 0 && divisor == 0.0;
        if (empty) {
            Results.checkNotEmpty(options.emptyMean, Results.NO_ELEMENT);
        }
        float scale = Results.toFloat(gradOutput / divisor);
        // The only loss that nothing is reduced from has the bits that it has by itself.
        Sum quick = options.reduction == Reduction.NONE ? Sum.OF_LOSSES : Sum.QUICK;
        double sum = walk(input, target, shape, value ? quick : Sum.NONE, scale, null, null, gradInput, gradTarget);
        if (empty) {
            return options.emptyMean == OnEmpty.ZERO ? 0f : Float.NaN;
        }
        return Results.toFloat(sum / divisor);
    }

    /** The losses of the elements, or gradients for an upstream gradient of each, or both. */
    final void each(
            FloatTensor input,
            FloatTensor target,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput,
            @Nullable FloatTensor gradTarget) {
        int[] shape = checkInputs(input, target);
        checkGradients(input, target, gradInput, gradTarget);
        if (gradOutput != null) {
            checkShape(shape, gradOutput, "gradOutput");
            checkApart(gradOutput, "gradOutput", gradInput, "gradInput");
            checkApart(gradOutput, "gradOutput", gradTarget, "gradTarget");
            checkApart(gradOutput, "gradOutput", perSample, "perSample");
        }
        if (perSample != null) {
            checkShape(shape, perSample, "perSample");
            Overlap.checkWritable(perSample, "perSample");
            Overlap.checkApart(input, "input", perSample, "perSample");
            Overlap.checkApart(target, "target", perSample, "perSample");
            checkApart(perSample, "perSample", gradInput, "gradInput");
            checkApart(perSample, "perSample", gradTarget, "gradTarget");
        }
        Results.checkNone(options.reduction);
        walk(input, target, shape, Sum.NONE, 1f, gradOutput, perSample, gradInput, gradTarget);
    }

    /** The parts of a mean. */
    final LossSum total(FloatTensor input, FloatTensor target) {
        int[] shape = checkInputs(input, target);
        int count = Broadcast.count(shape, Broadcast.ALL);
        double sum = walk(input, target, shape, Sum.QUICK, 1f, null, null, null, null);
        return new LossSum(sum, divisor(input, count), count, denominator().isGiven());
    }

    private int[] checkInputs(FloatTensor input, FloatTensor target) {
        int[] shape = check(input, target);
        // Also where there is no element to read.
        input.checkAccess();
        target.checkAccess();
        return shape;
    }

    private Denominator denominator() {
        return options.reduction == Reduction.BATCH_MEAN ? Denominator.BATCH : options.denominator;
    }

    /** What a mean divides by. */
    private double divisor(FloatTensor input, int count) {
        Denominator kind = denominator();
        if (kind.isGiven()) {
            return kind.number();
        }
        if (kind == Denominator.BATCH) {
            return input.rank() == 0 ? 1.0 : input.sizes()[0];
        }
        if (kind == Denominator.WEIGHTED && weight != null && count != 0) {
            int repetitions = count / weight.numel();
            return weightSum * repetitions;
        }
        return count;
    }

    private static void checkGradients(
            FloatTensor input, FloatTensor target, @Nullable FloatTensor gradInput, @Nullable FloatTensor gradTarget) {
        if (gradInput != null) {
            Shapes.checkSame("input", input, "gradInput", gradInput);
            Overlap.checkWritable(gradInput, "gradInput");
            Overlap.checkSameOrApart(input, "input", gradInput, "gradInput");
            Overlap.checkApart(target, "target", gradInput, "gradInput");
        }
        if (gradTarget != null) {
            Shapes.checkSame("target", target, "gradTarget", gradTarget);
            Overlap.checkWritable(gradTarget, "gradTarget");
            Overlap.checkApart(input, "input", gradTarget, "gradTarget");
            Overlap.checkApart(target, "target", gradTarget, "gradTarget");
        }
        checkApart(gradInput, "gradInput", gradTarget, "gradTarget");
    }

    private static void checkApart(
            @Nullable FloatTensor view, String name, @Nullable FloatTensor output, String outputName) {
        if (view != null && output != null) {
            Overlap.checkApart(view, name, output, outputName);
        }
    }

    private static void checkShape(int[] shape, FloatTensor view, String name) {
        if (!Arrays.equals(shape, view.sizes())) {
            throw new IllegalArgumentException(name + " has shape " + Arrays.toString(view.sizes())
                    + " but the losses have shape " + Arrays.toString(shape) + "; they must be the same");
        }
    }

    /**
     * Walks all elements. An input that is repeated gets its gradient in a walk of its own, element by element, each
     * the sum over its repetitions; in an order that lets gradInput lie on the input.
     */
    private double walk(
            FloatTensor input,
            FloatTensor target,
            int[] shape,
            Sum wanted,
            float scale,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput,
            @Nullable FloatTensor gradTarget) {
        FloatChunk chunk = FloatChunk.borrow();
        FloatTensor ownInput = gradInput;
        FloatTensor ownTarget = gradTarget;
        if (gradTarget != null && Broadcast.repeated(target, shape) != 0) {
            sumOverRepetitions(chunk, input, target, shape, scale, gradOutput, gradTarget, false);
            ownTarget = null;
        }
        if (gradInput != null && Broadcast.repeated(input, shape) != 0) {
            ownInput = null;
        }
        double sum = 0.0;
        if (wanted != Sum.NONE || perSample != null || ownInput != null || ownTarget != null) {
            sum = sweep(chunk, input, target, shape, wanted, scale, gradOutput, perSample, ownInput, ownTarget);
        }
        if (gradInput != null && ownInput == null) {
            sumOverRepetitions(chunk, input, target, shape, scale, gradOutput, gradInput, true);
        }
        chunk.giveBack();
        return sum;
    }

    private double sweep(
            FloatChunk chunk,
            FloatTensor input,
            FloatTensor target,
            int[] shape,
            Sum wanted,
            float scale,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput,
            @Nullable FloatTensor gradTarget) {
        int count = Broadcast.count(shape, Broadcast.ALL);
        boolean confined = Tensor.isConfined(input)
                || Tensor.isConfined(target)
                || Tensor.isConfined(gradOutput)
                || Tensor.isConfined(perSample)
                || Tensor.isConfined(gradInput)
                || Tensor.isConfined(gradTarget);
        int tasks = confined ? 1 : options.tasksFor(count);
        double[] parts = null;
        if (tasks > 1) {
            double[] each = new double[Math.ceilDiv(count, FloatLanes.CHUNK)];
            options.run(tasks, count, FloatLanes.CHUNK, (from, to) -> {
                FloatChunk own = FloatChunk.borrow();
                for (int start = from; start < to; start += FloatLanes.CHUNK) {
                    each[start / FloatLanes.CHUNK] = part(
                            own,
                            input,
                            target,
                            shape,
                            wanted,
                            scale,
                            gradOutput,
                            perSample,
                            gradInput,
                            gradTarget,
                            start,
                            Math.min(FloatLanes.CHUNK, count - start));
                }
                own.giveBack();
            });
            parts = each;
        }
        double sum = 0.0;
        double lost = 0.0;
        for (int start = 0; start < count; start += FloatLanes.CHUNK) {
            double part = parts != null
                    ? parts[start / FloatLanes.CHUNK]
                    : part(
                            chunk,
                            input,
                            target,
                            shape,
                            wanted,
                            scale,
                            gradOutput,
                            perSample,
                            gradInput,
                            gradTarget,
                            start,
                            Math.min(FloatLanes.CHUNK, count - start));
            double next = sum + part;
            lost += Results.lost(sum, part, next);
            sum = next;
        }
        return Results.total(sum, lost);
    }

    /** One chunk: what is asked for is written, and the sum of its losses given back if it is wanted. */
    private double part(
            FloatChunk chunk,
            FloatTensor input,
            FloatTensor target,
            int[] shape,
            Sum wanted,
            float scale,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput,
            @Nullable FloatTensor gradTarget,
            int start,
            int n) {
        boolean alone = gradOutput == null && perSample == null && gradTarget == null;
        if (wanted == Sum.QUICK && alone && computesInPlace(chunk, input, target, shape, scale, gradInput, start, n)) {
            return chunk.sum;
        }
        chunk.input.read(input, shape, start, n);
        chunk.target.read(target, shape, start, n);
        chunk.weight.read(weight, shape, start, n);
        chunk.posWeight.read(posWeight, shape, start, n);
        chunk.gradOutput.read(gradOutput, shape, start, n);
        chunk.gradInput.write(gradInput, start, n);
        chunk.gradTarget.write(gradTarget, start, n);
        chunk.output.write(perSample, start, n);
        double sum = wanted == Sum.QUICK ? quickSum(chunk, n, scale) : Double.NaN;
        if (Double.isNaN(sum)) {
            if (wanted != Sum.NONE) {
                chunk.output.keep();
            }
            compute(chunk, n, scale);
            sum = wanted == Sum.NONE ? 0.0 : FloatRows.sum(chunk.output.array(), 0, 1, n);
        }
        chunk.gradInput.flush(gradInput, start, n);
        chunk.gradTarget.flush(gradTarget, start, n);
        chunk.output.flush(perSample, start, n);
        return sum;
    }

    /** Whether a chunk lies in native memory and has been computed there. */
    private boolean computesInPlace(
            FloatChunk chunk,
            FloatTensor input,
            FloatTensor target,
            int[] shape,
            float scale,
            @Nullable FloatTensor gradInput,
            int start,
            int n) {
        if (input.hasArray() || weight != null || posWeight != null) {
            return false;
        }
        FloatStorage x = FloatOperand.nativeInOrder(input);
        FloatStorage t = FloatOperand.nativeInOrder(target);
        FloatStorage gradX = gradInput == null ? null : FloatOperand.nativeInOrder(gradInput);
        boolean whole = Arrays.equals(input.sizes(), shape) && Arrays.equals(target.sizes(), shape);
        if (x == null || t == null || !whole || (gradInput != null && gradX == null)) {
            return false;
        }
        chunk.output.keep();
        return computeInPlace(
                chunk,
                x,
                input.offset() + start,
                t,
                target.offset() + start,
                n,
                scale,
                gradX,
                gradInput == null ? 0 : gradInput.offset() + start);
    }

    /** The gradient of an input that is repeated. */
    private void sumOverRepetitions(
            FloatChunk chunk,
            FloatTensor input,
            FloatTensor target,
            int[] shape,
            float scale,
            @Nullable FloatTensor gradOutput,
            FloatTensor gradient,
            boolean ofInput) {
        long over = Broadcast.repeated(ofInput ? input : target, shape);
        long kept = ~over;
        int count = Broadcast.count(shape, over);
        FloatOperand terms = ofInput ? chunk.gradInput : chunk.gradTarget;
        chunk.weight.clear();
        chunk.posWeight.clear();
        chunk.output.clear();
        chunk.gradInput.clear();
        chunk.gradTarget.clear();
        terms.keep();
        for (int element = 0; element < gradient.numel(); element++) {
            double sum = 0.0;
            double lost = 0.0;
            int n;
            for (int start = 0; start < count; start += n) {
                n = Math.min(FloatLanes.CHUNK, count - start);
                chunk.input.read(input, shape, over, base(input, shape, kept, element), start, n);
                chunk.target.read(target, shape, over, base(target, shape, kept, element), start, n);
                chunk.gradOutput.read(gradOutput, shape, over, base(gradOutput, shape, kept, element), start, n);
                compute(chunk, n, scale);
                double part = FloatRows.sum(terms.array(), 0, 1, n);
                double next = sum + part;
                lost += Results.lost(sum, part, next);
                sum = next;
            }
            Results.set(gradient, element, Results.total(sum, lost));
        }
    }

    private static int base(@Nullable FloatTensor view, int[] shape, long kept, int element) {
        return view == null ? 0 : view.offset() + Broadcast.position(view, shape, kept, element);
    }
}
