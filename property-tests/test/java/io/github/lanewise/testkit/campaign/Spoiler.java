// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ElementType;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Changes an argument or two of a call: some changes make it invalid, others only unusual. What became of the call is for
 * {@link Rules} to say.
 */
final class Spoiler {
    private static final int[] ODD_NUMBERS = {-1, -2, 0, 1, 6, 100, 4096, Integer.MAX_VALUE, Integer.MIN_VALUE, 1 << 30
    };

    private final Call call;
    private final Scene scene;
    private final Draw draw;

    Spoiler(Call call, Scene scene, Draw draw) {
        this.call = call;
        this.scene = scene;
        this.draw = draw;
    }

    Call spoil() {
        if (call.receiver instanceof View view && draw.chance(0.15)) {
            return new Call(call.form, call.options, closed(view), call.arguments);
        }
        if (call.receiver instanceof Ragged ragged && draw.chance(0.15)) {
            Ragged closed = ragged.seenBy(closed(ragged.whole()));
            return new Call(call.form, call.options, closed, call.arguments);
        }
        int changes = draw.chance(0.8) ? 1 : 2;
        for (int i = 0; i < changes; i++) {
            List<String> names = new ArrayList<>(call.arguments.keySet());
            change(names.get(draw.below(names.size())));
        }
        return call;
    }

    private void change(String name) {
        Class<?> type = call.form.type(name);
        Object value = call.get(name);
        if (!type.isPrimitive() && draw.chance(0.06)) {
            call.arguments.put(name, null);
        } else if (call.form.isOfPlans() && new PlanSpoiler(call, draw).change(name)) {
            return;
        } else if (value instanceof View view) {
            changeView(name, view);
        } else if (value instanceof Ragged ragged) {
            changeRows(name, ragged);
        } else if (value instanceof Mask) {
            int rows = scene.indices() + draw.below(3) - 1;
            int classes = scene.bound() + draw.below(3) - 1;
            call.arguments.put(name, Mask.draw(Math.max(0, rows), Math.max(0, classes), draw));
        } else if (value instanceof int[] || value instanceof long[]) {
            changeIndices(name, value);
        } else if (value instanceof float[] || value instanceof double[]) {
            changeArray(name, value);
        } else if (name.equals("results") && value != null && call.form.isView("logits")) {
            View own = Results.of(value, call.options.entropy).views().get(draw.below(4));
            call.arguments.put("logits", own);
        } else if (value instanceof Data data) {
            call.arguments.put(name, changed(type, data));
        } else if (type == ElementType.class) {
            call.arguments.put(name, draw.one(ElementType.values()));
        } else if (name.equals("byteOffset")) {
            call.arguments.put(
                    name, draw.one(-1L, 0L, 1L, 3L, (long) value + 4, (long) value - 4, 1L << 40, Long.MAX_VALUE));
        } else if (value instanceof Integer number) {
            int odd = ODD_NUMBERS[draw.below(ODD_NUMBERS.length)];
            call.arguments.put(name, harmless(name, draw.chance(0.5) ? odd : number + draw.below(5) - 2));
        }
    }

    private void changeRows(String name, Ragged ragged) {
        boolean output = call.form.isOutput(name);
        switch (draw.below(4)) {
            case 0 -> {
                int[] lengths = ragged.lengths();
                if (lengths.length == 0 || draw.chance(0.3)) {
                    lengths = Arrays.copyOf(lengths, lengths.length + 1);
                } else {
                    int p = draw.below(lengths.length);
                    lengths[p] = Math.max(0, lengths[p] + draw.one(-1, 1));
                }
                Element element = ragged.whole().element();
                call.arguments.put(name, Ragged.draw(element, output, () -> draw.random.nextGaussian(), draw, lengths));
            }
            case 1 -> call.arguments.put(name, ragged.seenBy(closed(ragged.whole())));
            default -> {
                for (String other : List.copyOf(call.arguments.keySet())) {
                    Ragged moved = !other.equals(name) && call.get(other) instanceof Ragged rows
                            ? rows.moved(draw.chance(0.6) ? 0 : draw.below(3) - 1)
                            : null;
                    if (moved != null) {
                        call.arguments.put(name, moved);
                    }
                }
            }
        }
    }

    /** Memory from which a view is to be made: freed, of another thread, shorter or in another byte order. */
    private Data changed(Class<?> type, Data data) {
        Store store = data.store();
        if (type == short[].class) {
            short[] shorts = (short[]) store.array();
            return Data.of(type, Store.of(Arrays.copyOf(shorts, shorts.length + draw.below(3))), 0, 0, false, false);
        }
        Store closed = switch (draw.below(4)) {
            case 0 -> store.freed(draw.chance(0.1));
            case 1 -> store.foreign(draw.memories.room());
            default -> store;
        };
        long shorter = closed == store ? draw.below((int) Math.min(data.size() + 1, 9)) : 0;
        long start = Data.fits(type, closed, data.start()) ? data.start() : 0;
        return Data.of(type, closed, start, data.size() - shorter, draw.chance(0.1), draw.chance(0.2));
    }

    /** Sizes of results that are out of range are far out: those just within it would fill the memory. */
    private int harmless(String name, int number) {
        boolean size = call.form.has("rows") && (name.equals("rows") || name.equals("classes"));
        return size && number > 4096 ? Math.min(number, 64) : number;
    }

    private void changeView(String name, View view) {
        boolean output = call.form.isOutput(name);
        switch (draw.below(output ? 9 : 6)) {
            case 0 -> call.arguments.put(name, closed(view));
            case 1 -> redraw(name, view, otherShape(view.shape()));
            case 2 -> {
                long[] addresses = view.addresses();
                if (addresses.length > 0) {
                    long at = addresses[draw.below(addresses.length)];
                    view.store().set(view.type(), at, draw.one(1.5, -0.25, Double.NaN, 1e30));
                }
            }
            case 3, 4 -> alias(name, view, output);
            case 5 -> redraw(name, view, otherShape(view.shape()));
            case 6 -> call.arguments.put(name, repeating(view));
            default -> alias(name, view, true);
        }
    }

    /** The same numbers in memory that is freed, of another thread, or read-only. */
    View closed(View view) {
        Store store = view.store();
        return switch (draw.below(3)) {
            case 0 ->
                draw.memories.view(
                        store.freed(draw.chance(0.1)), view.type(), view.start(), false, view.shape(), view.strides());
            case 1 ->
                draw.memories.view(
                        store.foreign(draw.memories.room()),
                        view.type(),
                        view.start(),
                        false,
                        view.shape(),
                        view.strides());
            default -> draw.memories.view(store, view.type(), view.start(), true, view.shape(), view.strides());
        };
    }

    private void redraw(String name, View view, int... shape) {
        if (Places.count(shape) < 100_000) {
            call.arguments.put(
                    name, draw.view(view.element(), call.form.isOutput(name), () -> draw.random.nextDouble(), shape));
        }
    }

    private int[] otherShape(int... shape) {
        int rank = shape.length;
        return switch (draw.below(rank == 0 ? 2 : 6)) {
            case 0 -> draw.shape(draw.below(5));
            case 1 -> {
                int[] longer = Arrays.copyOf(shape, rank + 1);
                longer[rank] = draw.one(1, 1, 2);
                yield longer;
            }
            case 2 -> Places.without(shape, draw.below(rank));
            case 3 -> Places.with(shape, draw.below(rank), 1);
            case 4 -> Places.with(shape, draw.below(rank), draw.size());
            default -> {
                int d = draw.below(rank);
                yield Places.with(shape, d, shape[d] + 1);
            }
        };
    }

    /** A view of the same shape in which elements may stand twice, or only seem to. */
    private View repeating(View view) {
        int[] strides = view.strides();
        for (int d = 0; d < strides.length; d++) {
            if (draw.chance(0.5)) {
                strides[d] = draw.below(9) - 4;
            }
        }
        return draw.view(view.element(), () -> 0.25, draw.below(3), draw.below(3), view.shape(), strides);
    }

    /** Lets a view lie in the memory of another one: on the same elements, on some of them, or beside them. */
    private void alias(String name, View view, boolean output) {
        List<String> others = new ArrayList<>();
        call.views().forEach((otherName, other) -> {
            boolean one = !otherName.equals(name) && other.element() == view.element();
            boolean open = other.store().state() == Store.State.OPEN;
            if (one && open && (output || call.form.isOutput(otherName))) {
                others.add(otherName);
            }
        });
        if (others.isEmpty()) {
            return;
        }
        String otherName = others.get(draw.below(others.size()));
        View other = call.view(otherName);
        if (call.get(otherName) instanceof View && draw.chance(0.15)) {
            interleave(name, view, otherName, other);
            return;
        }
        ElementType type = draw.chance(0.7) ? other.type() : draw.memories.type(view.element());
        int[] shape = draw.chance(0.3) ? view.shape() : other.shape();
        int[] strides = shape.length == other.rank() && draw.chance(0.8)
                ? other.strides()
                : Places.strides(shape, draw.permutation(shape.length));
        long shift = draw.chance(0.6) ? 0 : (long) (draw.below(7) - 3) * type.byteSize() + draw.memories.shift();
        long start = other.start() + shift;
        if (Memories.isInside(other.store(), type, start, shape, strides)) {
            call.arguments.put(name, draw.memories.view(other.store(), type, start, shape, strides));
        }
    }

    /** Gives two views room in one memory, each between the elements of the other. */
    private void interleave(String name, View view, String otherName, View other) {
        int width = Math.max(view.width(), other.width());
        int room = Math.max(view.numel(), other.numel());
        int shift = draw.memories.shift();
        Store store = draw.memories.store(view.type(), 2L * width * (room + 1) + shift);
        call.arguments.put(name, stepped(store, shift + width, 2 * width, view));
        call.arguments.put(otherName, stepped(store, shift, 2 * width, other));
    }

    /** A view of elements that lie so many bytes apart, with the numbers of a given one. */
    private View stepped(Store store, int start, int step, View view) {
        int[] strides = Places.strides(view.shape(), Places.order(view.rank()));
        for (int d = 0; d < strides.length; d++) {
            strides[d] *= step / view.width();
        }
        View stepped = draw.memories.view(store, view.type(), start, view.readOnly(), view.shape(), strides);
        double[] numbers = view.numbers();
        long[] to = stepped.addresses();
        for (int i = 0; i < to.length; i++) {
            store.set(view.type(), to[i], numbers[i]);
        }
        return stepped;
    }

    private void changeIndices(String name, Object array) {
        int length = Array.getLength(array);
        if (draw.chance(0.3) || length == 0) {
            int changed = Math.max(0, length + draw.one(-1, 1, 1, 5));
            Object other =
                    array instanceof int[] ints ? Arrays.copyOf(ints, changed) : Arrays.copyOf((long[]) array, changed);
            call.arguments.put(name, other);
            return;
        }
        long bound = Math.max(1, scene.bound());
        long[] odd = {-1, bound, bound - 1, 0, Integer.MAX_VALUE, Integer.MIN_VALUE, call.options.ignoreIndex, 1L << 32
        };
        long value = odd[draw.below(odd.length)];
        boolean shape = List.of("shape", "newShape", "indexShape").contains(name);
        Draw.set(array, draw.below(length), shape ? draw.one(-1, 0, 1, 2, 70_000) : value);
    }

    private void changeArray(String name, Object array) {
        int length = Array.getLength(array);
        Object changed = array;
        List<Call.Row> rows = call.rows();
        if (rows.size() > 1 && draw.chance(0.5)) {
            changed = rows.get(draw.below(rows.size())).array();
        } else if (!call.form.isBuilder()) {
            int shorter = Math.max(0, length - 1 - draw.below(3));
            changed = array instanceof float[] floats
                    ? Arrays.copyOf(floats, shorter)
                    : Arrays.copyOf((double[]) array, shorter);
        }
        call.arguments.put(name, changed);
    }
}
