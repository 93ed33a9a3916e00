// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.BceLoss;
import io.github.lanewise.BceWithLogitsLoss;
import io.github.lanewise.Categorical;
import io.github.lanewise.ClassMask;
import io.github.lanewise.CosineEmbeddingLoss;
import io.github.lanewise.CrossEntropyLoss;
import io.github.lanewise.DoubleRagged;
import io.github.lanewise.FloatRagged;
import io.github.lanewise.Indexing;
import io.github.lanewise.KlDivLoss;
import io.github.lanewise.LogitSummary;
import io.github.lanewise.NllLoss;
import io.github.lanewise.SequenceScore;
import io.github.lanewise.Softmax;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** Shapes that fit together, by the names of a form's parameters, before anything is spoiled. */
final class Scene {
    private final Map<String, int[]> shapes = new HashMap<>();
    private int[] main = {};

    /** The dimension of classes, or that indices count along. */
    private int axis;

    /** How long ragged rows are. */
    private int[] lengths = {};

    /** How many indices there are, and what they are below. */
    private int indices;

    private int bound;

    /** Draws shapes for a form. */
    static Scene draw(Form form, Draw draw) {
        Scene scene = new Scene();
        if (form.takesRaggedRows() || form.isOf(FloatRagged.class, DoubleRagged.class)) {
            scene.raggedRows(form, draw);
        } else if (form.isOf(ClassMask.class)) {
            scene.indices = draw.size();
            scene.bound = draw.length();
            scene.main = new int[] {scene.indices, scene.bound};
            scene.axis = 1;
        } else if (form.isOf(CrossEntropyLoss.class, NllLoss.class)) {
            scene.classLoss(draw);
        } else if (form.isOf(BceLoss.class, BceWithLogitsLoss.class, KlDivLoss.class)) {
            scene.elementLoss(form, draw);
        } else if (form.isOf(CosineEmbeddingLoss.class)) {
            scene.cosine(draw);
        } else if (form.isOf(Softmax.class)) {
            scene.main = draw.shape(draw.below(6));
            scene.axis = scene.main.length == 0 ? 0 : draw.below(scene.main.length);
            scene.rows(form.method().getName().startsWith("logSumExp"), draw);
        } else if (form.isOf(Categorical.class, LogitSummary.class, SequenceScore.class)) {
            scene.main = draw.shape(1 + draw.below(4));
            scene.axis = form.has("dim") ? draw.below(scene.main.length) : scene.main.length - 1;
            scene.main[scene.axis] = Math.max(1, scene.main[scene.axis]);
            scene.rows(true, draw);
        } else if (form.isOf(Indexing.class)) {
            scene.indexing(form, draw);
        } else {
            scene.main = draw.shape(draw.below(6));
        }
        return scene;
    }

    private void raggedRows(Form form, Draw draw) {
        boolean alike = draw.chance(0.2);
        int least = form.isOf(LogitSummary.class, SequenceScore.class) && draw.chance(0.9) ? 1 : 0;
        int all = Math.max(least, draw.length());
        lengths = new int[draw.size()];
        Arrays.setAll(lengths, p -> alike ? all : Math.max(least, draw.chance(0.05) ? draw.length() : draw.size()));
        indices = lengths.length;
        bound = Arrays.stream(lengths).max().orElse(0);
        main = new int[] {bound};
        boolean reduces = form.method().getName().startsWith("logSumExp");
        for (String name : new String[] {"perSample", "gradOutput", "logProb"}) {
            shapes.put(name, new int[] {indices});
        }
        shapes.put("output", reduces ? new int[] {indices} : main);
    }

    private void classLoss(Draw draw) {
        main = draw.shape(1 + draw.below(5));
        axis = main.length == 1 ? 0 : 1;
        if (draw.chance(0.9)) {
            main[axis] = Math.max(1, main[axis]);
        }
        int[] positions = Places.without(main, axis);
        shapes.put("perSample", positions);
        shapes.put("gradOutput", positions);
        indices = Places.count(positions);
        bound = main[axis];
    }

    private void elementLoss(Form form, Draw draw) {
        main = draw.shape(draw.below(6));
        if (form.isOf(KlDivLoss.class) && draw.chance(0.5)) {
            int[] input = repeated(draw);
            int[] target = draw.chance(0.5) ? repeated(draw) : main;
            for (String name : new String[] {"perSample", "gradOutput"}) {
                shapes.put(name, common(input, target));
            }
            shapes.put("input", input);
            shapes.put("gradInput", input);
            shapes.put("target", target);
            shapes.put("gradTarget", target);
        }
    }

    /** A shape that can be repeated to the main one. */
    private int[] repeated(Draw draw) {
        int[] shape = Arrays.copyOfRange(main, draw.below(main.length + 1) * draw.below(2), main.length);
        for (int d = 0; d < shape.length; d++) {
            shape[d] = draw.chance(0.3) ? 1 : shape[d];
        }
        return shape;
    }

    /** The shape to which two shapes are repeated. */
    static int[] common(int[] a, int... b) {
        int[] shape = new int[Math.max(a.length, b.length)];
        for (int d = 1; d <= shape.length; d++) {
            int first = d > a.length ? 1 : a[a.length - d];
            int second = d > b.length ? 1 : b[b.length - d];
            shape[shape.length - d] = first == 1 ? second : first;
        }
        return shape;
    }

    private void cosine(Draw draw) {
        main = draw.shape(1 + draw.below(2));
        int[] first = main.clone();
        int[] second = main.clone();
        if (draw.chance(0.2)) {
            draw.one(first, second)[draw.below(main.length)] = 1;
        }
        boolean one = main.length == 2 && first[0] == 1 && second[0] == 1;
        indices = main.length == 1 ? 1 : one ? draw.below(4) : common(first, second)[0];
        bound = 3;
        int[] samples = main.length == 1 ? new int[0] : new int[] {indices};
        shapes.put("input1", first);
        shapes.put("gradInput1", first);
        shapes.put("input2", second);
        shapes.put("gradInput2", second);
        shapes.put("perSample", samples);
        shapes.put("gradOutput", samples);
    }

    /** One value for each row along the axis, where the function reduces rows. */
    private void rows(boolean reduces, Draw draw) {
        indices = main.length == 0 ? 1 : Places.count(Places.without(main, axis));
        bound = main.length == 0 ? 1 : main[axis];
        if (reduces && main.length > 0) {
            int[] reduced = draw.chance(0.5) ? Places.without(main, axis) : Places.with(main, axis, 1);
            shapes.put("output", reduced);
            shapes.put("gradOutput", reduced);
            shapes.put("logProb", reduced);
        }
    }

    private void indexing(Form form, Draw draw) {
        String method = form.method().getName();
        main = draw.shape(draw.below(5));
        axis = main.length == 0 ? 0 : draw.below(main.length);
        int[] index = main.clone();
        int[] source = main.clone();
        for (int d = 0; d < main.length; d++) {
            index[d] = d == axis ? draw.size() : draw.below(main[d] + 1);
            source[d] = index[d] + draw.below(2);
        }
        bound = main.length == 0 ? 1 : main[axis];
        if (bound == 0) {
            index[axis] = 0;
        }
        indices = Places.count(index);
        shapes.put("indexShape", index);
        shapes.put(
                method.equals("gatherBackward") ? "gradOutput" : method.equals("gather") ? "output" : "index", index);
        shapes.put("src", source);
        shapes.put("gradSrc", source);
        if (method.equals("oneHot") || method.equals("inferClasses")) {
            indices = Places.count(main);
            bound = 1 + draw.below(9);
            int[] encoded = Arrays.copyOf(main, main.length + 1);
            encoded[main.length] = bound;
            shapes.put("output", encoded);
        }
    }

    int[] shape(String name) {
        return shapes.getOrDefault(name, main).clone();
    }

    int[] lengths() {
        return lengths.clone();
    }

    int axis() {
        return axis;
    }

    int indices() {
        return indices;
    }

    int bound() {
        return bound;
    }

    int rank() {
        return main.length;
    }

    /** How many classes a row has. */
    int classes() {
        return main.length == 0 ? 1 : main[axis];
    }

    /** A shape for weights, which mostly fits. */
    int[] weightShape(Form form, Draw draw) {
        boolean fits = draw.chance(0.93);
        if (form.isOf(CrossEntropyLoss.class, NllLoss.class)) {
            return new int[] {classes() + (fits ? 0 : draw.one(-classes(), 1))};
        }
        int[] shape = repeated(draw);
        if (!fits && shape.length > 0) {
            shape[draw.below(shape.length)]++;
        }
        return shape;
    }
}
