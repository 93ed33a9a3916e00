// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Arrays;
import java.util.Objects;

/** The checks of the arguments of softmax, log-softmax, log-sum-exp and their gradients. */
final class FloatSoftmaxChecks {
    private FloatSoftmaxChecks() {}

    static int axis(FloatTensor input, int dim) {
        Objects.requireNonNull(input, "input");
        // A view without dimensions is a row of one element, as in PyTorch.
        return input.rank() == 0 && (dim == 0 || dim == -1) ? 0 : Shapes.dim(dim, input.rank());
    }

    static int checkMap(FloatTensor input, int dim, FloatTensor output, String outputName) {
        int axis = axis(input, dim);
        Objects.requireNonNull(output, outputName);
        Shapes.checkSame("input", input, outputName, output);
        Overlap.checkWritable(output, outputName);
        Overlap.checkSameOrApart(input, "input", output, outputName);
        return axis;
    }

    static int checkBackward(FloatTensor output, FloatTensor gradOutput, int dim, FloatTensor gradInput) {
        Objects.requireNonNull(output, "output");
        Objects.requireNonNull(gradOutput, "gradOutput");
        Objects.requireNonNull(gradInput, "gradInput");
        int axis = axis(output, dim);
        Shapes.checkSame("output", output, "gradOutput", gradOutput);
        Shapes.checkSame("output", output, "gradInput", gradInput);
        Overlap.checkWritable(gradInput, "gradInput");
        Overlap.checkSameOrApart(output, "output", gradInput, "gradInput");
        Overlap.checkSameOrApart(gradOutput, "gradOutput", gradInput, "gradInput");
        return axis;
    }

    static void checkReduced(FloatTensor input, int axis, String name, FloatTensor reduced) {
        Objects.requireNonNull(reduced, name);
        int[] shape = input.sizes();
        int[] other = reduced.sizes();
        boolean kept = other.length == shape.length;
        boolean fits = kept || other.length == shape.length - 1;
        for (int d = 0; d < shape.length && fits; d++) {
            if (d == axis) {
                fits = !kept || other[d] == 1;
            } else {
                fits = other[kept || d < axis ? d : d - 1] == shape[d];
            }
        }
        if (!fits) {
            throw new IllegalArgumentException(
                    name + " has shape " + Arrays.toString(other) + " but the input has shape "
                            + Arrays.toString(shape) + " and dimension " + axis
                            + " is summed along; leave that dimension out or give it size 1");
        }
    }
}
