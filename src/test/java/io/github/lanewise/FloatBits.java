// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.function.Executable;

/** Assertions on bits: results that must be equal to the last one, and arrays that must not have changed. */
final class FloatBits {
    private FloatBits() {}

    static void assertSame(float expected, float actual, Supplier<String> what) {
        assertEquals(
                Float.floatToRawIntBits(expected),
                Float.floatToRawIntBits(actual),
                () -> what.get() + ": expected " + expected + " but got " + actual);
    }

    static void assertSame(float[] expected, float[] actual, Supplier<String> what) {
        assertEquals(expected.length, actual.length, what);
        for (int i = 0; i < expected.length; i++) {
            int at = i;
            assertSame(expected[i], actual[i], () -> what.get() + ", element " + at);
        }
    }

    /** Checks that a call throws, that its message names what it should, and that no array changed. */
    static <T extends Throwable> void assertRejected(
            Class<T> type, Snapshot snapshot, String what, Executable call, String... parts) {
        T thrown = assertThrows(type, call, what);
        String message = String.valueOf(thrown.getMessage());
        for (String part : parts) {
            assertTrue(message.contains(part), () -> what + ": no \"" + part + "\" in \"" + message + "\"");
        }
        snapshot.assertUnchanged(what);
    }

    /** Checks that a call throws and that its message names what it should. */
    static <T extends Throwable> void assertRejected(Class<T> type, Executable call, String... parts) {
        assertRejected(type, Snapshot.of(), type.getSimpleName(), call, parts);
    }

    /** What whole arrays held, guard bands around views included. */
    static final class Snapshot {
        private final List<float[]> arrays = new ArrayList<>();
        private final List<float[]> copies = new ArrayList<>();

        static Snapshot of(FloatTensor... views) {
            Snapshot snapshot = new Snapshot();
            for (FloatTensor view : views) {
                if (view != null) {
                    snapshot.arrays.add(view.array());
                    snapshot.copies.add(view.array().clone());
                }
            }
            return snapshot;
        }

        void assertUnchanged(String what) {
            for (int i = 0; i < arrays.size(); i++) {
                assertSame(copies.get(i), arrays.get(i), () -> what + ": array changed");
            }
        }
    }
}
