// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.Denominator;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Reduction;
import java.util.Arrays;

/** The rules of cross entropy and negative log-likelihood. */
final class ClassLossRules extends Rules {
    private final Options options;
    private final String scoresName;
    private final String gradName;

    ClassLossRules(Call call) {
        super(call);
        this.options = call.options;
        this.scoresName = call.form.has("logits") ? "logits" : "input";
        this.gradName = call.form.has("gradLogits") ? "gradLogits" : "gradInput";
    }

    @Override
    void judge() {
        if (call.form.type("target") == int.class) {
            row();
            return;
        }
        View scores = call.view(scoresName);
        if (scores != null) {
            illegal(scores.rank() == 0, "no class dimension");
            if (scores.rank() > 0) {
                batch(scores);
            }
        }
        boolean sum = call.form.method().getName().equals("sum");
        unfit(call.form.isEach() && options.reduction != Reduction.NONE, "a loss that reduces");
        outputs();
        boolean weighted = options.denominatorOr(Denominator.ELEMENTS) == Denominator.WEIGHTED;
        boolean mean = call.form.reduces() && options.reduction == Reduction.MEAN;
        if (call.form.isView("target")) {
            unfit(weighted && (sum || mean), "no weights of targets to divide by");
            unfit(options.weight != null && options.isTargetWeighted(), "no target class to weigh");
            illegal(options.ignoreIndex >= 0, "ignoreIndex with probabilities");
        } else {
            boolean own = options.denominatorOr(Denominator.WEIGHTED) == Denominator.WEIGHTED;
            boolean smooths = call.form.isOf(CrossEntropyLoss.class) && options.isTargetWeighted();
            unfit(sum && own && smooths && options.weight != null, "two denominators");
        }
    }

    private void batch(View scores) {
        int axis = scores.rank() == 1 ? 0 : 1;
        int classes = scores.size(axis);
        int[] positions = Places.without(scores.shape(), axis);
        int count = Places.count(positions);
        illegal(options.weight != null && options.weight.length != classes, "as many weights as classes are needed");
        unfit(call.form.reduces() && options.reduction == Reduction.NONE && count != 1, "one number for many samples");
        for (String name : new String[] {"perSample", "gradOutput"}) {
            View view = call.view(name);
            // The loss of a single sample fits into any view of one element.
            if (view != null && !(scores.rank() == 1 && view.numel() == 1)) {
                shape(name, positions);
            }
        }
        long[] target = call.indices("target");
        if (target != null) {
            illegal(target.length != count, "as many targets as samples are needed");
            inRange("target", classes, options.ignoreIndex);
        }
        Mask mask = mask(count, classes);
        notLeftOut(mask, target);
        sameShape("target", scoresName);
        boolean masks = options.fullyMasked == OnEmpty.ERROR && call.form.isOf(CrossEntropyLoss.class);
        if (masks && (target == null || target.length == count)) {
            double[][] rows = rows(scores, axis);
            for (int p = 0; p < count; p++) {
                boolean ignored = target != null && target[p] == options.ignoreIndex;
                illegal(!ignored && isMasked(remaining(mask, p, rows[p])), "row " + p + " is masked");
            }
        }
        if (call.form.reduces() && options.reduction == Reduction.MEAN) {
            illegal(options.emptyMean == OnEmpty.ERROR && isEmpty(scores, count, target), "a mean of nothing");
        }
    }

    private boolean isEmpty(View scores, int count, long... target) {
        Denominator kind = options.denominatorOr(target == null ? Denominator.ELEMENTS : Denominator.WEIGHTED);
        // Samples without a class are no elements.
        boolean none =
                target == null ? scores.numel() == 0 : Arrays.stream(target).allMatch(y -> y == options.ignoreIndex);
        if (kind == Denominator.WEIGHTED || kind == Denominator.VALID_COUNT) {
            return none;
        }
        if (kind == Denominator.BATCH) {
            return scores.rank() > 1 && scores.size(0) == 0;
        }
        return kind == Denominator.ELEMENTS && (target == null ? none : count == 0);
    }

    private void outputs() {
        sameShape(gradName, scoresName);
        sameShape("gradTarget", "target");
        for (String output : new String[] {"perSample", gradName, "gradTarget"}) {
            writable(output);
            apart("gradOutput", output);
            apart("target", output);
        }
        sameOrApart(scoresName, gradName);
        apart(scoresName, "gradTarget");
        apart(scoresName, "perSample");
        apart(gradName, "perSample");
        apart(gradName, "gradTarget");
    }

    private void row() {
        rows();
        int classes = call.number("classes");
        int target = call.number("target");
        outside((target < 0 || target >= classes) && target != options.ignoreIndex, "target is no class");
        illegal(options.weight != null && options.weight.length != classes, "as many weights as classes are needed");
        Call.Row row = call.rows().get(0);
        if (row.isInside() && target != options.ignoreIndex && options.fullyMasked == OnEmpty.ERROR) {
            Element element = call.form.element();
            double[] numbers = new double[row.length()];
            Arrays.setAll(numbers, i -> element.get(row.array(), row.offset() + i));
            illegal(isMasked(numbers), "the row is masked");
        }
        Denominator kind = options.denominatorOr(Denominator.WEIGHTED);
        boolean counted = kind != Denominator.WEIGHTED && kind != Denominator.VALID_COUNT;
        boolean empty = target == options.ignoreIndex && !counted && options.reduction == Reduction.MEAN;
        illegal(empty && options.emptyMean == OnEmpty.ERROR, "a mean of nothing");
    }
}
