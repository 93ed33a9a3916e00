// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lanewise.testkit.Indices;
import io.github.lanewise.testkit.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** A tensor of a golden file: {@code {"dtype", "shape", "data"}} with base64 data, little-endian and row-major. */
public final class GoldenTensor {
    private final Tensor tensor;

    /** The numbers if they are whole ones by type. */
    private final long @Nullable [] longs;

    private GoldenTensor(Tensor tensor, long @Nullable [] longs) {
        this.tensor = tensor;
        this.longs = longs;
    }

    /**
     * Decodes a tensor.
     *
     * @param node the JSON object
     * @return the tensor
     * @throws IllegalArgumentException if a part is missing or of an unknown kind
     */
    static GoldenTensor decode(JsonNode node) {
        JsonNode sizes = node.path("shape");
        if (!sizes.isArray() || !node.path("data").isTextual()) {
            throw new IllegalArgumentException("a tensor has no shape or no data");
        }
        int[] shape = new int[sizes.size()];
        long count = 1;
        for (int d = 0; d < shape.length; d++) {
            shape[d] = sizes.path(d).intValue();
            if (!sizes.path(d).canConvertToExactIntegral() || shape[d] < 0) {
                throw new IllegalArgumentException("shape " + sizes + " has a size that is no whole number from 0 on");
            }
            count = Math.min(count * shape[d], Integer.MAX_VALUE);
        }
        ByteBuffer data = ByteBuffer.wrap(
                        Base64.getDecoder().decode(node.path("data").asText()))
                .order(ByteOrder.LITTLE_ENDIAN);
        String type = node.path("dtype").asText();
        if (data.remaining() < count * (type.equals("f32") ? Float.BYTES : Double.BYTES)) {
            throw new IllegalArgumentException(data.remaining() + " bytes are too few for shape " + sizes);
        }
        double[] values = new double[(int) count];
        long[] longs = new long[(int) count];
        for (int i = 0; i < count; i++) {
            switch (type) {
                case "f32" -> values[i] = data.getFloat();
                case "f64" -> values[i] = data.getDouble();
                case "i64" -> {
                    longs[i] = data.getLong();
                    values[i] = longs[i];
                }
                default -> throw new IllegalArgumentException("unknown dtype \"" + type + "\"");
            }
        }
        if (data.hasRemaining()) {
            throw new IllegalArgumentException(data.remaining() + " bytes are left over after " + count + " elements");
        }
        return new GoldenTensor(Tensor.of(values, shape), type.equals("i64") ? longs : null);
    }

    /**
     * The numbers.
     *
     * @return them as a tensor
     */
    public Tensor tensor() {
        return tensor;
    }

    /**
     * The numbers of an integer tensor.
     *
     * @return them as indices; null if the numbers are of another type
     */
    public @Nullable Indices indices() {
        return longs == null ? null : Indices.of(longs, tensor.shape());
    }
}
