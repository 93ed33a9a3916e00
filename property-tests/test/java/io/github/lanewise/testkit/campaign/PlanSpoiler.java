// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import java.util.Arrays;

/** Changes what a mask or ragged rows are made of. */
final class PlanSpoiler {
    private final Call call;
    private final Draw draw;

    PlanSpoiler(Call call, Draw draw) {
        this.call = call;
        this.draw = draw;
    }

    /** Changes an argument, if it is one that only masks and ragged rows have. */
    boolean change(String name) {
        Object value = call.get(name);
        if (value instanceof Flags flags) {
            call.arguments.put(
                    name, flags.isOfRows() ? flags.with(changed(flags.rows())) : flags.with(changed(flags.row())));
        } else if (name.equals("rowOffsets") && value instanceof int[] offsets) {
            call.arguments.put(name, changedOffsets(offsets));
        } else if (name.equals("rows") || name.equals("classes")) {
            changeSize(name, (int) value);
        } else {
            return false;
        }
        return true;
    }

    private boolean[] changed(boolean... flags) {
        boolean[] changed = Arrays.copyOf(flags, Math.max(0, flags.length + draw.one(-1, 1, 5)));
        // Bits have no length but that of the last that is set.
        if (changed.length > 0 && draw.chance(0.5)) {
            changed[changed.length - 1] = true;
        }
        return changed;
    }

    private boolean[][] changed(boolean[]... rows) {
        boolean[][] changed = rows.clone();
        int p = rows.length == 0 ? 0 : draw.below(rows.length);
        switch (draw.below(4)) {
            case 0 -> changed = Arrays.copyOf(rows, Math.max(0, rows.length + draw.one(-1, 1, 1)));
            case 1 -> changed = new boolean[draw.below(3)][0];
            default -> {
                if (rows.length > 0) {
                    boolean[] row = rows[p];
                    boolean none = row == null || draw.chance(0.4);
                    changed[p] = none ? null : changed(row);
                }
            }
        }
        return changed;
    }

    private int[] changedOffsets(int... offsets) {
        int[] changed = offsets.clone();
        int last = changed.length - 1;
        if (last < 0 || draw.chance(0.15)) {
            return new int[0];
        }
        switch (draw.below(5)) {
            case 0 -> changed[0] = draw.one(-1, Integer.MIN_VALUE, 1);
            case 1 -> changed[last] = draw.one(changed[last] + 1, changed[last] + 2, Integer.MAX_VALUE, -1);
            case 2 -> Arrays.setAll(changed, i -> offsets[last - i]);
            case 3 -> changed[draw.below(last + 1)] += draw.one(-1, 1, 3);
            default -> Arrays.fill(changed, offsets[draw.below(last + 1)]);
        }
        return changed;
    }

    private void changeSize(String name, int size) {
        if (!call.form.has("rows")) {
            // A mask of very many classes would fill the memory.
            call.arguments.put(name, draw.one(-1, Integer.MIN_VALUE, 0, size + 1, Math.max(1, size) - 1));
            return;
        }
        switch (draw.below(4)) {
            case 0 -> sizes(1 << 16, 1 << 16, new boolean[0]);
            case 1 -> sizes(Integer.MAX_VALUE, draw.below(2), new boolean[0]);
            case 2 -> sizes(0, draw.one(Integer.MAX_VALUE, -1, Integer.MIN_VALUE, 7), new boolean[draw.below(2)]);
            default -> call.arguments.put(name, draw.one(-1, Integer.MIN_VALUE, size + 1, Math.max(1, size) - 1));
        }
    }

    private void sizes(int rows, int classes, boolean... flags) {
        call.arguments.put("rows", rows);
        call.arguments.put("classes", classes);
        call.arguments.put("allowed", Flags.of(flags));
    }
}
