// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.peers;

import io.github.lanewise.jmh.candidate.Answer;
import io.github.lanewise.jmh.candidate.Candidate;
import io.github.lanewise.jmh.candidate.Problem;
import io.github.lanewise.jmh.candidate.Shape;
import java.util.Arrays;
import java.util.function.Supplier;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/**
 * An operation of PyTorch. Inputs are made tensors before anything is timed. A call is what a program would write: the
 * function, its number taken out if it is a loss, and everything made on the way released. For a gradient the input is a leaf
 * whose old gradient is dropped before {@code backward}, as an optimizer does between steps. The bindings add some hundred
 * nanoseconds to each native call, about as much as Python does.
 */
final class LibtorchCandidate implements Candidate {
    private static final long MEAN = 1;
    private static final long SUM = 2;
    private static final long NOTHING_IGNORED = -100;

    private final Problem problem;
    private final @Nullable NoGradGuard noGradient;
    private final Tensor x;
    private final Tensor second;
    private final Tensor upstream;
    private final Supplier<Tensor> function;

    LibtorchCandidate(Problem problem) {
        this.problem = problem;
        Shape shape = problem.shape();
        noGradient = problem.gradient() ? null : new NoGradGuard();
        x = tensor(problem.first(), shape.sizes()).set_requires_grad(problem.gradient());
        second = tensor(problem.second(), shape.sizes()).set_requires_grad(problem.hasSecondGradient());
        boolean rows = problem.upstream().length == shape.rows();
        upstream = tensor(problem.upstream(), rows ? shape.rowSizes() : shape.sizes());
        function = function();
    }

    private static Tensor tensor(float[] data, int... sizes) {
        return data.length == 0 ? new Tensor() : Tensor.create(data, longs(sizes));
    }

    private static long[] longs(int... numbers) {
        return Arrays.stream(numbers).asLongStream().toArray();
    }

    private Supplier<Tensor> function() {
        Tensor classes = problem.target().length == 0
                ? new Tensor()
                : Tensor.create(longs(problem.target()), longs(problem.shape().rowSizes()));
        TensorOptional none = new TensorOptional();
        return switch (problem.operation()) {
            case LOG_SUM_EXP -> () -> torch.logsumexp(x, 1);
            case SOFTMAX -> () -> torch.softmax(x, 1);
            case LOG_SOFTMAX -> () -> torch.log_softmax(x, 1);
            case NLL -> () -> torch.nll_loss_nd(x, classes, none, MEAN, NOTHING_IGNORED);
            case CROSS_ENTROPY -> () -> torch.cross_entropy_loss(x, classes, none, MEAN, NOTHING_IGNORED, 0);
            case CROSS_ENTROPY_SMOOTHED ->
                () -> torch.cross_entropy_loss(x, classes, none, MEAN, NOTHING_IGNORED, Problem.SMOOTHING);
            case CROSS_ENTROPY_PROBABILITIES ->
                () -> torch.cross_entropy_loss(x, second, none, MEAN, NOTHING_IGNORED, 0);
            case BCE -> () -> torch.binary_cross_entropy(x, second, none, MEAN);
            case BCE_WITH_LOGITS -> () -> torch.binary_cross_entropy_with_logits(x, second, none, none, MEAN);
            case KL_DIV -> {
                Scalar samples = new Scalar(problem.shape().samples());
                yield () -> torch.kl_div(x, second, SUM, false).div(samples);
            }
            case ENTROPY -> {
                ScalarOptional least = new ScalarOptional(new Scalar(-Float.MAX_VALUE));
                yield () -> entropy(least);
            }
            case COSINE_EMBEDDING -> () -> torch.cosine_embedding_loss(x, second, classes, 0, MEAN);
            case EXP -> () -> torch.exp(x);
            case EXPM1 -> () -> torch.expm1(x);
            case LOG -> () -> torch.log(x);
            case LOG1P -> () -> torch.log1p(x);
            case TANH -> () -> torch.tanh(x);
            case SIGMOID -> () -> torch.sigmoid(x);
            case LOG_SIGMOID -> () -> torch.log_sigmoid(x);
            case SOFTPLUS -> () -> torch.softplus(x);
        };
    }

    /** What {@code torch.distributions.Categorical(logits=x).entropy()} does, which exists in Python alone. */
    private Tensor entropy(ScalarOptional least) {
        Tensor logits = x.sub(torch.logsumexp(x, new long[] {1}, true));
        Tensor probabilities = torch.softmax(logits, 1);
        return logits.clamp(least).mul(probabilities).sum(1).neg();
    }

    // The scope's only use is its end.
    @SuppressWarnings({"try", "UnusedVariable"})
    @Override
    public float call() {
        try (PointerScope scope = new PointerScope()) {
            Tensor result = problem.gradient() ? withGradient() : function.get();
            return problem.operation().isLoss() ? result.item_float() : 0f;
        }
    }

    private Tensor withGradient() {
        x.mutable_grad().reset();
        if (problem.hasSecondGradient()) {
            second.mutable_grad().reset();
        }
        Tensor result = function.get();
        if (problem.operation().isLoss()) {
            result.backward();
        } else {
            result.backward(upstream, new BoolOptional(), false, new TensorArrayRefOptional());
        }
        return result;
    }

    // The scope's only use is its end.
    @SuppressWarnings({"try", "UnusedVariable"})
    @Override
    public Answer answer() {
        try (PointerScope scope = new PointerScope()) {
            Tensor result = problem.gradient() ? withGradient() : function.get();
            return new Answer(
                    read(result),
                    problem.gradient() ? read(x.grad()) : new float[0],
                    problem.hasSecondGradient() ? read(second.grad()) : new float[0]);
        }
    }

    private static float[] read(Tensor tensor) {
        Tensor dense = tensor.detach().contiguous();
        float[] numbers = new float[Math.toIntExact(dense.numel())];
        new FloatPointer(dense.data_ptr()).get(numbers);
        return numbers;
    }

    @Override
    public void close() {
        if (noGradient != null) {
            noGradient.close();
        }
    }
}
