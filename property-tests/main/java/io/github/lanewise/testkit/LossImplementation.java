// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * An implementation under test. It fills in the operations it has and lists them in {@link #operations}; the kit leaves the
 * others alone. What it offers besides PyTorch's behaviour it lists in {@link #capabilities}.
 *
 * <p>Tensors go in and out by value. Dimensions may be negative, counted from the end. A call that makes no sense is rejected
 * with {@link IllegalArgumentException} or {@link IndexOutOfBoundsException}.
 *
 * <p>A gradient is that of {@code sum(gradOutput * result)} with respect to an input; for a reduced loss gradOutput is null
 * and the upstream gradient is 1.
 */
public interface LossImplementation
        extends ElementwiseOperations,
                SoftmaxOperations,
                ClassLosses,
                PairLosses,
                CategoricalOperations,
                IndexingOperations,
                LossSums {}
