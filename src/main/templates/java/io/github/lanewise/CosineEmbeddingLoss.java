// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Cosine embedding loss of pairs of vectors that belong together (target 1) or apart (target -1). Corresponds to
 * PyTorch's {@code CosineEmbeddingLoss}; use it to train embeddings of which only the direction counts.
 *
 * <p>With {@code m = |x|^2 + eps}, {@code eps = 1e-12} rounded to float, and {@code cos = x1 . x2 / sqrt(m1 m2)}, the
 * loss of a pair is
 *
 * <pre>
 * target  1:     1 - cos
 * target -1:     max(0, cos - margin)
 * other targets: 0; the pair still counts in the mean
 * </pre>
 *
 * <p>and the gradient of the cosine with respect to {@code x1} is {@code x2 / sqrt(m1 m2) - cos * x1 / m1}, for
 * {@code x2} the same with the vectors exchanged. At {@code cos == margin} the gradient passes.
 *
 * <p><b>Mean.</b> The sum divided by the number of pairs, whatever their targets, unless another {@link Denominator} is
 * chosen.
 *
 * <p><b>Shapes.</b> Inputs {@code (N, D)} and {@code (N, D)} with N targets, or {@code (D)} and {@code (D)} with one.
 * As in PyTorch, a size of 1 is repeated: one vector against N others, or one element against D. The norm of a single
 * element then counts it once, and gradients are summed over the repetitions. Any strides. An array of one target
 * does not stand for N of them: give N. Inputs {@code (1, D)} and {@code (1, D)} are one pair for any number of targets.
 * The loss of inputs {@code (D)} may lie in any view of one element.
 *
 * <pre>{@code
 * CosineEmbeddingLoss loss = CosineEmbeddingLoss.builder().margin(0.2).build();
 * float mean = loss.forward(left, right, target);                       // (64, 512), (64, 512), int[64]
 * float same = loss.forwardBackward(left, right, target, gradLeft, gradRight);
 * }</pre>
 *
 * <p><b>Accuracy.</b> Products and sums keep the digits that they lose, and the rest runs in double: for floats the
 * cosine is within 1e-13 of its exact value, measured up to 32,000 elements, where PyTorch's float32 has an error of
 * 1e-7; for doubles {@code 1 - cos} is within 5e-16, on samples. {@code 1 - cos} keeps what eps adds. Vectors of any length
 * do, from 1e-30 to 1e30 in float and 1e300 in double; {@code eps} counts as in the formula. Gradients of nearly parallel
 * vectors keep their digits, too.
 *
 * <p><b>Special values.</b> A vector of zeros has the cosine 0; its gradient is the other vector divided by
 * {@code sqrt(eps m2)}, a million times its unit vector. A pair with NaN or an infinity has the cosine NaN: so are
 * its loss, unless the target is neither 1 nor -1, and its gradients.
 *
 * <p><b>Overlap.</b> A gradient may be exactly its own input, if neither input is repeated; otherwise outputs must not
 * share an element with an input or with each other.
 *
 * <p>Instances are immutable and may be shared between threads. Everything is checked before anything is written.
 * {@link NullPointerException} for a null argument; none but {@code sum} allocates. Reference: PyTorch documentation,
 * {@code torch.nn.CosineEmbeddingLoss}.
 */
public final class CosineEmbeddingLoss {
    private final double margin;
    private final Reduction reduction;
    private final OnEmpty emptyMean;
    private final Denominator denominator;

    private CosineEmbeddingLoss(Builder builder) {
        this.margin = builder.margin;
        this.reduction = builder.reduction;
        this.emptyMean = builder.emptyMean;
        this.denominator = builder.denominator;
    }

    /**
     * The loss with PyTorch's defaults: mean over the pairs, margin 0.
     *
     * @return a new loss
     */
    public static CosineEmbeddingLoss create() {
        return builder().build();
    }

    /**
     * Starts from PyTorch's defaults.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    // ---- for float and double

    // ---- for int and long
    /**
     * The loss reduced to one number, for targets as {@code int}.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only pair
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or the mean of no pair is an
     *     error
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one pair
     */
    public float forward(FloatTensor input1, FloatTensor input2, int[] target) {
        return reduced(input1, input2, ClassIndices.ints(target), ClassIndices.longs(target), 1f, null, null);
    }

    /**
     * The losses of the pairs, without reduction, for targets as {@code int}.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @param perSample receives the losses, of shape {@code (N)} or {@code ()}
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or outputs overlap
     * @throws IllegalStateException if this loss reduces
     */
    public void forward(FloatTensor input1, FloatTensor input2, int[] target, FloatTensor perSample) {
        Objects.requireNonNull(perSample, "perSample");
        each(input1, input2, ClassIndices.ints(target), ClassIndices.longs(target), null, perSample, null, null);
    }

    /**
     * The loss and its gradients in one go, for targets as {@code int}.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @param gradInput1 receives the gradient with respect to input1, of its shape; may be input1
     * @param gradInput2 receives the gradient with respect to input2, of its shape; may be input2
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only pair
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or outputs overlap, or the mean
     *     of no pair is an error
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one pair
     */
    public float forwardBackward(
            FloatTensor input1, FloatTensor input2, int[] target, FloatTensor gradInput1, FloatTensor gradInput2) {
        Objects.requireNonNull(gradInput1, "gradInput1");
        Objects.requireNonNull(gradInput2, "gradInput2");
        return reduced(
                input1, input2, ClassIndices.ints(target), ClassIndices.longs(target), 1f, gradInput1, gradInput2);
    }

    /**
     * The loss and its gradient with respect to the first input only, for targets as {@code int}.
     *
     * <p>The loss is symmetric: for the gradient of the second input alone, exchange the inputs.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @param gradInput1 receives the gradient with respect to input1, of its shape; may be input1
     * @return the mean or sum; with {@link Reduction#NONE} the loss of the only pair
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or outputs overlap, or the mean
     *     of no pair is an error
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one pair
     */
    public float forwardBackward(FloatTensor input1, FloatTensor input2, int[] target, FloatTensor gradInput1) {
        Objects.requireNonNull(gradInput1, "gradInput1");
        return reduced(input1, input2, ClassIndices.ints(target), ClassIndices.longs(target), 1f, gradInput1, null);
    }

    /**
     * The losses of the pairs and the gradients for a given upstream gradient, for targets as {@code int}.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @param gradOutput gradient with respect to each loss, of shape {@code (N)} or {@code ()}
     * @param perSample receives the losses, of shape {@code (N)} or {@code ()}
     * @param gradInput1 receives the gradient with respect to input1, of its shape; may be input1
     * @param gradInput2 receives the gradient with respect to input2, of its shape; may be input2
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or outputs overlap
     * @throws IllegalStateException if this loss reduces
     */
    public void forwardBackward(
            FloatTensor input1,
            FloatTensor input2,
            int[] target,
            FloatTensor gradOutput,
            FloatTensor perSample,
            FloatTensor gradInput1,
            FloatTensor gradInput2) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(perSample, "perSample");
        Objects.requireNonNull(gradInput1, "gradInput1");
        Objects.requireNonNull(gradInput2, "gradInput2");
        each(
                input1,
                input2,
                ClassIndices.ints(target),
                ClassIndices.longs(target),
                gradOutput,
                perSample,
                gradInput1,
                gradInput2);
    }

    /**
     * The gradients for a given upstream gradient of the reduced loss, for targets as {@code int}.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput1 receives the gradient with respect to input1, of its shape; may be input1
     * @param gradInput2 receives the gradient with respect to input2, of its shape; may be input2
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or outputs overlap, or the mean
     *     of no pair is an error
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one pair
     */
    public void backward(
            FloatTensor input1,
            FloatTensor input2,
            int[] target,
            float gradOutput,
            FloatTensor gradInput1,
            FloatTensor gradInput2) {
        Objects.requireNonNull(gradInput1, "gradInput1");
        Objects.requireNonNull(gradInput2, "gradInput2");
        reduced(
                input1,
                input2,
                ClassIndices.ints(target),
                ClassIndices.longs(target),
                gradOutput,
                gradInput1,
                gradInput2);
    }

    /**
     * The gradient with respect to the first input only, for a given upstream gradient of the reduced loss,
     * for targets as {@code int}.
     *
     * <p>The loss is symmetric: for the gradient of the second input alone, exchange the inputs.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @param gradOutput gradient with respect to the mean or sum; 1 if the loss is the end of the chain
     * @param gradInput1 receives the gradient with respect to input1, of its shape; may be input1
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or outputs overlap, or the mean
     *     of no pair is an error
     * @throws IllegalStateException with {@link Reduction#NONE} and more than one pair
     */
    public void backward(
            FloatTensor input1, FloatTensor input2, int[] target, float gradOutput, FloatTensor gradInput1) {
        Objects.requireNonNull(gradInput1, "gradInput1");
        reduced(input1, input2, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, gradInput1, null);
    }

    /**
     * The gradients for a given upstream gradient of each pair's loss, for targets as {@code int}.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @param gradOutput gradient with respect to each loss, of shape {@code (N)} or {@code ()}
     * @param gradInput1 receives the gradient with respect to input1, of its shape; may be input1
     * @param gradInput2 receives the gradient with respect to input2, of its shape; may be input2
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or outputs overlap
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(
            FloatTensor input1,
            FloatTensor input2,
            int[] target,
            FloatTensor gradOutput,
            FloatTensor gradInput1,
            FloatTensor gradInput2) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput1, "gradInput1");
        Objects.requireNonNull(gradInput2, "gradInput2");
        each(
                input1,
                input2,
                ClassIndices.ints(target),
                ClassIndices.longs(target),
                gradOutput,
                null,
                gradInput1,
                gradInput2);
    }

    /**
     * The gradient with respect to the first input only, for a given upstream gradient of each pair's loss,
     * for targets as {@code int}.
     *
     * <p>The loss is symmetric: for the gradient of the second input alone, exchange the inputs.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @param gradOutput gradient with respect to each loss, of shape {@code (N)} or {@code ()}
     * @param gradInput1 receives the gradient with respect to input1, of its shape; may be input1
     * @throws IllegalArgumentException if shapes or the number of targets do not fit, or outputs overlap
     * @throws IllegalStateException if this loss reduces
     */
    public void backward(
            FloatTensor input1, FloatTensor input2, int[] target, FloatTensor gradOutput, FloatTensor gradInput1) {
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput1, "gradInput1");
        each(input1, input2, ClassIndices.ints(target), ClassIndices.longs(target), gradOutput, null, gradInput1, null);
    }

    /**
     * Sum, denominator and count, to be added to those of other batches; for targets as {@code int}. Whatever the
     * reduction of this loss.
     *
     * @param input1 {@code (N, D)} or {@code (D)}
     * @param input2 the vectors to compare with, {@code (N, D)} or {@code (D)}
     * @param target 1, -1 or another number for each pair
     * @return the sums over all pairs; the count is their number
     * @throws IllegalArgumentException if shapes or the number of targets do not fit
     */
    public LossSum sum(FloatTensor input1, FloatTensor input2, int[] target) {
        return total(input1, input2, ClassIndices.ints(target), ClassIndices.longs(target));
    }
    // ---- end

    private static int check(FloatTensor input1, FloatTensor input2, int @Nullable [] ints, long @Nullable [] longs) {
        Objects.requireNonNull(input1, "input1");
        Objects.requireNonNull(input2, "input2");
        // Also where no target asks for a cosine and nothing is read.
        input1.checkAccess();
        input2.checkAccess();
        int targets = ints != null ? ints.length : Objects.requireNonNull(longs, "target").length;
        return CosineShapes.rows(input1.sizes(), input2.sizes(), targets);
    }

    private static void checkGradients(
            FloatTensor input1,
            FloatTensor input2,
            int rows,
            @Nullable FloatTensor gradInput1,
            @Nullable FloatTensor gradInput2) {
        boolean repeated = FloatCosineEmbedding.isRepeated(input1, input2, rows);
        if (gradInput1 != null) {
            checkGradient(input1, "input1", input2, "input2", gradInput1, "gradInput1", repeated);
        }
        if (gradInput2 != null) {
            checkGradient(input2, "input2", input1, "input1", gradInput2, "gradInput2", repeated);
        }
        if (gradInput1 != null && gradInput2 != null) {
            Overlap.checkApart(gradInput1, "gradInput1", gradInput2, "gradInput2");
        }
    }

    private static void checkGradient(
            FloatTensor own,
            String ownName,
            FloatTensor other,
            String otherName,
            FloatTensor gradient,
            String name,
            boolean repeated) {
        Shapes.checkSame(ownName, own, name, gradient);
        Overlap.checkWritable(gradient, name);
        Overlap.checkApart(other, otherName, gradient, name);
        if (repeated) {
            Overlap.checkApart(own, ownName, gradient, name);
        } else {
            Overlap.checkSameOrApart(own, ownName, gradient, name);
        }
    }

    private float reduced(
            FloatTensor input1,
            FloatTensor input2,
            int @Nullable [] ints,
            long @Nullable [] longs,
            float gradOutput,
            @Nullable FloatTensor gradInput1,
            @Nullable FloatTensor gradInput2) {
        int rows = check(input1, input2, ints, longs);
        checkGradients(input1, input2, rows, gradInput1, gradInput2);
        Results.checkReduces(reduction, rows);
        if (reduction != Reduction.MEAN) {
            double sum = FloatCosineEmbedding.walk(
                    input1, input2, ints, longs, rows, margin, gradOutput, null, null, gradInput1, gradInput2);
            return Results.toFloat(sum);
        }
        double divisor = divisor(ints, longs, rows);
        if (divisor == 0.0 && emptyMean == OnEmpty.ERROR) {
            throw nothingToDivideBy(rows);
        }
        // Without a pair to divide by, no loss and no gradient is left to scale.
        double upstream = divisor == 0.0 ? 0.0 : gradOutput / divisor;
        double sum = FloatCosineEmbedding.walk(
                input1, input2, ints, longs, rows, margin, upstream, null, null, gradInput1, gradInput2);
        if (divisor == 0.0) {
            return emptyMean == OnEmpty.ZERO ? 0f : Float.NaN;
        }
        return Results.toFloat(sum / divisor);
    }

    private void each(
            FloatTensor input1,
            FloatTensor input2,
            int @Nullable [] ints,
            long @Nullable [] longs,
            @Nullable FloatTensor gradOutput,
            @Nullable FloatTensor perSample,
            @Nullable FloatTensor gradInput1,
            @Nullable FloatTensor gradInput2) {
        int rows = check(input1, input2, ints, longs);
        checkGradients(input1, input2, rows, gradInput1, gradInput2);
        if (gradOutput != null) {
            CosineShapes.checkPerSample(gradOutput.sizes(), gradOutput.numel(), "gradOutput", input1.rank(), rows);
            checkApart(gradOutput, "gradOutput", gradInput1, "gradInput1");
            checkApart(gradOutput, "gradOutput", gradInput2, "gradInput2");
        }
        if (perSample != null) {
            CosineShapes.checkPerSample(perSample.sizes(), perSample.numel(), "perSample", input1.rank(), rows);
            Overlap.checkWritable(perSample, "perSample");
            Overlap.checkApart(input1, "input1", perSample, "perSample");
            Overlap.checkApart(input2, "input2", perSample, "perSample");
            checkApart(gradOutput, "gradOutput", perSample, "perSample");
            checkApart(gradInput1, "gradInput1", perSample, "perSample");
            checkApart(gradInput2, "gradInput2", perSample, "perSample");
        }
        Results.checkNone(reduction);
        FloatCosineEmbedding.walk(
                input1, input2, ints, longs, rows, margin, 1.0, gradOutput, perSample, gradInput1, gradInput2);
    }

    private static void checkApart(
            @Nullable FloatTensor view, String name, @Nullable FloatTensor output, String outputName) {
        if (view != null && output != null) {
            Overlap.checkApart(view, name, output, outputName);
        }
    }

    private LossSum total(FloatTensor input1, FloatTensor input2, int @Nullable [] ints, long @Nullable [] longs) {
        int rows = check(input1, input2, ints, longs);
        double sum = FloatCosineEmbedding.walk(input1, input2, ints, longs, rows, margin, 1.0, null, null, null, null);
        return new LossSum(sum, divisor(ints, longs, rows), rows, denominator.isGiven());
    }

    // ---- end

    private double divisor(int @Nullable [] ints, long @Nullable [] longs, int rows) {
        if (denominator.isGiven()) {
            return denominator.number();
        }
        if (denominator == Denominator.ELEMENTS || denominator == Denominator.BATCH) {
            return rows;
        }
        int counted = 0;
        for (int p = 0; p < rows; p++) {
            long target = ClassIndices.at(ints, longs, p);
            counted += target == 1 || target == -1 ? 1 : 0;
        }
        return counted;
    }

    private IllegalArgumentException nothingToDivideBy(int rows) {
        return new IllegalArgumentException("the mean of " + rows + " pairs by denominator " + denominator
                + " divides by 0 and emptyMean is ERROR; give a pair with target 1 or -1, or choose emptyMean ZERO"
                + " or NAN");
    }

    /**
     * The options that differ from PyTorch's defaults.
     *
     * @return a description for people
     */
    @Override
    public String toString() {
        return new Description("CosineEmbeddingLoss")
                .option("margin", margin, 0.0)
                .option("reduction", reduction, Reduction.MEAN)
                .option("emptyMean", emptyMean, OnEmpty.NAN)
                .option("denominator", denominator, Denominator.ELEMENTS)
                .toString();
    }

    /** Options of a {@link CosineEmbeddingLoss}. */
    public static final class Builder {
        private double margin;
        private Reduction reduction = Reduction.MEAN;
        private OnEmpty emptyMean = OnEmpty.NAN;
        private Denominator denominator = Denominator.ELEMENTS;

        private Builder() {}

        /**
         * The cosine up to which vectors of target -1 cost nothing.
         *
         * @param margin 0 by default; 0 to 0.5 is usual. A cosine lies in [-1, 1], but any number is taken, as in
         *     PyTorch: with a margin above 1 target -1 costs nothing, with one below -1 it always costs something
         * @return this builder
         * @throws IllegalArgumentException if it is NaN
         */
        public Builder margin(double margin) {
            if (Double.isNaN(margin)) {
                throw new IllegalArgumentException("margin is NaN; give a cosine, 0 to 0.5 is usual");
            }
            this.margin = margin;
            return this;
        }

        /**
         * How the losses of the pairs become the result.
         *
         * @param reduction NONE, MEAN (the default) or SUM
         * @return this builder
         * @throws IllegalArgumentException for {@link Reduction#BATCH_MEAN}, which only the Kullback-Leibler
         *     divergence has
         */
        public Builder reduction(Reduction reduction) {
            this.reduction = Results.checkPlain(reduction);
            return this;
        }

        /**
         * What the mean is where it would divide by 0: that of no pair, or with {@link Denominator#VALID_COUNT} of
         * none whose target is 1 or -1. The gradient is 0.
         *
         * @param emptyMean NAN (the default, as PyTorch), ZERO or ERROR
         * @return this builder
         */
        public Builder emptyMean(OnEmpty emptyMean) {
            this.emptyMean = Objects.requireNonNull(emptyMean, "emptyMean");
            return this;
        }

        /**
         * What the mean divides by.
         *
         * @param denominator {@link Denominator#ELEMENTS} (the default) or {@link Denominator#BATCH} for the number
         *     of pairs, {@link Denominator#VALID_COUNT} or {@link Denominator#WEIGHTED} for that of targets 1 and -1,
         *     or a {@linkplain Denominator#given given number}
         * @return this builder
         */
        public Builder denominator(Denominator denominator) {
            this.denominator = Objects.requireNonNull(denominator, "denominator");
            return this;
        }

        /**
         * Makes the loss.
         *
         * @return an immutable loss with these options
         */
        public CosineEmbeddingLoss build() {
            return new CosineEmbeddingLoss(this);
        }
    }
}
