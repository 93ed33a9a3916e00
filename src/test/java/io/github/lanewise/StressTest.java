// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every operation from many threads has the bits that it has on one; {@link ForkedJvmTest} does the same from the first call on. */
@Tag("once")
class StressTest {
    @ParameterizedTest
    @EnumSource
    void bitsAreThoseOfOneThread(Stress.Kind kind) throws Exception {
        Stress stress = new Stress();
        long alone = stress.alone();
        assertEquals(alone, stress.run(kind, kind == Stress.Kind.PLATFORM ? 4 : 1));
    }
}
