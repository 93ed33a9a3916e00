// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.Denominator;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Reduction;
import java.util.Arrays;

/** The rules of the cosine embedding loss. */
final class CosineRules extends Rules {
    private final Options options;

    CosineRules(Call call) {
        super(call);
        this.options = call.options;
    }

    @Override
    void judge() {
        View first = call.view("input1");
        View second = call.view("input2");
        if (first != null && second != null) {
            pairs(first, second);
        }
        unfit(call.form.isEach() && options.reduction != Reduction.NONE, "a loss that reduces");
        sameShape("gradInput1", "input1");
        sameShape("gradInput2", "input2");
        for (String output : new String[] {"perSample", "gradInput1", "gradInput2"}) {
            writable(output);
            apart("gradOutput", output);
        }
        for (String input : new String[] {"input1", "input2"}) {
            apart(input, "perSample");
        }
        apart("gradInput1", "perSample");
        apart("gradInput2", "perSample");
        apart("input1", "gradInput2");
        apart("input2", "gradInput1");
        apart("gradInput1", "gradInput2");
    }

    private void pairs(View first, View second) {
        int rank = first.rank();
        boolean ranks = rank == second.rank() && (rank == 1 || rank == 2);
        illegal(!ranks, "vectors, or rows of vectors, are needed");
        long[] target = call.indices("target");
        if (!ranks || target == null) {
            return;
        }
        int[] common = Scene.common(first.shape(), second.shape());
        boolean fits = repeats(first.shape(), common) && repeats(second.shape(), common);
        illegal(!fits, "shapes that can't be repeated to a common one");
        // One pair of rows serves all targets.
        boolean one = rank == 2 && first.size(0) == 1 && second.size(0) == 1;
        int rows = rank == 1 ? 1 : one ? target.length : common[0];
        illegal(target.length != rows, "one target for each pair is needed");
        if (!fits || target.length != rows) {
            return;
        }
        for (String name : new String[] {"perSample", "gradOutput"}) {
            View view = call.view(name);
            if (rank == 1) {
                illegal(view != null && view.numel() != 1, name + " needs one element");
            } else {
                shape(name, rows);
            }
        }
        int[] full = rank == 1 ? common : new int[] {rows, common[1]};
        boolean repeated = !Arrays.equals(first.shape(), full) || !Arrays.equals(second.shape(), full);
        for (String number : new String[] {"1", "2"}) {
            if (repeated) {
                apart("input" + number, "gradInput" + number);
            } else {
                sameOrApart("input" + number, "gradInput" + number);
            }
        }
        boolean reduces = call.form.reduces();
        unfit(reduces && options.reduction == Reduction.NONE && rows != 1, "one number for many pairs");
        Denominator kind = options.denominatorOr(Denominator.ELEMENTS);
        boolean counts = kind == Denominator.WEIGHTED || kind == Denominator.VALID_COUNT;
        boolean none = counts ? Arrays.stream(target).noneMatch(y -> y == 1 || y == -1) : rows == 0;
        boolean mean = reduces
                && options.reduction == Reduction.MEAN
                && !kind.toString().startsWith("given");
        illegal(mean && none && options.emptyMean == OnEmpty.ERROR, "a mean of nothing");
    }
}
