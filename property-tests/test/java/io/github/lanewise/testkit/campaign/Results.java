// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.DoubleLogitResults;
import io.github.lanewise.FloatLogitResults;
import io.github.lanewise.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Results of a summary in either type. */
record Results(int rows, int capacity, int given, int topK, List<View> views, List<Integer> classes) {
    /** Reads results, those of the rows of the last call only. */
    static Results of(Object results, boolean entropy) {
        List<Integer> classes = new ArrayList<>();
        if (results instanceof FloatLogitResults floats) {
            List<View> views = views(floats.max(), floats.logSumExp(), floats.topLogProb(), floats.logProb());
            if (entropy) {
                views.addAll(views(floats.entropy(), floats.margin()));
            }
            int topK = floats.topLogProb().size(1);
            for (int row = 0; row < floats.rows(); row++) {
                classes.add(floats.argMax(row));
                for (int rank = 0; rank < topK; rank++) {
                    classes.add(floats.topClass(row, rank));
                }
            }
            return new Results(
                    floats.rows(), floats.capacity(), floats.logProb().size(1), topK, views, classes);
        }
        DoubleLogitResults doubles = (DoubleLogitResults) results;
        List<View> views = views(doubles.max(), doubles.logSumExp(), doubles.topLogProb(), doubles.logProb());
        if (entropy) {
            views.addAll(views(doubles.entropy(), doubles.margin()));
        }
        int topK = doubles.topLogProb().size(1);
        for (int row = 0; row < doubles.rows(); row++) {
            classes.add(doubles.argMax(row));
            for (int rank = 0; rank < topK; rank++) {
                classes.add(doubles.topClass(row, rank));
            }
        }
        return new Results(doubles.rows(), doubles.capacity(), doubles.logProb().size(1), topK, views, classes);
    }

    private static List<View> views(Tensor... tensors) {
        List<View> views = new ArrayList<>();
        for (Tensor tensor : tensors) {
            views.add(View.ofArray(tensor));
        }
        return views;
    }
}
