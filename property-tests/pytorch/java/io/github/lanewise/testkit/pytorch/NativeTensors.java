// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.pytorch;

import io.github.lanewise.testkit.Precision;
import io.github.lanewise.testkit.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.TensorArrayRefOptional;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.jspecify.annotations.Nullable;

/** Takes numbers of the kit to PyTorch and back, and carries out calls with and without gradients. */
final class NativeTensors {
    static {
        torch.set_num_threads(1);
    }

    private final Precision precision;

    NativeTensors(Precision precision) {
        this.precision = precision;
    }

    /** A call of PyTorch on inputs. */
    @FunctionalInterface
    interface Call {
        org.bytedeco.pytorch.Tensor on(List<org.bytedeco.pytorch.Tensor> inputs);
    }

    Tensor value(Call call, Tensor... inputs) {
        return inScope(() -> read(
                call.on(Arrays.stream(inputs).map(input -> of(input, false)).toList())));
    }

    /** Gradients by autograd, one for each input. */
    List<Tensor> gradients(Call call, @Nullable Tensor gradOutput, Tensor... inputs) {
        return inScope(() -> {
            List<org.bytedeco.pytorch.Tensor> leaves =
                    Arrays.stream(inputs).map(input -> of(input, true)).toList();
            org.bytedeco.pytorch.Tensor result = call.on(leaves);
            if (gradOutput == null) {
                result.backward();
            } else {
                result.backward(of(gradOutput), new BoolOptional(), false, new TensorArrayRefOptional());
            }
            List<Tensor> gradients = new ArrayList<>();
            for (int i = 0; i < inputs.length; i++) {
                org.bytedeco.pytorch.Tensor gradient = leaves.get(i).grad();
                // A leaf that the result does not depend on has none.
                gradients.add(
                        gradient.defined()
                                ? read(gradient)
                                : Tensor.of(new double[inputs[i].count()], inputs[i].shape()));
            }
            return gradients;
        });
    }

    org.bytedeco.pytorch.Tensor of(Tensor tensor) {
        return of(tensor, false);
    }

    TensorOptional optional(@Nullable Tensor tensor) {
        return tensor == null ? new TensorOptional() : new TensorOptional(of(tensor));
    }

    org.bytedeco.pytorch.Tensor of(long[] data, int... shape) {
        // A buffer of no elements has no address, so that one of PyTorch's own is needed.
        return data.length == 0
                ? torch.empty(longs(shape), new TensorOptions(torch.ScalarType.Long), new MemoryFormatOptional())
                : org.bytedeco.pytorch.Tensor.create(data, longs(shape));
    }

    private org.bytedeco.pytorch.Tensor of(Tensor tensor, boolean leaf) {
        long[] shape = longs(tensor.shape());
        boolean single = precision == Precision.FLOAT;
        org.bytedeco.pytorch.Tensor made;
        if (tensor.count() == 0) {
            torch.ScalarType type = single ? torch.ScalarType.Float : torch.ScalarType.Double;
            made = torch.empty(shape, new TensorOptions(type), new MemoryFormatOptional());
        } else if (single) {
            made = org.bytedeco.pytorch.Tensor.create(tensor.floats(), shape);
        } else {
            made = org.bytedeco.pytorch.Tensor.create(tensor.data(), shape);
        }
        return leaf ? made.set_requires_grad(true) : made;
    }

    private static Tensor read(org.bytedeco.pytorch.Tensor tensor) {
        org.bytedeco.pytorch.Tensor dense = tensor.detach().contiguous();
        int[] shape = Arrays.stream(dense.shape()).mapToInt(Math::toIntExact).toArray();
        int count = Math.toIntExact(dense.numel());
        if (count == 0) {
            return Tensor.of(new double[0], shape);
        }
        return switch (dense.scalar_type().intern()) {
            case Float -> {
                float[] floats = new float[count];
                new FloatPointer(dense.data_ptr()).get(floats);
                yield Tensor.of(floats, shape);
            }
            case Double -> {
                double[] doubles = new double[count];
                new DoublePointer(dense.data_ptr()).get(doubles);
                yield Tensor.of(doubles, shape);
            }
            case Long -> {
                long[] longs = new long[count];
                new LongPointer(dense.data_ptr()).get(longs);
                yield Tensor.of(Arrays.stream(longs).asDoubleStream().toArray(), shape);
            }
            default -> throw new IllegalStateException("unexpected type " + dense.scalar_type());
        };
    }

    private static long[] longs(int... shape) {
        return Arrays.stream(shape).asLongStream().toArray();
    }

    /** Frees what a call has allocated, and passes PyTorch's complaints on as those of the kit. */
    private static <T> T inScope(Supplier<T> call) {
        PointerScope scope = new PointerScope();
        try {
            return call.get();
        } catch (IllegalStateException | ArithmeticException e) {
            throw e;
        } catch (RuntimeException e) {
            String message = String.valueOf(e.getMessage());
            throw new IllegalArgumentException(message.lines().findFirst().orElse(message), e);
        } finally {
            scope.close();
        }
    }
}
