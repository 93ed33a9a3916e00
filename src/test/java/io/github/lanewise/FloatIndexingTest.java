// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.github.lanewise.FloatBits.Snapshot;
import io.github.lanewise.examples.SmoothingModules;
import io.github.lanewise.examples.TenSamples;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Independent of the kernels. */
@Tag("once")
class FloatIndexingTest {
    private static final Class<IllegalArgumentException> ARGUMENT = IllegalArgumentException.class;
    private static final Class<IndexOutOfBoundsException> BOUNDS = IndexOutOfBoundsException.class;

    private static final List<FloatViews.Layout> LAYOUTS = List.of(FloatViews.Layout.values());

    private final SplittableRandom random = new SplittableRandom(41);

    private static FloatTensor of(float[] values, int... shape) {
        return FloatTensor.of(values, shape);
    }

    private static FloatTensor sevens(int... shape) {
        float[] values = new float[Arrays.stream(shape).reduce(1, (a, b) -> a * b)];
        Arrays.fill(values, 7f);
        return FloatTensor.of(values, shape);
    }

    /** The index of an element with a row-major number. */
    private static float[] ones(int[] target, int classes) {
        float[] result = new float[target.length * classes];
        for (int i = 0; i < target.length; i++) {
            result[i * classes + target[i]] = 1f;
        }
        return result;
    }

    private static int[] unravel(int number, int[] shape) {
        int[] index = new int[shape.length];
        int rest = number;
        for (int d = shape.length - 1; d >= 0; d--) {
            index[d] = rest % shape[d];
            rest /= shape[d];
        }
        return index;
    }

    @Nested
    class OneHot {
        @Test
        void ofTenSamples() {
            FloatTensor output = sevens(10, 5);
            Indexing.oneHot(TenSamples.target(), 5, output);
            assertArrayEquals(ones(TenSamples.target(), 5), output.array());
            assertEquals(5, Indexing.inferClasses(TenSamples.target()));
        }

        @Test
        void inWholeNumbers() {
            long[] output = new long[12];
            Arrays.fill(output, 7L);
            Indexing.oneHot(new long[] {0, 2, 1}, 4, output);
            assertArrayEquals(new long[] {1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 0}, output);
            long[] inferred = new long[9];
            Indexing.oneHot(new int[] {0, 2, 1}, -1, inferred);
            assertArrayEquals(new long[] {1, 0, 0, 0, 0, 1, 0, 1, 0}, inferred);
            assertEquals(3, Indexing.inferClasses(new long[] {0, 2, 1}));
            Indexing.oneHot(new int[0], 3, new long[0]);
        }

        @Test
        void ofAnyShapeAndLayout() {
            FloatTensor output = FloatViews.Layout.TRANSPOSED.of(new float[12], 2, 2, 3);
            Indexing.oneHot(new long[] {2, 0, 1, 1}, -1, output);
            assertArrayEquals(new float[] {0, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 0}, output.toArray());
            FloatTensor single = sevens(4);
            Indexing.oneHot(new int[] {3}, 4, single);
            assertArrayEquals(new float[] {0, 0, 0, 1}, single.array());
        }

        @Test
        void rejections() {
            long[] longs = {7, 7, 7, 7, 7, 7};
            FloatTensor output = sevens(2, 3);
            Snapshot snapshot = Snapshot.of(output);
            FloatBits.assertRejected(
                    BOUNDS, snapshot, "", () -> Indexing.oneHot(new int[] {0, 3}, 3, output), "index[1] = 3");
            FloatBits.assertRejected(
                    BOUNDS, snapshot, "", () -> Indexing.oneHot(new int[] {-1, 0}, 3, output), "index[0] = -1");
            FloatBits.assertRejected(BOUNDS, () -> Indexing.inferClasses(new int[] {0, -1}), "index[1] = -1");
            FloatBits.assertRejected(BOUNDS, () -> Indexing.inferClasses(new long[] {1L << 40}), "index[0]");
            FloatBits.assertRejected(ARGUMENT, () -> Indexing.inferClasses(new int[0]), "empty");
            FloatBits.assertRejected(ARGUMENT, () -> Indexing.oneHot(new int[0], -1, new long[0]), "empty");
            FloatBits.assertRejected(ARGUMENT, () -> Indexing.oneHot(new int[2], 0, output), "numClasses 0");
            FloatBits.assertRejected(ARGUMENT, () -> Indexing.oneHot(new int[2], -2, output), "numClasses -2");
            FloatBits.assertRejected(ARGUMENT, () -> Indexing.oneHot(new int[2], 4, output), "[2, 3]", "size 4");
            FloatBits.assertRejected(ARGUMENT, () -> Indexing.oneHot(new int[3], 3, output), "2 entries", "has 3");
            FloatBits.assertRejected(ARGUMENT, () -> Indexing.oneHot(new long[1], 3, longs), "3 elements", "6");
            FloatBits.assertRejected(BOUNDS, () -> Indexing.oneHot(new long[] {0, 3}, 3, longs), "index[1] = 3");
            assertArrayEquals(new long[] {7, 7, 7, 7, 7, 7}, longs);
            assertThrows(ARGUMENT, () -> Indexing.oneHot(new int[1], 1, sevens()));
            assertThrows(NullPointerException.class, () -> Indexing.oneHot((int[]) null, 3, output));
            assertThrows(NullPointerException.class, () -> Indexing.oneHot(new int[2], 3, (long[]) null));
            FloatTensor twice = FloatTensor.of(new float[3], 0, new int[] {2, 3}, new int[] {0, 1});
            FloatBits.assertRejected(ARGUMENT, () -> Indexing.oneHot(new int[2], 3, twice), "more than once");
        }
    }

    @Nested
    class Gather {
        @Test
        void workedExample() {
            FloatTensor input = of(new float[] {1, 2, 3, 4}, 2, 2);
            FloatTensor output = sevens(2, 2);
            int[] index = {0, 0, 1, 0};
            Indexing.gather(input, 1, index, output);
            assertArrayEquals(new float[] {1, 1, 4, 3}, output.array());
            Indexing.gather(input, -2, index, output);
            assertArrayEquals(new float[] {1, 2, 3, 2}, output.array());
        }

        @Test
        void logProbabilitiesOfTheTargets() {
            FloatTensor logProbabilities = sevens(3, 5);
            FloatTensor predicted = sevens(3, 5);
            for (int i = 0; i < 15; i++) {
                predicted.set(SmoothingModules.predict().get(i / 5, i % 5), i / 5, i % 5);
            }
            Softmax.logSoftmax(predicted, 1, logProbabilities);
            FloatTensor picked = sevens(3, 1);
            Indexing.gather(logProbabilities, -1, SmoothingModules.target(), picked);
            double nll = -((double) picked.get(0, 0) + picked.get(1, 0) + picked.get(2, 0)) / 3;
            assertEquals(NllLoss.create().forward(logProbabilities, SmoothingModules.target()), nll, 1e-6);
        }

        @Test
        void everyDimensionShapeAndLayoutWithItsGradient() {
            for (int round = 0; round < 300; round++) {
                int rank = random.nextInt(1, 5);
                int dim = random.nextInt(rank);
                int[] shape = new int[rank];
                int[] indexShape = new int[rank];
                for (int d = 0; d < rank; d++) {
                    shape[d] = random.nextInt(1, 5);
                    indexShape[d] = d == dim ? random.nextInt(0, 8) : random.nextInt(1, shape[d] + 1);
                }
                int numel = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
                int indices = Arrays.stream(indexShape).reduce(1, (a, b) -> a * b);
                int[] index = FloatViews.classes(random, indices, shape[dim]);
                FloatViews.Layout layout = LAYOUTS.get(random.nextInt(LAYOUTS.size()));
                FloatTensor input = layout.of(FloatViews.normal(random, numel), shape);
                FloatTensor output = layout.of(new float[indices], indexShape);
                FloatTensor upstream = of(FloatViews.normal(random, indices), indexShape);
                FloatTensor gradient = layout.of(FloatViews.normal(random, numel), shape);
                int negative = random.nextBoolean() ? dim : dim - rank;
                Indexing.gather(input, negative, index, output);
                Indexing.gatherBackward(negative, FloatViews.toLongs(index), upstream, gradient);
                FloatTensor expected = of(new float[numel], shape);
                for (int i = 0; i < indices; i++) {
                    int[] at = unravel(i, indexShape);
                    int[] from = at.clone();
                    from[dim] = index[i];
                    assertEquals(input.get(from), output.get(at));
                    expected.set(expected.get(from) + upstream.get(at), from);
                }
                assertArrayEquals(expected.array(), gradient.toArray());
            }
        }

        @Test
        void withoutDimensions() {
            FloatTensor output = sevens();
            Indexing.gather(of(new float[] {5}), 0, new int[] {0}, output);
            assertEquals(5f, output.get());
            FloatTensor row = sevens(3);
            Indexing.gather(of(new float[] {5}), -1, new long[] {0, 0, 0}, row);
            assertArrayEquals(new float[] {5, 5, 5}, row.array());
            Indexing.gather(of(new float[] {1, 2, 3}, 3), 0, new int[] {2}, output);
            assertEquals(3f, output.get());
            FloatTensor gradient = sevens();
            Indexing.gatherBackward(0, new int[] {0, 0}, of(new float[] {1, 2}, 2), gradient);
            assertEquals(3f, gradient.get());
        }

        @Test
        void elementsAreCopiedAndNaNSumsAreCanonical() {
            FloatTensor input = of(new float[] {Float.NEGATIVE_INFINITY, -0f, Float.NaN}, 3);
            FloatTensor output = sevens(4);
            Indexing.gather(input, 0, new int[] {2, 1, 0, 1}, output);
            FloatBits.assertSame(
                    new float[] {Float.NaN, -0f, Float.NEGATIVE_INFINITY, -0f}, output.array(), () -> "copied");
            float odd = Float.intBitsToFloat(0xffc00123);
            FloatTensor gradient = sevens(2);
            Indexing.gatherBackward(0, new int[] {1, 1}, of(new float[] {odd, 1}, 2), gradient);
            FloatBits.assertSame(new float[] {0, Float.NaN}, gradient.array(), () -> "sums");
        }

        @Test
        void rejections() {
            FloatTensor input = sevens(3, 4);
            FloatTensor output = sevens(3, 2);
            Snapshot snapshot = Snapshot.of(input, output);
            int[] index = new int[6];
            int[] outside = {0, 0, 0, 4, 0, 0};
            FloatBits.assertRejected(
                    BOUNDS,
                    snapshot,
                    "",
                    () -> Indexing.gather(input, 1, outside, output),
                    "index[3] = 4",
                    "dimension 1",
                    "size 4");
            FloatBits.assertRejected(
                    BOUNDS,
                    snapshot,
                    "",
                    () -> Indexing.gather(input, 1, new long[] {-1, 0, 0, 0, 0, 0}, output),
                    "index[0] = -1");
            FloatBits.assertRejected(BOUNDS, () -> Indexing.gather(input, 2, index, output), "dimension 2");
            FloatBits.assertRejected(BOUNDS, () -> Indexing.gather(input, -3, index, output), "dimension -3");
            FloatBits.assertRejected(
                    ARGUMENT, () -> Indexing.gather(input, 1, new int[5], output), "5 entries", "holds 6");
            FloatBits.assertRejected(
                    ARGUMENT, () -> Indexing.gather(input, 1, index, sevens(6)), "number of dimensions");
            FloatBits.assertRejected(
                    ARGUMENT, () -> Indexing.gather(input, 1, index, sevens(6, 1)), "[6, 1]", "[3, 4]", "dimension 0");
            FloatBits.assertRejected(
                    ARGUMENT, () -> Indexing.gather(input, 1, index, input.slice(1, 0, 2)), "output", "overlaps");
            FloatBits.assertRejected(
                    ARGUMENT, () -> Indexing.gatherBackward(1, index, output, sevens(2, 4)), "[3, 2]", "[2, 4]");
            FloatBits.assertRejected(
                    BOUNDS, snapshot, "", () -> Indexing.gatherBackward(1, outside, output, input), "index[3] = 4");
            FloatBits.assertRejected(
                    ARGUMENT,
                    () -> Indexing.gatherBackward(1, index, input.slice(1, 0, 2), input),
                    "gradInput",
                    "overlaps");
            assertThrows(NullPointerException.class, () -> Indexing.gather(null, 1, index, output));
            assertThrows(NullPointerException.class, () -> Indexing.gather(input, 1, (int[]) null, output));
            assertThrows(NullPointerException.class, () -> Indexing.gather(input, 1, index, null));
        }
    }

    @Nested
    class Scatter {
        @Test
        void makesOneHotsAndSoTheLoss() {
            SplittableRandom source = new SplittableRandom(5);
            FloatTensor logProbabilities = sevens(3, 5);
            Softmax.logSoftmax(of(FloatViews.normal(source, 15), 3, 5), 1, logProbabilities);
            int[] target = {1, 0, 4};
            FloatTensor oneHot = of(new float[15], 3, 5);
            Indexing.scatter(oneHot, 1, target, new int[] {3, 1}, 1f, oneHot);
            assertArrayEquals(ones(target, 5), oneHot.array());
            double product = 0.0;
            for (int i = 0; i < 15; i++) {
                product -= (double) oneHot.array()[i] * logProbabilities.array()[i] / 3;
            }
            assertEquals(NllLoss.create().forward(logProbabilities, target), product, 1e-6);
        }

        @Test
        void everyDimensionShapeAndLayoutWithItsGradients() {
            for (int round = 0; round < 300; round++) {
                int rank = random.nextInt(1, 5);
                int dim = random.nextInt(rank);
                int[] shape = new int[rank];
                int[] indexShape = new int[rank];
                int[] srcShape = new int[rank];
                for (int d = 0; d < rank; d++) {
                    shape[d] = random.nextInt(1, 5);
                    indexShape[d] = d == dim ? random.nextInt(0, 8) : random.nextInt(1, shape[d] + 1);
                    srcShape[d] = indexShape[d] + random.nextInt(2);
                }
                int numel = Arrays.stream(shape).reduce(1, (a, b) -> a * b);
                int indices = Arrays.stream(indexShape).reduce(1, (a, b) -> a * b);
                int sources = Arrays.stream(srcShape).reduce(1, (a, b) -> a * b);
                int[] index = FloatViews.classes(random, indices, shape[dim]);
                FloatViews.Layout layout = LAYOUTS.get(random.nextInt(LAYOUTS.size()));
                FloatTensor input = layout.of(FloatViews.normal(random, numel), shape);
                FloatTensor src = layout.of(FloatViews.normal(random, sources), srcShape);
                FloatTensor output = layout.of(new float[numel], shape);
                FloatTensor upstream = of(FloatViews.normal(random, numel), shape);
                FloatTensor gradInput = layout.of(new float[numel], shape);
                FloatTensor gradSrc = layout.of(FloatViews.normal(random, sources), srcShape);
                Indexing.scatter(input, dim - rank, index, indexShape, src, output);
                Indexing.scatterBackward(dim, FloatViews.toLongs(index), indexShape, upstream, gradInput, gradSrc);

                FloatTensor values = of(input.toArray(), shape);
                FloatTensor kept = of(upstream.toArray(), shape);
                FloatTensor owner = sevens(shape);
                for (int i = 0; i < indices; i++) {
                    int[] at = unravel(i, indexShape);
                    int[] to = at.clone();
                    to[dim] = index[i];
                    values.set(src.get(at), to);
                    kept.set(0f, to);
                    owner.set(i, to);
                }
                FloatTensor taken = of(new float[sources], srcShape);
                for (int i = 0; i < indices; i++) {
                    int[] at = unravel(i, indexShape);
                    int[] to = at.clone();
                    to[dim] = index[i];
                    taken.set(owner.get(to) == i ? upstream.get(to) : 0f, at);
                }
                assertArrayEquals(values.array(), output.toArray());
                assertArrayEquals(kept.array(), gradInput.toArray());
                assertArrayEquals(taken.array(), gradSrc.toArray());
                Indexing.scatterBackward(dim, index, indexShape, upstream, upstream);
                assertArrayEquals(kept.array(), upstream.array());
                Indexing.scatter(input, dim, FloatViews.toLongs(index), indexShape, src, input);
                assertArrayEquals(values.array(), input.toArray());
            }
        }

        @Test
        void theLastOfEqualIndicesStays() {
            FloatTensor input = of(new float[] {1, 2, 3}, 3);
            FloatTensor output = sevens(3);
            Indexing.scatter(
                    input, 0, new int[] {1, 1, 0, 1}, new int[] {4}, of(new float[] {10, 20, 30, 40}, 4), output);
            assertArrayEquals(new float[] {30, 40, 3}, output.array());
            FloatTensor gradSrc = sevens(4);
            FloatTensor gradInput = sevens(3);
            Indexing.scatterBackward(
                    0, new int[] {1, 1, 0, 1}, new int[] {4}, of(new float[] {5, 6, 8}, 3), gradInput, gradSrc);
            assertArrayEquals(new float[] {0, 0, 8}, gradInput.array());
            assertArrayEquals(new float[] {0, 0, 5, 6}, gradSrc.array());
        }

        @Test
        void withoutDimensions() {
            FloatTensor output = sevens();
            Indexing.scatter(of(new float[] {5}), 0, new int[] {0}, new int[0], 9f, output);
            assertEquals(9f, output.get());
            Indexing.scatter(of(new float[] {5}), -1, new int[0], new int[] {0}, 9f, output);
            assertEquals(5f, output.get());
        }

        @Test
        void rejections() {
            FloatTensor input = sevens(3, 4);
            FloatTensor src = sevens(3, 2);
            FloatTensor output = of(new float[12], 3, 4);
            Snapshot snapshot = Snapshot.of(input, src, output);
            int[] index = new int[6];
            int[] shape = {3, 2};
            int[] outside = {0, 0, 0, 0, 0, 9};
            FloatBits.assertRejected(
                    BOUNDS,
                    snapshot,
                    "",
                    () -> Indexing.scatter(input, 1, outside, shape, src, output),
                    "index[5] = 9",
                    "size 4");
            FloatBits.assertRejected(
                    BOUNDS, snapshot, "", () -> Indexing.scatter(input, 1, outside, shape, 1f, output), "index[5] = 9");
            FloatBits.assertRejected(
                    ARGUMENT,
                    snapshot,
                    "",
                    () -> Indexing.scatter(input, 1, index, shape, sevens(3, 1), output),
                    "src",
                    "[3, 1]");
            FloatBits.assertRejected(
                    ARGUMENT,
                    () -> Indexing.scatter(input, 1, index, shape, sevens(6), output),
                    "number of dimensions");
            FloatBits.assertRejected(
                    ARGUMENT,
                    () -> Indexing.scatter(input, 1, index, new int[] {6, 1}, 1f, output),
                    "[6, 1]",
                    "[3, 4]");
            FloatBits.assertRejected(
                    ARGUMENT,
                    () -> Indexing.scatter(input, 1, index, new int[] {6}, 1f, output),
                    "number of dimensions");
            FloatBits.assertRejected(
                    ARGUMENT, () -> Indexing.scatter(input, 1, index, new int[] {3, -2}, 1f, output), "negative size");
            FloatBits.assertRejected(
                    ARGUMENT, () -> Indexing.scatter(input, 1, index, shape, 1f, sevens(4, 3)), "output", "[4, 3]");
            FloatBits.assertRejected(BOUNDS, () -> Indexing.scatter(input, 2, index, shape, 1f, output), "dimension 2");
            FloatBits.assertRejected(
                    ARGUMENT,
                    snapshot,
                    "",
                    () -> Indexing.scatter(input, 1, index, shape, output.slice(1, 0, 2), output),
                    "src");
            FloatBits.assertRejected(
                    ARGUMENT,
                    snapshot,
                    "",
                    () -> Indexing.scatterBackward(1, index, shape, input, output, output.slice(1, 0, 2)),
                    "gradSrc");
            FloatBits.assertRejected(
                    ARGUMENT,
                    snapshot,
                    "",
                    () -> Indexing.scatterBackward(1, index, shape, input, output, input.slice(1, 0, 2)),
                    "gradSrc");
            FloatBits.assertRejected(
                    BOUNDS,
                    snapshot,
                    "",
                    () -> Indexing.scatterBackward(1, outside, shape, input, output),
                    "index[5] = 9");
            assertThrows(NullPointerException.class, () -> Indexing.scatter(input, 1, index, null, 1f, output));
            assertThrows(NullPointerException.class, () -> Indexing.scatter(input, 1, index, shape, null, output));
        }
    }

    @Test
    void nullIsNamed() {
        FloatTensor view = FloatTensor.of(new float[2], 1, 2);
        List<Executable> calls = List.of(
                () -> Indexing.oneHot((int[]) null, 2, new long[2]),
                () -> Indexing.oneHot((long[]) null, 2, new long[2]),
                () -> Indexing.oneHot((int[]) null, 2, view),
                () -> Indexing.oneHot((long[]) null, 2, view),
                () -> Indexing.inferClasses((int[]) null));
        for (Executable call : calls) {
            assertEquals("index", assertThrows(NullPointerException.class, call).getMessage());
        }
    }
}
