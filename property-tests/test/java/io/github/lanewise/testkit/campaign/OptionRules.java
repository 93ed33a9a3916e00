// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.KlDivLoss;
import io.github.lanewise.Reduction;

/** The rules of options: builders, denominators and conventions of label smoothing. */
final class OptionRules extends Rules {
    OptionRules(Call call) {
        super(call);
    }

    @Override
    void judge() {
        String method = call.form.method().getName();
        illegal(
                call.get("reduction") == Reduction.BATCH_MEAN && !call.form.isOf(KlDivLoss.Builder.class),
                "a reduction that only the divergence has");
        if (call.form.parameters().get(0).getType() == double.class) {
            double value = (double) call.arguments.values().iterator().next();
            illegal(
                    switch (method) {
                        case "labelSmoothing", "uniform", "others", "targetWeighted" -> !(value >= 0.0 && value <= 1.0);
                        case "margin" -> Double.isNaN(value);
                        case "temperature" -> !(value >= Float.MIN_NORMAL && value <= Float.MAX_VALUE);
                        default -> !Double.isFinite(value) || value == 0.0;
                    },
                    value + " is out of range");
        }
        illegal(method.equals("topK") && call.number("k") < 1, "no class to list");
    }
}
