// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

import io.github.lanewise.FloatTensor;
import io.github.lanewise.testkit.lanewise.FloatLanewise;
import java.util.ArrayList;
import java.util.List;

/**
 * Lanewise on views of given layouts. After each operation it checks that nothing was written around the outputs, and that
 * inputs are as they were unless an output was to be written over them.
 */
final class FloatLaidOut extends FloatLanewise {
    private final FloatLayout inputs;
    private final FloatLayout outputs;
    private final boolean inPlace;
    private final List<Watched> watched = new ArrayList<>();

    /** An input with a copy of its array. */
    private record Watched(
            FloatTensor view,
            @SuppressWarnings("ArrayRecordComponent") float[] before) {}

    private FloatLaidOut(FloatLayout inputs, FloatLayout outputs, boolean inPlace) {
        this.inputs = inputs;
        this.outputs = outputs;
        this.inPlace = inPlace;
    }

    /** Inputs and outputs in arrays of their own. */
    static FloatLaidOut apart(FloatLayout inputs, FloatLayout outputs) {
        return new FloatLaidOut(inputs, outputs, false);
    }

    /** Outputs that can be are written over an input of their shape. */
    static FloatLaidOut inPlace(FloatLayout inputs, FloatLayout outputs) {
        return new FloatLaidOut(inputs, outputs, true);
    }

    @Override
    public String name() {
        return "lanewise " + inputs + " to " + outputs + (inPlace ? " in place" : "");
    }

    @Override
    protected FloatTensor input(Tensor tensor) {
        FloatTensor view = inputs.view(tensor.shape());
        FloatLayout.fill(view, tensor.floats());
        watched.add(new Watched(view, view.array().clone()));
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
        if (!FloatLayout.guarded(output)) {
            throw new AssertionError("something was written beside " + output);
        }
        for (Watched input : watched) {
            if (!sameBits(input.view.array(), input.before)) {
                throw new AssertionError("an input was written to: " + input.view);
            }
        }
        return super.read(output);
    }

    private static boolean sameBits(float[] a, float[] b) {
        for (int i = 0; i < a.length; i++) {
            if (Float.floatToRawIntBits(a[i]) != Float.floatToRawIntBits(b[i])) {
                return false;
            }
        }
        return a.length == b.length;
    }

    /** How many positions lie side by side while their classes do not; 1 if the classes do. */
    static int columns(int dim, FloatLayout layout, int... shape) {
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
