// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.generators;

import io.github.lanewise.testkit.Precision;
import java.util.EnumSet;
import java.util.Set;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;

/** Lets a property take a {@link ClassBatch} as it is: float numbers of every kind, special values included. */
public final class ClassBatchProvider implements ArbitraryProvider {
    private static final int MOST_CLASSES = 8193;
    private static final int MOST_ELEMENTS = 6000;

    /** For jqwik, which finds this class as a service. */
    public ClassBatchProvider() {}

    @Override
    public boolean canProvideFor(TypeUsage targetType) {
        return targetType.isOfType(ClassBatch.class);
    }

    @Override
    public Set<Arbitrary<?>> provideFor(TypeUsage targetType, SubtypeProvider subtypeProvider) {
        return Set.of(Batches.of(Precision.FLOAT, EnumSet.allOf(ScoreKind.class), MOST_CLASSES, MOST_ELEMENTS));
    }
}
