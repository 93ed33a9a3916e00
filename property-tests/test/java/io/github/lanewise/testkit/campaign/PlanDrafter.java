// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.ClassMask;
import java.lang.reflect.Array;
import java.lang.reflect.Modifier;
import java.util.Arrays;

/** Drafts what masks and ragged rows are made of, and what they are asked. */
final class PlanDrafter {
    private final Form form;
    private final Scene scene;
    private final Draw draw;

    PlanDrafter(Form form, Scene scene, Draw draw) {
        this.form = form;
        this.scene = scene;
        this.draw = draw;
    }

    /** The mask or the ragged rows that are asked; null if they are to be made. */
    Object receiver() {
        if (Modifier.isStatic(form.method().getModifiers())) {
            return null;
        }
        if (form.isOf(ClassMask.class)) {
            return Mask.draw(scene.indices(), scene.bound(), draw);
        }
        Element element = form.element();
        return Ragged.draw(element, false, draw.numbers(element, true), draw, scene.lengths());
    }

    /**
     * An argument that is no data.
     *
     * @param data the elements of which ragged rows are to be made
     */
    Object argument(String name, Object data) {
        return switch (name) {
            case "allowedPerRow" -> form.hasBits() ? Flags.ofBits(rows()) : Flags.of(rows());
            case "allowed" ->
                form.type(name) == int[].class ? classes() : form.hasBits() ? Flags.ofBits(row()) : Flags.of(row());
            case "leftOut" -> classes();
            case "rows" -> scene.indices();
            case "classes" -> scene.bound();
            case "row" -> draw.below(Math.max(1, scene.indices()));
            case "c" -> draw.below(Math.max(1, scene.bound()));
            case "rowOffsets" -> offsets(elements(data));
            default -> throw new IllegalStateException("no argument " + name);
        };
    }

    private boolean[][] rows() {
        boolean[][] rows = new boolean[scene.indices()][];
        Arrays.setAll(rows, p -> flags(scene.bound()));
        return rows;
    }

    private boolean[] row() {
        return flags((form.has("rows") ? scene.indices() : 1) * scene.bound());
    }

    private boolean[] flags(int count) {
        double share = draw.one(0.0, 0.5, 0.9, 1.0);
        boolean[] flags = new boolean[count];
        for (int i = 0; i < count; i++) {
            flags[i] = draw.chance(share);
        }
        return flags;
    }

    /** Some classes in any order, some of them twice. */
    private Object classes() {
        int bound = scene.bound();
        return draw.indices(int[].class, bound == 0 ? 0 : draw.below(bound + 2), bound, 0, 0);
    }

    /** How many elements there are. */
    static int elements(Object data) {
        return data instanceof View view ? view.numel() : Array.getLength(data);
    }

    private int[] offsets(int elements) {
        int[] offsets = new int[1 + draw.size()];
        Arrays.setAll(offsets, i -> draw.below(elements + 1));
        Arrays.sort(offsets);
        if (draw.chance(0.3)) {
            offsets[offsets.length - 1] = elements;
            offsets[0] = offsets.length == 1 ? elements : 0;
        }
        return offsets;
    }
}
