// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.LogSumExpAccumulator;

/** The rules of summaries, scores and sums over rows of logits. */
final class LogitRules extends Rules {
    LogitRules(Call call) {
        super(call);
    }

    @Override
    void judge() {
        if (call.form.has("rows")) {
            int rows = call.number("rows");
            int classes = call.form.has("classes") ? call.number("classes") : 0;
            illegal(rows < 0 || classes < 0, "a negative size");
            long most = (long) rows * Math.max(call.options.topK, classes);
            illegal(most > Integer.MAX_VALUE, "more than arrays hold");
            return;
        }
        if (call.form.isOf(LogSumExpAccumulator.class)) {
            rows();
            return;
        }
        if (call.form.isView("logits")) {
            View logits = call.view("logits");
            boolean usable = logits != null && logits.rank() > 0 && logits.size(-1) > 0;
            illegal(logits != null && !usable, "no classes");
            if (usable) {
                batch(Places.without(logits.shape(), logits.rank() - 1), logits.size(-1));
                reduced("logProb", logits, logits.rank() - 1);
            }
            writable("logProb");
            apart("logits", "logProb");
        } else if (call.form.has("logits")) {
            Call.Row row = call.rows().get(0);
            int classes = row.length();
            illegal(classes < 1, "no classes");
            outside(row.array() != null && !row.isInside(), "the row is not inside its array");
            batch(new int[0], classes);
            if (call.form.has("target")) {
                int target = call.number("target");
                boolean ignored = target == call.options.ignoreIndex;
                outside((target < 0 || target >= classes) && !ignored, "target is no class");
            }
        }
    }

    private void batch(int[] positions, int classes) {
        int rows = Places.count(positions);
        Mask mask = mask(rows, classes);
        for (int p = 0; mask != null && p < rows; p++) {
            illegal(mask.classesOf(p).length == 0, "no class of row " + p + " is left");
        }
        long[] target = call.indices("target");
        notLeftOut(mask, target);
        if (target != null) {
            illegal(target.length != rows, "one target for each row is needed");
            inRange("target", classes, call.options.ignoreIndex);
        }
        Object results = call.get("results");
        illegal(call.form.has("results") && call.options.topK > classes, "fewer classes than top-k");
        if (results != null) {
            Results held = Results.of(results, call.options.entropy);
            illegal(call.options.foreignResults, "the results of another summary");
            illegal(rows > held.capacity(), "no room for so many rows");
            long[] value = call.indices("value");
            int given = value == null ? 0 : value.length;
            boolean expected = !call.form.has("value") || value != null;
            illegal(expected && given != (long) rows * held.given(), "another number of given classes");
            inRange("value", classes, null);
            View logits = call.view("logits");
            Object array = call.get("logits");
            Store store = logits != null ? logits.store() : array == null ? null : Store.of(array);
            boolean own = store != null
                    && held.views().stream().anyMatch(view -> view.store().is(store));
            // In an array without elements nothing can be said to lie.
            doubt(own && store.size() == 0);
            illegal(own && store.size() > 0, "logits lies in the results");
        }
    }
}
