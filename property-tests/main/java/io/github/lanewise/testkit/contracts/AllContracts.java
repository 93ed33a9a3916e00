// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

/**
 * Every contract at once. A test class that implements this and returns its implementation is all it takes:
 *
 * <pre>{@code
 * class MyLossesProperties implements AllContracts {
 *     public LossImplementation implementation() {
 *         return new MyLosses();
 *     }
 * }
 * }</pre>
 */
public interface AllContracts
        extends ElementwiseContract,
                SoftmaxContract,
                SoftmaxGradientContract,
                NllLossContract,
                CrossEntropyContract,
                CrossEntropyGradientContract,
                ReductionContract,
                SpecialValueContract,
                RejectionContract,
                BinaryLossContract,
                BinaryLossGradientContract,
                KlDivContract,
                CosineContract,
                PairEdgeContract,
                CategoricalContract,
                IndexingContract,
                LossSumContract,
                PolicyContract,
                ReducedGradientContract,
                ShapeContract,
                WeightContract,
                LongInputContract,
                ThreadsContract,
                ClaimContract {}
