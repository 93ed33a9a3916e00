// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ClassMask;
import io.github.lanewise.DoubleRagged;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.ElementType;
import io.github.lanewise.FloatRagged;
import io.github.lanewise.FloatTensor;
import io.github.lanewise.LogSumExpAccumulator;
import io.github.lanewise.LossSum;
import io.github.lanewise.SequenceScore;
import io.github.lanewise.Tensor;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** What a call has answered and written: named series of bits. */
record Outcome(Map<String, long[]> parts) {
    /** The rows that a mask with one set for all is asked for. */
    static final int[] ANY_ROWS = {0, 1, Integer.MAX_VALUE};

    /** Makes a call that has to succeed, and reads what came of it. */
    static Outcome made(Call call) {
        return of(call, invoke(call));
    }

    /** What a call that has to succeed answers. */
    static Object invoke(Call call) {
        try {
            return call.form.invoke(call.receiver, call.arguments);
        } catch (Throwable e) {
            throw new AssertionError("a call that has to succeed threw " + e + "\n" + call.describe(), e);
        }
    }

    static Outcome of(Call call, Object answer) {
        Map<String, long[]> parts = new LinkedHashMap<>();
        answer(call, answer, parts);
        call.written().forEach((name, view) -> parts.put(name, view.bits()));
        for (Call.Row row : call.rows()) {
            if (row.output()) {
                long[] bits = new long[row.length()];
                ElementType type = call.form.element().type();
                Store store = Store.of(row.array());
                Arrays.setAll(bits, i -> store.bits(type, (long) (row.offset() + i) * type.byteSize()));
                parts.put(row.name(), bits);
            }
        }
        if (call.get("output") instanceof long[] numbers) {
            parts.put("output", numbers.clone());
        }
        if (call.get("results") != null) {
            results(Results.of(call.get("results"), call.options.entropy), parts);
        }
        if (call.receiver instanceof SequenceScore score) {
            parts.put("score", bits(score.logLikelihood(), (double) score.count(), score.perplexity()));
        }
        if (call.receiver instanceof LogSumExpAccumulator sum) {
            parts.put("value", bits(sum.value(), (double) sum.count()));
        }
        return new Outcome(parts);
    }

    private static void answer(Call call, Object answer, Map<String, long[]> parts) {
        if (answer instanceof Float number) {
            parts.put("answer", new long[] {Float.floatToRawIntBits(number)});
        } else if (answer instanceof Double number) {
            parts.put("answer", bits(number));
        } else if (answer instanceof Integer number) {
            // A copy has strides of its own.
            boolean stride = call.form.method().getName().equals("stride");
            parts.put("answer", new long[] {stride ? 0 : number});
        } else if (answer instanceof Boolean yes) {
            parts.put("answer", new long[] {yes ? 1 : 0});
        } else if (answer instanceof ClassMask mask) {
            mask(mask, parts);
        } else if (answer instanceof FloatRagged rows) {
            ragged(rows.rows(), rows::rowLength, rows::rowOffset, isReadable(call) ? rows::row : null, parts);
        } else if (answer instanceof DoubleRagged rows) {
            ragged(rows.rows(), rows::rowLength, rows::rowOffset, isReadable(call) ? rows::row : null, parts);
        } else if (answer instanceof LossSum sum) {
            parts.put("sum", bits(sum.sum()));
            parts.put("divisor", new long[] {Double.doubleToRawLongBits(sum.denominator()), sum.count()});
        } else if (answer instanceof Tensor view) {
            parts.put("shape", Arrays.stream(view.shape()).asLongStream().toArray());
            if (isReadable(call)) {
                parts.put("answer", elements(view));
            }
        }
    }

    private static void mask(ClassMask mask, Map<String, long[]> parts) {
        parts.put("classes", new long[] {mask.classes(), mask.isPerRow() ? mask.rows() : -1});
        int[] rows = mask.isPerRow() ? IntStream.range(0, mask.rows()).toArray() : ANY_ROWS;
        parts.put("counts", Arrays.stream(rows).mapToLong(mask::allowedCount).toArray());
        parts.put(
                "allowed",
                Arrays.stream(rows)
                        .boxed()
                        .flatMapToLong(row ->
                                IntStream.range(0, mask.classes()).mapToLong(c -> mask.isAllowed(row, c) ? 1 : 0))
                        .toArray());
    }

    private static void ragged(
            int rows,
            IntToLongFunction length,
            IntToLongFunction offset,
            IntFunction<Tensor> readable,
            Map<String, long[]> parts) {
        parts.put("lengths", IntStream.range(0, rows).mapToLong(length).toArray());
        parts.put("offsets", IntStream.range(0, rows).mapToLong(offset).toArray());
        if (readable != null) {
            LongStream elements =
                    IntStream.range(0, rows).mapToObj(readable).flatMapToLong(row -> Arrays.stream(elements(row)));
            parts.put("elements", elements.toArray());
        }
    }

    private static void results(Results results, Map<String, long[]> parts) {
        parts.put("rows", new long[] {results.rows()});
        parts.put("classes", results.classes().stream().mapToLong(c -> c).toArray());
        int number = 0;
        for (View view : results.views()) {
            int width = view.rank() == 1 ? 1 : view.size(1);
            parts.put("view " + number++, Arrays.copyOf(view.bits(), results.rows() * width));
        }
    }

    private static long[] bits(double... numbers) {
        return Arrays.stream(numbers).mapToLong(Double::doubleToRawLongBits).toArray();
    }

    /** Whether what a new view shows may be looked at: not if it was made of memory that is closed to this thread. */
    private static boolean isReadable(Call call) {
        Object memory = call.receiver == null ? call.get("data") : call.receiver;
        Store store = memory instanceof View view
                ? view.store()
                : memory instanceof Ragged ragged
                        ? ragged.whole().store()
                        : memory instanceof Data data ? data.store() : null;
        return store == null || store.state() == Store.State.OPEN;
    }

    /** The bits of the numbers of a view, asked one by one. */
    private static long[] elements(Tensor view) {
        int[] shape = view.shape();
        int[] index = new int[shape.length];
        long[] bits = new long[view.numel()];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = view instanceof FloatTensor floats
                    ? Float.floatToRawIntBits(floats.get(index))
                    : Double.doubleToRawLongBits(((DoubleTensor) view).get(index));
            for (int d = shape.length - 1; d >= 0 && ++index[d] == shape[d]; d--) {
                index[d] = 0;
            }
        }
        return bits;
    }

    /** What a call with outputs of other types has to give: the same, with those in 16 bits rounded. */
    Outcome roundedFor(Call call) {
        Map<String, long[]> rounded = new LinkedHashMap<>(parts);
        Map<String, View> written = call.written();
        written.forEach((name, view) -> {
            if (Halves.isHalf(view.type())) {
                rounded.put(
                        name,
                        Arrays.stream(parts.get(name))
                                .map(bits -> Halves.round(view.type(), Float.intBitsToFloat((int) bits)) & 0xffff)
                                .toArray());
            }
        });
        return new Outcome(rounded);
    }

    /** The part in which this differs from each of some outcomes, or null. */
    String differsFrom(List<Outcome> others) {
        for (Map.Entry<String, long[]> part : parts.entrySet()) {
            boolean met =
                    others.stream().anyMatch(other -> Arrays.equals(part.getValue(), other.parts.get(part.getKey())));
            if (!met) {
                long[] expected = others.get(0).parts.get(part.getKey());
                int at = Arrays.mismatch(part.getValue(), expected);
                return part.getKey() + "[" + at + "] has the bits " + hex(part.getValue(), at) + ", not "
                        + hex(expected, at);
            }
        }
        return null;
    }

    private static String hex(long[] bits, int at) {
        return at < bits.length ? Long.toHexString(bits[at]) : "none";
    }

    /** A number for all bits. */
    long digest() {
        long digest = 1;
        for (Map.Entry<String, long[]> part : parts.entrySet()) {
            digest = 31 * digest + part.getKey().hashCode();
            for (long bits : part.getValue()) {
                digest = (digest ^ bits) * 0x9e3779b97f4a7c15L;
                digest ^= digest >>> 29;
            }
        }
        return digest;
    }
}
