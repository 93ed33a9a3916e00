// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ElementType;
import java.lang.reflect.Array;
import java.util.Arrays;

/** The rules of views: how they are made, read, set, and cut into others. */
final class ViewRules extends Rules {
    ViewRules(Call call) {
        super(call);
    }

    @Override
    void judge() {
        switch (call.form.method().getName()) {
            case "of" -> make();
            case "get", "set" -> {
                memory("the view", receiver(), call.form.isSetter());
                place();
            }
            case "reshape" -> reshape();
            case "transpose" -> {
                dimension(receiver().rank(), call.number("dim0"), false);
                dimension(receiver().rank(), call.number("dim1"), false);
            }
            default -> cut();
        }
    }

    private View receiver() {
        return (View) call.receiver;
    }

    /** Number of elements; -1 for a negative size, a large number for one that no array holds. */
    private static long numel(int... shape) {
        double numel = 1.0;
        for (int size : shape) {
            if (size < 0) {
                return -1;
            }
            numel *= size;
        }
        return (long) numel;
    }

    private void make() {
        int[] shape = (int[]) call.get("shape");
        Object data = call.get("data");
        if (data instanceof Data memory) {
            illegal(memory.swapped(), "not the byte order of the machine");
        }
        ElementType type = type(call);
        boolean narrow = call.form.type("data") == short[].class;
        illegal(type != null && !(narrow ? Halves.isHalf(type) : fits(type)), "numbers of another type");
        if (shape == null) {
            return;
        }
        long numel = numel(shape);
        illegal(numel < 0, "a negative size");
        illegal(numel > Integer.MAX_VALUE, "more elements than a view holds");
        if (data == null || type == null || numel < 0 || numel > Integer.MAX_VALUE) {
            return;
        }
        long length = data instanceof Data memory ? memory.size() : (long) Array.getLength(data) * type.byteSize();
        if (!call.form.makesViewOfPart()) {
            illegal(numel * type.byteSize() != length, "not as many elements as the shape holds");
            return;
        }
        int[] strides = strides(call, shape);
        if (strides == null) {
            return;
        }
        illegal(shape.length != strides.length, "not as many strides as sizes");
        if (shape.length == strides.length) {
            long[] reach = Places.reach(shape, strides);
            illegal(reach[1] - reach[0] > Integer.MAX_VALUE, "more places than an int counts");
            double first = first(call, type);
            double low = first + (double) reach[0] * type.byteSize();
            double high = first + (double) reach[1] * type.byteSize();
            outside(first < 0 || first > length || low < 0 || high > length, "an element outside the memory");
        }
    }

    private boolean fits(ElementType type) {
        boolean doubles = call.form.element() == Element.DOUBLE;
        return doubles == (type == ElementType.DOUBLE);
    }

    /** What is said to lie in the memory; null if that is null. */
    private static ElementType type(Call call) {
        return call.form.has("type")
                ? (ElementType) call.get("type")
                : call.form.element().type();
    }

    /** The byte at which the first element begins, within the memory that is given. */
    private static double first(Call call, ElementType type) {
        if (call.form.has("byteOffset")) {
            return (long) call.get("byteOffset");
        }
        return call.form.has("offset") ? (double) call.number("offset") * type.byteSize() : 0;
    }

    /** How far apart elements lie: as the call says, or row-major. */
    private static int[] strides(Call call, int[] shape) {
        return call.form.has("strides")
                ? (int[]) call.get("strides")
                : Places.strides(shape, Places.order(shape.length));
    }

    /** What a valid call makes a view of. */
    static View made(Call call) {
        int[] shape = (int[]) call.get("shape");
        int[] strides = strides(call, shape);
        ElementType type = type(call);
        boolean array = !(call.get("data") instanceof Data);
        Store store = array ? Store.of(call.get("data")) : ((Data) call.get("data")).store();
        long start = array ? 0 : ((Data) call.get("data")).start();
        return new View(null, store, type, start + (long) first(call, type), shape, strides, false);
    }

    private void place() {
        int[] index = (int[]) call.get("index");
        if (index == null) {
            return;
        }
        int[] shape = receiver().shape();
        illegal(index.length != shape.length, "not as many indices as dimensions");
        for (int d = 0; d < index.length && index.length == shape.length; d++) {
            outside(index[d] < 0 || index[d] >= shape[d], "index " + index[d] + " is outside dimension " + d);
        }
    }

    private void reshape() {
        int[] shape = (int[]) call.get("newShape");
        if (shape == null) {
            return;
        }
        int numel = receiver().numel();
        long open = Arrays.stream(shape).filter(size -> size == -1).count();
        long known =
                numel(Arrays.stream(shape).map(size -> size == -1 ? 1 : size).toArray());
        boolean fits = open == 0 ? known == numel : open == 1 && known > 0 && numel % known == 0;
        illegal(!fits, "another number of elements");
        if (fits && open == 0) {
            // A view takes a shape if one can name strides for it; elements in row-major order always have them.
            illegal(numel > 0 && !isExpressible(shape), "no strides for this shape");
        } else if (fits) {
            int[] sizes = Arrays.stream(shape)
                    .map(size -> size == -1 ? (int) (numel / known) : size)
                    .toArray();
            illegal(numel > 0 && !isExpressible(sizes), "no strides for this shape");
        }
    }

    /** Whether the elements of the receiver, in row-major order, lie at regular steps along every new dimension. */
    private boolean isExpressible(int... sizes) {
        int[] places = Places.of(0, receiver().shape(), receiver().strides());
        int[] strides = new int[sizes.length];
        int step = 1;
        for (int d = sizes.length - 1; d >= 0; d--) {
            strides[d] = sizes[d] == 1 ? 0 : places[step] - places[0];
            step *= sizes[d];
        }
        return Arrays.equals(places, Places.of(places[0], sizes, strides));
    }

    private void cut() {
        View view = receiver();
        int d = dimension(view.rank(), call.number("dim"), false);
        if (d < 0) {
            return;
        }
        if (call.form.has("index")) {
            int index = call.number("index");
            outside(index < 0 || index >= view.size(d), "no index " + index);
        } else if (call.form.has("from")) {
            int from = call.number("from");
            int to = call.number("to");
            outside(from < 0 || to < from || to > view.size(d), "no part from " + from + " to " + to);
        }
    }
}
