// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.Denominator;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Reduction;
import io.github.lanewise.Softmax;
import java.util.Arrays;
import java.util.List;

/** The rules of calls with rows of different lengths. */
final class RaggedRules extends Rules {
    private final Options options;

    RaggedRules(Call call) {
        super(call);
        this.options = call.options;
    }

    @Override
    void judge() {
        boolean backward = call.form.method().getName().endsWith("maxBackward");
        String first = call.form.has("logits") ? "logits" : backward ? "output" : "input";
        Ragged rows = call.get(first) instanceof Ragged ragged ? ragged : null;
        for (String name : call.arguments.keySet()) {
            boolean other = rows != null && call.get(name) instanceof Ragged;
            illegal(
                    other && !Arrays.equals(rows.lengths(), ((Ragged) call.get(name)).lengths()),
                    name + " has rows of other lengths");
        }
        if (call.form.isOf(Softmax.class)) {
            softmax(first, rows);
            return;
        }
        long[] target = call.indices("target");
        if (rows != null && target != null) {
            illegal(target.length != rows.lengths().length, "as many targets as rows are needed");
            targets(rows.lengths(), target);
        }
        if (call.form.isOf(CrossEntropyLoss.class)) {
            crossEntropy(rows, target);
        } else {
            illegal(rows != null && Arrays.stream(rows.lengths()).anyMatch(n -> n == 0), "an empty row");
            onePerRow("logProb", rows);
            writable("logProb");
            apart("logits", "logProb");
        }
        if (call.form.isOf(LogitSummary.class) && rows != null && call.get("results") != null) {
            results(rows);
        }
    }

    private void onePerRow(String name, Ragged rows) {
        if (rows != null) {
            shape(name, rows.lengths().length);
        }
    }

    private void targets(int[] lengths, long... target) {
        for (int p = 0; p < Math.min(lengths.length, target.length); p++) {
            boolean ignored = target[p] == options.ignoreIndex;
            outside(!ignored && (target[p] < 0 || target[p] >= lengths[p]), "target[" + p + "] is no class of its row");
        }
    }

    private void softmax(String first, Ragged rows) {
        boolean reduces = call.form.method().getName().startsWith("logSumExp");
        if (reduces) {
            onePerRow("output", rows);
            onePerRow("gradOutput", rows);
        }
        for (String name : List.copyOf(call.arguments.keySet())) {
            if (call.form.isOutput(name)) {
                writable(name);
                if (reduces && name.equals("output")) {
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
        boolean checked = call.get("fullyMasked") == OnEmpty.ERROR && rows != null;
        illegal(checked && Arrays.stream(rows.rows()).anyMatch(Rules::isMasked), "a masked row");
    }

    private void crossEntropy(Ragged rows, long... target) {
        unfit(call.form.isEach() && options.reduction != Reduction.NONE, "a loss that reduces");
        onePerRow("perSample", rows);
        onePerRow("gradOutput", rows);
        for (String output : new String[] {"perSample", "gradLogits"}) {
            writable(output);
            apart("gradOutput", output);
        }
        sameOrApart("logits", "gradLogits");
        apart("logits", "perSample");
        apart("gradLogits", "perSample");
        if (rows == null) {
            return;
        }
        int[] lengths = rows.lengths();
        int count = lengths.length;
        boolean weighable = options.weight == null || Arrays.stream(lengths).allMatch(n -> n == options.weight.length);
        illegal(!weighable, "as many weights as each row has scores are needed");
        unfit(call.form.reduces() && options.reduction == Reduction.NONE && count != 1, "one number for many samples");
        if (target == null || target.length != count) {
            return;
        }
        double[][] scores = rows.rows();
        for (int p = 0; p < count && options.fullyMasked == OnEmpty.ERROR; p++) {
            illegal(target[p] != options.ignoreIndex && isMasked(scores[p]), "row " + p + " is masked");
        }
        Denominator kind = options.denominatorOr(Denominator.WEIGHTED);
        boolean none = Arrays.stream(target).allMatch(y -> y == options.ignoreIndex);
        boolean ofTargets = kind == Denominator.WEIGHTED || kind == Denominator.VALID_COUNT;
        boolean ofRows = kind == Denominator.BATCH || kind == Denominator.ELEMENTS;
        boolean empty = ofTargets ? none : ofRows && count == 0;
        boolean mean = call.form.reduces() && options.reduction == Reduction.MEAN;
        illegal(mean && empty && options.emptyMean == OnEmpty.ERROR, "a mean of nothing");
    }

    private void results(Ragged rows) {
        int[] lengths = rows.lengths();
        Results held = Results.of(call.get("results"), options.entropy);
        illegal(options.foreignResults, "the results of another summary");
        illegal(lengths.length > held.capacity(), "no room for so many rows");
        long[] value = call.indices("value");
        int given = value == null ? 0 : value.length;
        boolean expected = !call.form.has("value") || value != null;
        boolean fits = given == (long) lengths.length * held.given();
        illegal(expected && !fits, "another number of given classes");
        for (int i = 0; i < given && fits; i++) {
            outside(value[i] < 0 || value[i] >= lengths[i / held.given()], "value[" + i + "] is no class of its row");
        }
        Store store = rows.span().store();
        boolean own = held.views().stream().anyMatch(view -> view.store().is(store));
        doubt(own && store.size() == 0);
        illegal(own && store.size() > 0, "logits lies in the results");
    }
}
