// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.testkit.contracts.AllContracts;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.generators.ScoreKind;
import io.github.lanewise.testkit.reference.NaiveReference;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What somebody reads whose implementation does not do what a contract asks. */
class MessagesTest {
    private static final Tensor SCORES = Tensor.of(new double[] {1.0, 2.0}, 2);

    private record Contracts(LossImplementation implementation) implements AllContracts {}

    /** Claims some operations and has values of softmax alone. */
    private record ForwardOnly(Set<Operation> operations) implements LossImplementation {
        @Override
        public String name() {
            return "forward only";
        }

        @Override
        public Precision precision() {
            return Precision.FLOAT;
        }

        @Override
        public Set<Capability> capabilities() {
            return EnumSet.of(Capability.LOSS_SUMS);
        }

        @Override
        public double maxUlp(Operation operation) {
            return 4.0;
        }

        @Override
        public Tensor softmax(Tensor input, int dim) {
            return new NaiveReference(Precision.FLOAT).softmax(input, dim);
        }
    }

    @Test
    void aMethodThatIsMissingOfAnOperationThatIsClaimed() {
        LossImplementation implementation = new ForwardOnly(EnumSet.of(Operation.SOFTMAX, Operation.EXP));
        NotClaimedException gradient =
                assertThrows(NotClaimedException.class, () -> implementation.softmaxGradient(SCORES, 0, SCORES));
        assertEquals(
                "forward only claims SOFTMAX but softmaxGradient is not filled in for it; fill it in, or do not claim SOFTMAX",
                gradient.getMessage());
        NotClaimedException function =
                assertThrows(NotClaimedException.class, () -> implementation.elementwise(Operation.EXP, SCORES));
        assertEquals(
                "forward only claims EXP but elementwise is not filled in for it; fill it in, or do not claim EXP",
                function.getMessage());
        NotClaimedException sum = assertThrows(
                NotClaimedException.class, () -> implementation.klDivSum(SCORES, SCORES, KlDivOptions.DEFAULT));
        assertEquals(
                "forward only claims LOSS_SUMS but klDivSum is not filled in for it; fill it in, or do not claim LOSS_SUMS",
                sum.getMessage());
    }

    @Test
    void anOperationThatIsNotClaimed() {
        LossImplementation implementation = new ForwardOnly(EnumSet.of(Operation.SOFTMAX));
        NotClaimedException e =
                assertThrows(NotClaimedException.class, () -> implementation.logSumExp(SCORES, 0, false));
        assertEquals("forward only does not claim LOGSUMEXP, and logSumExp is not filled in for it", e.getMessage());
    }

    private static void assertSays(String expected, Runnable property) {
        String message = assertThrows(AssertionError.class, property::run).getMessage();
        assertTrue(message.contains(expected), message);
    }

    @Test
    void aCallThatIsNotRejectedIsNamed() {
        Contracts contracts = new Contracts(new NaiveReference(Precision.FLOAT) {
            @Override
            public Tensor softmax(Tensor input, int dim) {
                return input;
            }
        });
        assertSays(
                "not rejected: softmax along dimension 2 of scores with 2 dimensions",
                contracts::dimensionsThatAreNotThere);
    }

    @Test
    void aMeanWhereNothingCountsIsNamed() {
        Contracts contracts = new Contracts(new NaiveReference(Precision.FLOAT) {
            @Override
            public Tensor crossEntropy(Tensor input, long[] target, ClassLossOptions options) {
                Tensor right = super.crossEntropy(input, target, options);
                return options.reduction() == Reduction.MEAN && Double.isNaN(right.get(0)) ? Tensor.scalar(0.0) : right;
            }
        });
        ClassBatch single = new ClassBatch(new int[] {2, 1}, ScoreKind.PLAIN, 1L, Precision.FLOAT);
        assertSays(
                "mean of CROSS_ENTROPY, which has to be NaN where nothing counts, is 0.0",
                () -> contracts.reductionsOfClassesAgree(single));
    }

    @Test
    void twoResultsThatDifferAreBothNamed() {
        Contracts contracts = new Contracts(new NaiveReference(Precision.FLOAT) {
            @Override
            public Tensor softplus(Tensor input, double beta, double threshold) {
                return Tensor.of(new double[input.count()], input.shape());
            }
        });
        ClassBatch batch = new ClassBatch(new int[] {2, 3}, ScoreKind.PLAIN, 1L, Precision.FLOAT);
        assertSays(", but the result that it should equal is ", () -> contracts.logSigmoidIsNegatedSoftplus(batch));
    }
}
