// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.generators.Batches;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.generators.ScoreKind;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import io.github.lanewise.testkit.oracle.ExactRow;
import java.math.BigDecimal;
import java.util.EnumSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;

/**
 * The gradient at the target, {@code p - 1}, has no cancellation: where p is near 1 it is minus the probability of the others
 * and keeps its digits.
 */
class FloatConfidentGradientProperties {
    /** What is documented of softmax. */
    private static final double BOUND = new FloatLanewise().maxUlp(Operation.SOFTMAX);

    @Provide
    Arbitrary<ClassBatch> batches() {
        EnumSet<ScoreKind> kinds = EnumSet.of(ScoreKind.CONFIDENT, ScoreKind.CROWDED, ScoreKind.WIDE, ScoreKind.PLAIN);
        return Batches.of(Precision.FLOAT, kinds, 33, 150);
    }

    @Property(tries = 60)
    void gradientAtTheTargetKeepsItsDigits(@ForAll("batches") ClassBatch batch) {
        long[] target = batch.target();
        ClassLossOptions sum = ClassLossOptions.DEFAULT.withReduction(Reduction.SUM);
        Tensor gradient = new FloatLanewise().crossEntropyGradient(batch.scores(), target, sum, null);
        Rows rows = batch.rows();
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            BigDecimal others = BigDecimal.ZERO;
            for (int i = 0; i < rows.length(); i++) {
                others = i == target[r] ? others : others.add(row.probability(i));
            }
            BigDecimal exact = others.negate();
            double got = gradient.get(rows.index(r, (int) target[r]));
            double error = Precision.FLOAT.ulpError(got, exact);
            Assertions.assertTrue(error <= BOUND, () -> got + " instead of " + exact + ": " + error + " ulp");
        }
    }
}
