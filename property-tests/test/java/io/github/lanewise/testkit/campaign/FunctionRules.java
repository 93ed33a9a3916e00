// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.Categorical;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Softmax;
import java.util.Arrays;
import java.util.List;

/** The rules of functions: of rows along a dimension, of single elements, and of categorical distributions. */
final class FunctionRules extends Rules {
    FunctionRules(Call call) {
        super(call);
    }

    @Override
    void judge() {
        if (!call.rows().isEmpty()) {
            rows();
        } else if (call.form.isOf(Categorical.class)) {
            categorical();
        } else if (call.form.isOf(Softmax.class)) {
            softmax();
        } else {
            pointwise();
        }
    }

    private void pointwise() {
        List<String> names = List.copyOf(call.views().keySet());
        for (String name : names) {
            sameShape(name, names.get(0));
            if (call.form.isOutput(name)) {
                writable(name);
                for (String other : names) {
                    if (!call.form.isOutput(other)) {
                        sameOrApart(other, name);
                    }
                }
            }
        }
        apart("gradX", "gradY");
    }

    private void softmax() {
        boolean reduces = call.form.method().getName().startsWith("logSumExp");
        String first = call.form.has("input") ? "input" : "output";
        View input = call.view(first);
        if (input == null) {
            return;
        }
        int axis = dimension(input.rank(), call.number("dim"), true);
        for (String name : call.views().keySet()) {
            boolean rows = reduces && (name.equals("output") || name.equals("gradOutput"));
            if (!rows) {
                sameShape(name, first);
            } else if (axis >= 0) {
                reduced(name, input, axis);
            }
            if (call.form.isOutput(name)) {
                writable(name);
                if (rows) {
                    apart(first, name);
                } else {
                    sameOrApart(first, name);
                }
            }
        }
        if (reduces) {
            apart("gradOutput", "gradInput");
        } else {
            sameOrApart("gradOutput", "gradInput");
        }
        if (axis < 0) {
            return;
        }
        double[][] rows = rows(input, axis);
        int classes = input.rank() == 0 ? 1 : input.size(axis);
        Mask mask = mask(rows.length, classes);
        for (int p = 0; p < rows.length && call.get("fullyMasked") == OnEmpty.ERROR; p++) {
            double[] row = remaining(mask, p, rows[p]);
            illegal(isMasked(row) || (row.length == 0 && classes > 0), "a masked row");
        }
    }

    private void categorical() {
        View input = call.view("input");
        if (input != null) {
            illegal(input.rank() == 0, "no class dimension");
        }
        if (input != null && input.rank() > 0) {
            int axis = dimension(input.rank(), call.form.has("dim") ? call.number("dim") : -1, false);
            if (axis >= 0) {
                distributions(input, axis);
            }
        }
        sameShape("gradInput", "input");
        writable("output");
        writable("gradInput");
        apart("input", "output");
        apart("gradOutput", "gradInput");
        sameOrApart("input", "gradInput");
    }

    private void distributions(View input, int axis) {
        int classes = input.size(axis);
        illegal(classes == 0, "no class");
        reduced("output", input, axis);
        reduced("gradOutput", input, axis);
        long[] value = call.indices("value");
        double[][] rows = rows(input, axis);
        illegal(value != null && value.length != rows.length, "one class for each distribution is needed");
        inRange("value", classes, null);
        boolean logits = call.options.logits;
        double largest = call.form.element().largest();
        for (double[] row : rows) {
            boolean numbers =
                    Arrays.stream(row).allMatch(x -> logits ? x < Double.POSITIVE_INFINITY : x >= 0.0 && x <= largest);
            illegal(!numbers, "a row is no distribution");
            doubt(!logits && Arrays.stream(row).sum() > largest);
            boolean masked = logits ? isMasked(row) : Arrays.stream(row).allMatch(x -> x == 0.0);
            illegal(masked && call.options.fullyMasked == OnEmpty.ERROR, "a row without a possible class");
        }
    }
}
