// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;

/** The rules of class masks: how they are made, and what they can be asked. */
final class MaskRules extends Rules {
    MaskRules(Call call) {
        super(call);
    }

    @Override
    void judge() {
        switch (call.form.method().getName()) {
            case "of" -> make();
            case "without", "only" -> {
                int classes = call.number("classes");
                illegal(classes < 0, "a negative number of classes");
                inRange(call.form.has("leftOut") ? "leftOut" : "allowed", classes, null);
            }
            default -> ask();
        }
    }

    private void make() {
        if (call.form.hasBits()) {
            int classes = call.number("classes");
            illegal(classes < 0, "a negative number of classes");
            Object bits = call.get(call.form.has("allowed") ? "allowed" : "allowedPerRow");
            outside(classes >= 0 && bits instanceof Flags flags && flags.holdsFrom(classes), "bits of no class");
        } else if (call.get("allowedPerRow") instanceof Flags flags) {
            long lengths = Arrays.stream(flags.rows())
                    .filter(row -> row != null)
                    .mapToInt(row -> row.length)
                    .distinct()
                    .count();
            illegal(lengths > 1, "rows of different lengths");
        }
        if (call.form.has("rows")) {
            int rows = call.number("rows");
            int classes = call.number("classes");
            illegal(rows < 0 || classes < 0, "a negative number");
            illegal(rows > Integer.MAX_VALUE - 9, "more rows than there may be");
            boolean misfit = call.get("allowed") instanceof Flags flags && flags.row().length != (long) rows * classes;
            illegal(misfit, "not one entry for each row and class");
        }
    }

    private void ask() {
        Mask mask = (Mask) call.receiver;
        int row = call.number("row");
        outside(row < 0 || !mask.has(row), "no row " + row);
        if (call.form.has("c")) {
            int c = call.number("c");
            outside(c < 0 || c >= mask.classes(), "no class " + c);
        }
    }
}
