// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.generators;

import io.github.lanewise.testkit.Reduction;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.providers.ArbitraryProvider;
import net.jqwik.api.providers.TypeUsage;

/** Lets a property take a {@link Reduction} as it is: one that every loss has. */
public final class ReductionProvider implements ArbitraryProvider {
    /** For jqwik, which finds this class as a service. */
    public ReductionProvider() {}

    @Override
    public boolean canProvideFor(TypeUsage targetType) {
        return targetType.isOfType(Reduction.class);
    }

    @Override
    public Set<Arbitrary<?>> provideFor(TypeUsage targetType, SubtypeProvider subtypeProvider) {
        return Set.of(Arbitraries.of(Reduction.ofAllLosses()));
    }

    /** Before jqwik's own, which takes all constants. */
    @Override
    public int priority() {
        return 1;
    }
}
