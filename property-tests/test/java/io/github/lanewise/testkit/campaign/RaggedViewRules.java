// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

/** The rules of ragged views: how they are made, and what they can be asked. */
final class RaggedViewRules extends Rules {
    RaggedViewRules(Call call) {
        super(call);
    }

    @Override
    void judge() {
        if (call.receiver instanceof Ragged ragged) {
            int row = call.number("row");
            outside(row < 0 || row >= ragged.lengths().length, "no row " + row);
            return;
        }
        View view = call.view("data");
        illegal(view != null && view.rank() != 1, "data of another number of dimensions than 1");
        int[] offsets = (int[]) call.get("rowOffsets");
        if (offsets == null) {
            return;
        }
        illegal(offsets.length == 0, "no offset");
        for (int i = 1; i < offsets.length; i++) {
            illegal(offsets[i] < offsets[i - 1], "an offset less than that before it");
        }
        if (call.get("data") != null && offsets.length > 0) {
            outside(offsets[0] < 0, "a negative offset");
            int elements = PlanDrafter.elements(call.get("data"));
            outside(offsets[offsets.length - 1] > elements, "an offset behind the elements");
        }
    }
}
