// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which parts of arrays x log(y) and its gradients take: each must be inside, and outputs apart or exactly in place. */
@Tag("once")
class FloatXlogyRowsTest {
    private static final int N = 6;
    private static final String[] FORWARD = {"x", "y", "output"};
    private static final String[] BACKWARD = {"x", "y", "gradOutput", "gradX", "gradY"};

    private final float[][] arrays = new float[5][2 * N];
    private final int[] offsets = new int[5];

    private void call(boolean forward, int n) {
        if (forward) {
            Elementwise.xlogy(arrays[0], offsets[0], arrays[1], offsets[1], n, arrays[2], offsets[2]);
        } else {
            Elementwise.xlogyBackward(
                    arrays[0],
                    offsets[0],
                    arrays[1],
                    offsets[1],
                    arrays[2],
                    offsets[2],
                    n,
                    arrays[3],
                    offsets[3],
                    arrays[4],
                    offsets[4]);
        }
    }

    private static void assertNames(Throwable thrown, String... names) {
        for (String name : names) {
            assertTrue(thrown.getMessage().contains(name), thrown::getMessage);
        }
    }

    @Test
    void everyOperandHasToBeInside() {
        for (boolean forward : new boolean[] {true, false}) {
            String[] names = forward ? FORWARD : BACKWARD;
            for (int i = 0; i < names.length; i++) {
                offsets[i] = N;
                assertDoesNotThrow(() -> call(forward, N));
                offsets[i] = N + 1;
                assertNames(assertThrows(IndexOutOfBoundsException.class, () -> call(forward, N)), names[i]);
                offsets[i] = -1;
                assertNames(assertThrows(IndexOutOfBoundsException.class, () -> call(forward, N)), names[i]);
                offsets[i] = 0;
                float[] array = arrays[i];
                arrays[i] = new float[N - 1];
                assertNames(assertThrows(IndexOutOfBoundsException.class, () -> call(forward, N)), names[i]);
                arrays[i] = array;
            }
            assertThrows(IndexOutOfBoundsException.class, () -> call(forward, -1));
            assertDoesNotThrow(() -> call(forward, 0));
        }
    }

    /** An output in the array of an input: in place or apart, not over a part of it. */
    private void checkPair(boolean forward, String[] names, int input, int output) {
        float[] own = arrays[output];
        arrays[output] = arrays[input];
        for (int inputOffset : new int[] {0, 1, N - 1, N}) {
            for (int outputOffset : new int[] {0, 1, N - 1, N}) {
                offsets[input] = inputOffset;
                offsets[output] = outputOffset;
                int distance = Math.abs(inputOffset - outputOffset);
                if (distance == 0 || distance >= N) {
                    assertDoesNotThrow(() -> call(forward, N));
                } else {
                    assertNames(
                            assertThrows(IllegalArgumentException.class, () -> call(forward, N)),
                            names[input],
                            names[output]);
                }
            }
        }
        offsets[input] = 0;
        offsets[output] = 0;
        arrays[output] = own;
    }

    @Test
    void outputsAreInPlaceOrApart() {
        checkPair(true, FORWARD, 0, 2);
        checkPair(true, FORWARD, 1, 2);
        for (int input = 0; input < 3; input++) {
            checkPair(false, BACKWARD, input, 3);
            checkPair(false, BACKWARD, input, 4);
        }
    }

    @Test
    void gradientsAreApart() {
        arrays[4] = arrays[3];
        for (int offset = 0; offset <= N; offset++) {
            offsets[4] = offset;
            if (offset == N) {
                assertDoesNotThrow(() -> call(false, N));
            } else {
                assertNames(assertThrows(IllegalArgumentException.class, () -> call(false, N)), "gradX", "gradY");
            }
        }
    }
}
