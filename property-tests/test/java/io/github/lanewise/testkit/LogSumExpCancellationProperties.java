// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.testkit.generators.Batches;
import io.github.lanewise.testkit.generators.ClassBatch;
import io.github.lanewise.testkit.generators.ScoreKind;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import io.github.lanewise.testkit.oracle.ExactRow;
import java.util.EnumSet;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Assertions;

/**
 * Lanewise promises more than the contract asks for: log-sum-exp is within 1 ulp of the result itself, even where the maximum
 * and the log of the sum cancel; only below {@code 2^-20 |max|} the bound is {@code 2^-44 |max|}.
 */
class LogSumExpCancellationProperties {
    @Provide
    Arbitrary<ClassBatch> batches() {
        EnumSet<ScoreKind> kinds = EnumSet.of(
                ScoreKind.CANCELLING, ScoreKind.CROWDED, ScoreKind.GEOMETRIC, ScoreKind.CONFIDENT, ScoreKind.PLAIN);
        return Batches.of(Precision.FLOAT, kinds, 129, 150);
    }

    @Property(tries = 120)
    void logSumExpIsAccurateRelativeToItself(@ForAll("batches") ClassBatch batch) {
        Rows rows = batch.rows();
        Tensor lse = new FloatLanewise().logSumExp(batch.scores(), rows.dim(), false);
        for (int r = 0; r < rows.count(); r++) {
            ExactRow row = ExactRow.of(rows.row(batch.scores(), r));
            double max = Math.abs(row.max().doubleValue());
            double exact = row.logSumExp().doubleValue();
            double got = lse.get(r);
            if (Math.abs(exact) >= 0x1p-20 * max) {
                double error = Precision.FLOAT.ulpError(got, row.logSumExp());
                Assertions.assertTrue(error <= 1.0, () -> got + " instead of " + exact + ": " + error + " ulp");
            } else {
                Assertions.assertEquals(exact, got, 0x1p-44 * max);
            }
        }
    }
}
