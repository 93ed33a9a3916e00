// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.DoubleRagged;
import io.github.lanewise.DoubleTensor;
import io.github.lanewise.FloatRagged;
import io.github.lanewise.FloatTensor;
import java.lang.reflect.Parameter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Calls of the same method on whole rows, from which the classes that take no part have been deleted. */
final class RowCall {
    /** For each form with ragged rows or a mask that of whole rows. */
    private static final Map<Form, Form> WHOLE = whole();

    private final Call call;
    private final PlannedRows rows;
    private final Form form;

    RowCall(Call call, PlannedRows rows) {
        this.call = call;
        this.rows = rows;
        this.form = WHOLE.get(call.form);
    }

    private static Map<Form, Form> whole() {
        List<Form> all = Form.all();
        Map<Form, Form> whole = new HashMap<>();
        for (Form form : all) {
            if (form.has("mask") || form.takesRaggedRows()) {
                whole.put(
                        form,
                        all.stream()
                                .filter(other -> isWhole(other, form))
                                .findFirst()
                                .orElseThrow());
            }
        }
        return whole;
    }

    private static boolean isWhole(Form whole, Form form) {
        return whole.owner() == form.owner()
                && whole.method().getName().equals(form.method().getName())
                && !whole.has("mask")
                && !whole.takesRaggedRows()
                && names(whole).equals(names(form))
                && names(form).stream().allMatch(name -> whole.type(name) == whole(form.type(name)));
    }

    /** The names of the arguments that have to do with the rows themselves. */
    private static Set<String> names(Form form) {
        return form.parameters().stream()
                .map(Parameter::getName)
                .filter(name -> !name.equals("mask") && !name.equals("dim"))
                .collect(Collectors.toSet());
    }

    private static Class<?> whole(Class<?> type) {
        return type == FloatRagged.class ? FloatTensor.class : type == DoubleRagged.class ? DoubleTensor.class : type;
    }

    /**
     * The call on one row alone.
     *
     * @param receiver what it is made on
     * @param own arguments that do not follow from those for all rows
     */
    Call of(int p, Object receiver, Map<String, Object> own) {
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (Parameter parameter : form.parameters()) {
            String name = parameter.getName();
            arguments.put(name, own.containsKey(name) ? own.get(name) : argument(name, p));
        }
        return new Call(form, call.options, receiver, arguments);
    }

    private Object argument(String name, int p) {
        if (name.equals("dim")) {
            return 0;
        }
        if (name.equals("target")) {
            return indices(name, rows.target(p));
        }
        if (call.view(name) == null) {
            return call.get(name);
        }
        double[] numbers = rows.numbers(name, p);
        Object array = call.form.element().guarded(numbers.length);
        fill(name, array, 0, numbers);
        return call.form.element().view(array, 0, new int[] {numbers.length}, 1);
    }

    private void fill(String name, Object array, int from, double... numbers) {
        for (int i = 0; i < numbers.length && !call.form.isOutput(name); i++) {
            call.form.element().set(array, from + i, numbers[i]);
        }
    }

    /** Indices as an array of the type that the method takes. */
    Object indices(String name, int... indices) {
        boolean longs = form.type(name) == long[].class;
        Object array = longs ? new long[indices.length] : new int[indices.length];
        for (int i = 0; i < indices.length; i++) {
            Draw.set(array, i, indices[i]);
        }
        return array;
    }

    /**
     * The call on all rows at once, each with so many classes, that lie one after the other. For losses that reduce.
     *
     * @param receiver what it is made on
     */
    Call ofAll(Object receiver, int classes) {
        int[] targets = new int[rows.count()];
        for (int p = 0; p < targets.length; p++) {
            targets[p] = rows.target(p);
        }
        Map<String, Object> arguments = new LinkedHashMap<>();
        for (Parameter parameter : form.parameters()) {
            String name = parameter.getName();
            arguments.put(name, name.equals("target") ? indices(name, targets) : all(name, classes));
        }
        return new Call(form, call.options, receiver, arguments);
    }

    private View all(String name, int classes) {
        int[] shape = rows.shape(classes);
        Object array = call.form.element().guarded(rows.count() * classes);
        for (int p = 0; p < rows.count(); p++) {
            fill(name, array, p * classes, rows.numbers(name, p));
        }
        int[] order = new int[shape.length];
        order[shape.length - 1] = rows.axis();
        for (int d = 0; d < shape.length - 1; d++) {
            order[d] = d < rows.axis() ? d : d + 1;
        }
        return call.form.element().view(array, 0, shape, Places.strides(shape, order));
    }
}
