// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;

/** The rules of one-hot encoding, gathering and scattering. */
final class IndexingRules extends Rules {
    IndexingRules(Call call) {
        super(call);
    }

    @Override
    void judge() {
        long[] index = call.indices("index");
        switch (call.form.method().getName()) {
            case "inferClasses" -> infer(index);
            case "oneHot" -> oneHot(index);
            case "gather" -> pick("input", "output");
            case "gatherBackward" -> pick("gradInput", "gradOutput");
            default -> put();
        }
    }

    private void infer(long... index) {
        illegal(index != null && index.length == 0, "no index to infer classes from");
        inRange("index", Integer.MAX_VALUE, null);
    }

    private void oneHot(long... index) {
        int classes = call.number("numClasses");
        if (classes == -1) {
            infer(index);
        } else {
            illegal(classes < 1, "no class");
            inRange("index", Math.max(classes, 0), null);
        }
        writable("output");
        if (index == null || (classes == -1 && index.length == 0)) {
            return;
        }
        long width = classes == -1 ? Arrays.stream(index).max().getAsLong() + 1 : classes;
        View view = call.view("output");
        if (view != null) {
            boolean fits = view.rank() > 0 && view.size(-1) == width;
            illegal(!fits || Places.count(Places.without(view.shape(), view.rank() - 1)) != index.length, "no room");
        } else if (call.get("output") instanceof long[] output) {
            illegal(width * index.length != output.length, "no room");
        }
    }

    private void pick(String rowsName, String indexedName) {
        View rows = call.view(rowsName);
        View indexed = call.view(indexedName);
        if (rows != null) {
            int axis = dimension(rows.rank(), call.number("dim"), true);
            if (axis >= 0 && indexed != null) {
                within(indexed.shape(), rows.shape(), axis);
                indices(rows, axis, indexed.shape());
            }
        }
        writable("output");
        writable("gradInput");
        apart("input", "output");
        apart("gradOutput", "gradInput");
    }

    private void put() {
        String first = call.form.has("input") ? "input" : "gradOutput";
        String result = call.form.has("input") ? "output" : "gradInput";
        View rows = call.view(first);
        int[] shape = (int[]) call.get("indexShape");
        boolean shaped = shape != null && Arrays.stream(shape).allMatch(size -> size >= 0);
        illegal(shape != null && !shaped, "a negative size");
        if (rows != null) {
            int axis = dimension(rows.rank(), call.number("dim"), true);
            if (axis >= 0 && shaped) {
                within(shape, rows.shape(), axis);
                indices(rows, axis, shape);
            }
        }
        for (String source : new String[] {"src", "gradSrc"}) {
            if (call.view(source) != null && shaped) {
                within(shape, call.view(source).shape(), -1);
            }
        }
        sameShape(result, first);
        writable(result);
        sameOrApart(first, result);
        apart("src", result);
        writable("gradSrc");
        apart("gradOutput", "gradSrc");
        apart("gradInput", "gradSrc");
    }

    /** Checks that a shape has as many dimensions as another and is nowhere larger but in one; a shape that holds nothing may be any. */
    private void within(int[] shape, int[] other, int exempt) {
        if (Arrays.stream(shape).anyMatch(size -> size == 0)) {
            return;
        }
        int[] inner = shape.length == 0 ? new int[] {1} : shape;
        int[] outer = other.length == 0 ? new int[] {1} : other;
        illegal(inner.length != outer.length, "another number of dimensions");
        for (int d = 0; d < inner.length && inner.length == outer.length; d++) {
            illegal(d != exempt && inner[d] > outer[d], "larger in dimension " + d);
        }
    }

    private void indices(View rows, int axis, int... shape) {
        long[] index = call.indices("index");
        long places = 1;
        for (int size : shape) {
            places *= size;
        }
        illegal(index != null && index.length != places, "an index for each place is needed");
        inRange("index", rows.rank() == 0 ? 1 : rows.size(axis), null);
    }
}
