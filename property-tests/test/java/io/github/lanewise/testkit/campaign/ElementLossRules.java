// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.Denominator;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.OnEmpty;
import io.github.lanewise.Reduction;
import java.util.Arrays;

/** The rules of the losses of single elements. */
final class ElementLossRules extends Rules {
    private final Options options;

    ElementLossRules(Call call) {
        super(call);
        this.options = call.options;
    }

    @Override
    void judge() {
        View input = call.view("input");
        View target = call.view("target");
        if (input != null && target != null) {
            if (call.form.isOf(KlDivLoss.class)) {
                int[] common = Scene.common(input.shape(), target.shape());
                boolean fits = repeats(input.shape(), common) && repeats(target.shape(), common);
                illegal(!fits, "shapes that can't be repeated to a common one");
                if (fits) {
                    losses(input, common);
                }
            } else {
                sameShape("target", "input");
                losses(input, input.shape());
            }
        }
        if (target != null && !call.form.isOf(KlDivLoss.class)) {
            boolean misfit = options.weight != null && !repeats(options.weightShape, target.shape());
            illegal(misfit, "weight does not fit");
            boolean second = call.form.isOf(BceWithLogitsLoss.class) && options.posWeight != null;
            illegal(second && !repeats(options.posWeightShape, target.shape()), "posWeight does not fit");
        }
        probabilities(input);
        probabilities(target);
        unfit(call.form.isEach() && options.reduction != Reduction.NONE, "a loss that reduces");
        outputs();
    }

    private void losses(View input, int... shape) {
        shape("perSample", shape);
        shape("gradOutput", shape);
        int count = Places.count(shape);
        boolean reduces = call.form.reduces();
        unfit(reduces && options.reduction == Reduction.NONE && count != 1, "one number for many losses");
        boolean batchMean = options.reduction == Reduction.BATCH_MEAN;
        boolean mean = reduces && (batchMean || options.reduction == Reduction.MEAN);
        Denominator kind = batchMean ? Denominator.BATCH : options.denominatorOr(Denominator.ELEMENTS);
        boolean given = kind.toString().startsWith("given");
        boolean none = kind == Denominator.BATCH ? input.rank() > 0 && input.size(0) == 0 : !given;
        illegal(mean && count == 0 && none && options.emptyMean == OnEmpty.ERROR, "a mean of nothing");
    }

    private void probabilities(View view) {
        if (view != null && call.form.isOf(BceLoss.class)) {
            illegal(Arrays.stream(numbers(view)).anyMatch(p -> !(p >= 0.0 && p <= 1.0)), "not all probabilities");
        }
    }

    private void outputs() {
        sameShape("gradInput", "input");
        sameShape("gradTarget", "target");
        for (String output : new String[] {"perSample", "gradInput", "gradTarget"}) {
            writable(output);
            apart("gradOutput", output);
            apart("target", output);
        }
        sameOrApart("input", "gradInput");
        apart("input", "gradTarget");
        apart("input", "perSample");
        apart("gradInput", "perSample");
        apart("gradTarget", "perSample");
        apart("gradInput", "gradTarget");
    }
}
