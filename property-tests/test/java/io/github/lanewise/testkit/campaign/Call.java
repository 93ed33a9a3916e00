// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A call that is about to be made: a form, what it is called on, and every argument by its name. */
final class Call {
    final Form form;
    final Options options;
    final Object receiver;
    final Map<String, Object> arguments;

    Call(Form form, Options options, Object receiver, Map<String, Object> arguments) {
        this.form = form;
        this.options = options;
        this.receiver = receiver;
        this.arguments = new LinkedHashMap<>(arguments);
    }

    /** A part of an array that the call reads or writes. */
    record Row(String name, Object array, int offset, int length, boolean output) {
        boolean isInside() {
            return array != null && offset >= 0 && length >= 0 && offset <= Array.getLength(array) - (long) length;
        }
    }

    Object get(String name) {
        return arguments.get(name);
    }

    /** A view, or that of all ragged rows, or null if it is null or the form takes none of that name. */
    View view(String name) {
        return view(get(name));
    }

    private static View view(Object value) {
        if (value instanceof Ragged ragged) {
            return ragged.span();
        }
        return value instanceof View view ? view : null;
    }

    /** The indices of whatever type, or null. */
    long[] indices(String name) {
        Object array = get(name);
        if (array instanceof int[] ints) {
            return Arrays.stream(ints).asLongStream().toArray();
        }
        return array instanceof long[] longs ? longs.clone() : null;
    }

    int number(String name) {
        return (int) get(name);
    }

    /** Names of the arguments that are null, or hold a row that is, and must not be. */
    List<String> nulls() {
        return arguments.keySet().stream()
                .filter(name -> arguments.get(name) == null
                        || (arguments.get(name) instanceof Flags flags && flags.holdsNull()))
                .toList();
    }

    /** The views of the call, those of ragged rows among them, by name. */
    Map<String, View> views() {
        Map<String, View> views = new LinkedHashMap<>();
        arguments.forEach((name, value) -> {
            if (view(value) != null) {
                views.put(name, view(value));
            }
        });
        return views;
    }

    /** The views that the call writes to, by name. */
    Map<String, View> written() {
        Map<String, View> written = new LinkedHashMap<>();
        views().forEach((name, view) -> {
            if (form.isOutput(name)) {
                written.put(name, view);
            }
        });
        // Of elements that stand several times in the receiver a copy has several, too.
        if (form.isSetter() && !Places.repeats((View) receiver)) {
            written.put("receiver", (View) receiver);
        }
        return written;
    }

    /** The parts of arrays, for forms that take arrays with offsets; else none. */
    List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        String count = List.of("n", "classes", "length", "vocabulary").stream()
                .filter(form::has)
                .findFirst()
                .orElse(null);
        for (String name : arguments.keySet()) {
            Class<?> type = form.type(name);
            if (count != null && (type == float[].class || type == double[].class)) {
                rows.add(new Row(name, get(name), number(offsetName(name)), number(count), form.isOutput(name)));
            }
        }
        return rows;
    }

    /** The argument that says where in an array a row begins. */
    String offsetName(String name) {
        if (form.has(name + "Offset")) {
            return name + "Offset";
        }
        return name.equals("gradLogits") ? "gradOffset" : "offset";
    }

    /** What describes the call so that it can be made again by hand. */
    String describe() {
        StringBuilder text = new StringBuilder(form.toString());
        text.append("\n  on ").append(form.isOfPlans() || receiver instanceof View ? describe(receiver) : options);
        arguments.forEach(
                (name, value) -> text.append("\n  ").append(name).append(" = ").append(describe(value)));
        return text.toString();
    }

    private String describe(Object value) {
        if (value instanceof View view) {
            return view + "@" + owner(view.store()) + " " + beginning(Arrays.toString(view.numbers()));
        }
        if (value instanceof Data data) {
            return data + "@" + owner(data.store());
        }
        if (value instanceof Ragged ragged) {
            return ragged + "@" + owner(ragged.span().store()) + " " + beginning(Arrays.deepToString(ragged.rows()));
        }
        if (value instanceof Flags flags) {
            return beginning(flags.toString());
        }
        if (value != null && value.getClass().isArray()) {
            return "@" + owner(Store.of(value)) + " of " + Array.getLength(value) + " " + beginning(array(value));
        }
        return String.valueOf(value);
    }

    private static String array(Object array) {
        String all = Arrays.deepToString(new Object[] {array});
        return all.substring(1, all.length() - 1);
    }

    private static String beginning(String text) {
        return text.length() > 400 ? text.substring(0, 400) + " ...]" : text;
    }

    /** The name of the first argument that lies in some memory. */
    private String owner(Store store) {
        for (Map.Entry<String, Object> entry : arguments.entrySet()) {
            Object value = entry.getValue();
            boolean array = value != null && value.getClass().isArray();
            Store other = view(value) != null
                    ? view(value).store()
                    : value instanceof Data data ? data.store() : array ? Store.of(value) : null;
            if (other != null && other.is(store)) {
                return entry.getKey();
            }
        }
        return "?";
    }
}
