// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.FloatTensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Lanewise on views of given layouts. After each operation it checks that nothing was written around the outputs, and that
 * inputs are as they were unless an output was to be written over them.
 */
final class LaidOutImplementation extends LanewiseImplementation {
    private final Layout inputs;
    private final Layout outputs;
    private final boolean inPlace;
    private final List<Watched> watched = new ArrayList<>();

    /** An input with a copy of its array. */
    private record Watched(
            FloatTensor view,
            @SuppressWarnings("ArrayRecordComponent") int[] bits) {}

    private LaidOutImplementation(Layout inputs, Layout outputs, boolean inPlace) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.inPlace = inPlace;
    }

    /** Inputs and outputs in arrays of their own. */
    static LaidOutImplementation apart(Layout inputs, Layout outputs) {
        return new LaidOutImplementation(inputs, outputs, false);
    }

    /** Outputs that can be are written over an input of their shape. */
    static LaidOutImplementation inPlace(Layout inputs, Layout outputs) {
        return new LaidOutImplementation(inputs, outputs, true);
    }

    @Override
    public String name() {
        return "lanewise " + inputs + " to " + outputs + (inPlace ? " in place" : "");
    }

    @Override
    protected FloatTensor input(Tensor tensor) {
        FloatTensor view = inputs.view(tensor.shape());
        Layout.fill(view, tensor.floats());
        watched.add(new Watched(view, bits(view.array())));
        return view;
    }

    @Override
    protected FloatTensor output(int... shape) {
        return outputs.view(shape);
    }

    @Override
    protected FloatTensor outputLike(FloatTensor input) {
        if (!inPlace) {
            return super.outputLike(input);
        }
        watched.removeIf(other -> other.view == input);
        return input;
    }

    @Override
    protected Tensor read(FloatTensor output) {
        if (!Layout.guarded(output)) {
            throw new AssertionError("something was written beside " + output);
        }
        for (Watched input : watched) {
            if (!Arrays.equals(bits(input.view.array()), input.bits)) {
                throw new AssertionError("an input was written to: " + input.view);
            }
        }
        return super.read(output);
    }

    private static int[] bits(float[] array) {
        int[] bits = new int[array.length];
        for (int i = 0; i < bits.length; i++) {
            bits[i] = Float.floatToRawIntBits(array[i]);
        }
        return bits;
    }

    /** How many positions lie side by side while their classes do not; 1 if the classes do. */
    static int columns(int dim, Layout layout, int... shape) {
        return columns(layout.view(shape), dim);
    }

    /** As above, for a row-major tensor. */
    static int columns(int dim, int... shape) {
        int count = 1;
        for (int size : shape) {
            count *= size;
        }
        return columns(FloatTensor.of(new float[count], shape), dim);
    }

    private static int columns(FloatTensor view, int dim) {
        if (view.rank() == 0 || view.size(dim) == 1 || view.stride(dim) == 1) {
            return 1;
        }
        int run = 1;
        for (int d = view.rank() - 1; d >= 0; d--) {
            if (d != dim && view.size(d) != 1) {
                if (view.stride(d) != run) {
                    break;
                }
                run *= view.size(d);
            }
        }
        return run;
    }
}
