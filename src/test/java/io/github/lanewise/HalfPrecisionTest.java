// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.lanewise.FloatViewCalls.Call;
import io.github.lanewise.FloatViewCalls.Content;
import io.github.lanewise.FloatViewCalls.Operand;
import io.github.lanewise.FloatViews.Layout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.math.BigDecimal;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Numbers of 16 bits: their conversions against exact arithmetic, and every operation against converting first. */
class HalfPrecisionTest {
    private static final int NAN_BITS = 0x7fc00000;

    /** A format by its definition, and where its numbers may lie. */
    enum Half {
        BFLOAT16(ElementType.BFLOAT16, 8, 7),
        FLOAT16(ElementType.FLOAT16, 5, 10);

        private final ElementType type;
        private final int exponentLength;
        private final int fractionLength;

        Half(ElementType type, int exponentLength, int fractionLength) {
            this.type = type;
            this.exponentLength = exponentLength;
            this.fractionLength = fractionLength;
        }

        private int infinity() {
            return ((1 << exponentLength) - 1) << fractionLength;
        }

        /** The magnitude of a finite number, and one step beyond the largest, as the definition has it. */
        private double magnitude(int bits) {
            int exponent = bits >> fractionLength;
            int fraction = bits & ((1 << fractionLength) - 1);
            int bias = (1 << (exponentLength - 1)) - 1;
            return exponent == 0
                    ? Math.scalb((double) fraction, 1 - bias - fractionLength)
                    : Math.scalb((double) (fraction + (1 << fractionLength)), exponent - bias - fractionLength);
        }

        private float value(int bits) {
            int rest = bits & 0x7fff;
            double magnitude = rest == infinity() ? Double.POSITIVE_INFINITY : magnitude(rest);
            return (float) (bits > 0x7fff ? -magnitude : magnitude);
        }

        private boolean isNaN(int bits) {
            return (bits & 0x7fff) > infinity();
        }

        /** The nearest number by exact comparison of distances; in a tie the one with an even fraction. */
        private short nearest(float x) {
            if (Float.isNaN(x)) {
                return (short) (infinity() | (1 << (fractionLength - 1)));
            }
            double magnitude = Math.abs((double) x);
            int low = 0;
            int high = infinity();
            while (high - low > 1) {
                int middle = (low + high) >>> 1;
                if (magnitude(middle) <= magnitude) {
                    low = middle;
                } else {
                    high = middle;
                }
            }
            int bits;
            if (Double.isInfinite(magnitude) || magnitude >= magnitude(high)) {
                bits = high;
            } else {
                BigDecimal exact = new BigDecimal(magnitude);
                int order = exact.subtract(new BigDecimal(magnitude(low)))
                        .compareTo(new BigDecimal(magnitude(high)).subtract(exact));
                bits = order < 0 || (order == 0 && low % 2 == 0) ? low : high;
            }
            return (short) (Float.floatToRawIntBits(x) < 0 ? bits | 0x8000 : bits);
        }
    }

    private static float[] read(Half half, short[] bits) {
        return FloatTensor.of(half.type, bits, bits.length).toArray();
    }

    private static short[] written(Half half, float[] values) {
        short[] bits = new short[values.length];
        Indexing.scatter(
                FloatTensor.of(values, values.length),
                0,
                new int[0],
                new int[] {0},
                0f,
                FloatTensor.of(half.type, bits, bits.length));
        return bits;
    }

    @ParameterizedTest
    @EnumSource
    void everyNumberIsReadExactly(Half half) {
        short[] all = new short[1 << 16];
        for (int i = 0; i < all.length; i++) {
            all[i] = (short) i;
        }
        float[] one = read(half, all);
        float[] many = new float[all.length];
        Indexing.gather(
                FloatTensor.of(half.type, all, all.length),
                0,
                IntStream.range(0, all.length).toArray(),
                FloatTensor.of(many, all.length));
        for (int i = 0; i < all.length; i++) {
            if (half.isNaN(i)) {
                assertTrue(Float.isNaN(one[i]) && Float.isNaN(many[i]), Integer.toHexString(i));
            } else {
                int bits = i;
                FloatBits.assertSame(half.value(i), one[i], () -> Integer.toHexString(bits));
                FloatBits.assertSame(half.value(i), many[i], () -> Integer.toHexString(bits));
            }
        }
    }

    /** All exponents of float, both signs, and fractions at, around and between the halves of the last place kept. */
    static float[] floats() {
        SplittableRandom random = new SplittableRandom(9);
        float[] values = new float[512 * 96];
        for (int top = 0; top < 512; top++) {
            for (int k = 0; k < 96; k++) {
                int kept = random.nextInt(1 << 23);
                int cut = k % 3 == 0 ? 13 : 16;
                // Below 2^-14 ties lie higher up for each exponent.
                if (k % 3 == 2) {
                    cut = Math.min(23, 13 + Math.max(0, 113 - (top & 0xff)));
                }
                int half = 1 << (cut - 1);
                int fraction = k < 8
                        ? random.nextInt(1 << 23)
                        : (((kept & -(1 << cut)) | half) + (k % 4 == 0 ? 1 : k % 4 == 1 ? -1 : 0)) & 0x7fffff;
                values[top * 96 + k] = Float.intBitsToFloat((top << 23) | fraction);
            }
        }
        return values;
    }

    @ParameterizedTest
    @EnumSource
    void everyExponentIsRoundedToTheNearest(Half half) {
        float[] values = floats();
        short[] many = written(half, values);
        short[] one = new short[values.length];
        FloatTensor single = FloatTensor.of(half.type, one, one.length);
        for (int i = 0; i < values.length; i++) {
            single.set(values[i], i);
            int at = i;
            short expected = half.nearest(values[i]);
            assertEquals(expected, many[i], () -> values[at] + " in bulk");
            assertEquals(expected, one[i], () -> values[at] + " by itself");
        }
    }

    @Test
    void theJdkAgrees() {
        float[] values = floats();
        short[] halves = written(Half.FLOAT16, values);
        for (int i = 0; i < values.length; i++) {
            if (!Float.isNaN(values[i])) {
                assertEquals(Float.floatToFloat16(values[i]), halves[i]);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void ties(Half half) {
        int bits = half.type == ElementType.BFLOAT16 ? 0x3f80 : 0x3c00;
        float step = half.value(bits + 1) - 1f;
        float[] values = {1f + step / 2, 1f + 3 * step / 2, -1f - step / 2, 1f + step / 2 + Math.ulp(1f)};
        short[] expected = {(short) bits, (short) (bits + 2), (short) (bits | 0x8000), (short) (bits + 1)};
        assertArrayEquals(expected, written(half, values));
        assertEquals(Float.POSITIVE_INFINITY, read(half, written(half, new float[] {Float.MAX_VALUE}))[0]);
        assertEquals(0x8000, written(half, new float[] {-Float.MIN_VALUE})[0] & 0xffff);
    }

    static Stream<Arguments> calls() {
        return FloatViewCalls.all().stream()
                .flatMap(call -> Stream.of(Half.values()).map(half -> Arguments.of(call, half)));
    }

    @ParameterizedTest
    @MethodSource("calls")
    void convertingFirst(Call call, Half half) {
        for (Layout layout : Layout.values()) {
            check(call, half, layout);
        }
    }

    /** Where the numbers lie changes from one operand to the next. */
    private static MemorySegment memory(int number, int length) {
        return switch (number % 3) {
            case 0 -> MemorySegment.ofArray(new short[length]);
            case 1 -> Arena.ofAuto().allocate(2L * length + 1).asSlice(1);
            default -> MemorySegment.ofArray(new byte[2 * length]);
        };
    }

    private static void check(Call call, Half half, Layout layout) {
        int count = call.operands().size();
        FloatTensor[] arrays = new FloatTensor[count];
        FloatTensor[] views = new FloatTensor[count];
        MemorySegment[] memories = new MemorySegment[count];
        for (int i = 0; i < count; i++) {
            Operand operand = call.operands().get(i);
            if (operand.same() >= 0) {
                arrays[i] = arrays[operand.same()];
                views[i] = views[operand.same()];
                continue;
            }
            SplittableRandom random = new SplittableRandom(200 + i);
            float[] elements = new float[Shapes.numel(operand.shape())];
            for (int e = 0; e < elements.length; e++) {
                elements[e] = operand.content() == Content.PROBABILITIES
                        ? (float) random.nextDouble()
                        : (float) random.nextGaussian(0.0, 3.0);
            }
            FloatTensor array = layout.of(elements, operand.shape());
            memories[i] = memory(i, array.array().length);
            for (int e = 0; e < array.array().length; e++) {
                short bits = half.nearest(array.array()[e]);
                memories[i].set(ValueLayout.JAVA_SHORT_UNALIGNED, 2L * e, bits);
                array.array()[e] = half.value(bits & 0xffff);
            }
            arrays[i] = array;
            int[] strides = new int[array.rank()];
            for (int d = 0; d < strides.length; d++) {
                strides[d] = array.stride(d);
            }
            views[i] = FloatTensor.of(half.type, memories[i], 2L * array.offset(), array.shape(), strides);
        }
        assertArrayEquals(call.body().run(arrays), call.body().run(views), call + ", " + layout);
        for (int i = 0; i < count; i++) {
            if (memories[i] != null) {
                short[] actual = memories[i].toArray(ValueLayout.JAVA_SHORT_UNALIGNED);
                for (int e = 0; e < actual.length; e++) {
                    int at = e;
                    int number = i;
                    assertEquals(
                            half.nearest(arrays[i].array()[e]),
                            actual[e],
                            () -> call + ", " + layout + ", operand " + number + ", element " + at);
                }
            }
        }
    }

    @Test
    void nanIsWrittenAsTheCanonicalOne() {
        float[] values = {Float.intBitsToFloat(NAN_BITS + 1), Float.intBitsToFloat(-1), Float.NaN};
        assertArrayEquals(new short[] {0x7fc0, 0x7fc0, 0x7fc0}, written(Half.BFLOAT16, values));
        assertArrayEquals(new short[] {0x7e00, 0x7e00, 0x7e00}, written(Half.FLOAT16, values));
    }

    @Test
    void typesThatDoNotFitAreRejected() {
        FloatBits.assertRejected(
                IllegalArgumentException.class, () -> FloatTensor.of(ElementType.FLOAT, new short[1], 1), "BFLOAT16");
        FloatBits.assertRejected(
                IllegalArgumentException.class,
                () -> FloatTensor.of(ElementType.DOUBLE, MemorySegment.ofArray(new byte[8]), 1),
                "DoubleTensor");
        FloatBits.assertRejected(
                IndexOutOfBoundsException.class,
                () -> FloatTensor.of(ElementType.FLOAT16, new short[3], 2, new int[] {2}, new int[] {1}),
                "inside");
        FloatTensor view = FloatTensor.of(ElementType.BFLOAT16, new short[3], 3);
        assertEquals(ElementType.BFLOAT16, view.elementType());
        FloatBits.assertRejected(UnsupportedOperationException.class, view::array, "BFLOAT16");
    }

    /** A part of a larger buffer without strides is row-major, in arrays and segments alike. */
    @Test
    void partsOfBuffersAreRowMajor() {
        short[] bits = new short[12];
        for (int i = 0; i < bits.length; i++) {
            // The integer i as a bfloat16.
            bits[i] = (short) (Float.floatToRawIntBits(i) >>> 16);
        }
        int[] shape = {2, 3};
        float[] expected = {4f, 5f, 6f, 7f, 8f, 9f};
        assertArrayEquals(
                expected, FloatTensor.of(ElementType.BFLOAT16, bits, 4, shape).toArray());
        MemorySegment memory = MemorySegment.ofArray(bits);
        assertArrayEquals(
                expected,
                FloatTensor.of(ElementType.BFLOAT16, memory, 8L, shape).toArray());
        float[] floats = {1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f};
        FloatTensor part = FloatTensor.of(MemorySegment.ofArray(floats), 12L, shape);
        assertArrayEquals(expected, part.toArray());
        FloatBits.assertRejected(
                IndexOutOfBoundsException.class,
                () -> FloatTensor.of(MemorySegment.ofArray(floats), 16L, shape),
                "inside");
        FloatBits.assertRejected(
                IndexOutOfBoundsException.class, () -> FloatTensor.of(ElementType.BFLOAT16, bits, 7, shape), "inside");
        FloatBits.assertRejected(
                IllegalArgumentException.class,
                () -> FloatTensor.of(ElementType.DOUBLE, memory, 0L, shape),
                "DoubleTensor");
    }
}
