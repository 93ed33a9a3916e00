// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.lanewise.testkit.Tensor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One recorded call.
 *
 * @param id unique within its file
 * @param op the operation's name
 * @param attributes its options
 * @param inputs its tensors by name
 * @param expected results by name, in double precision; empty for a call to be rejected
 * @param torchFloat what PyTorch gives in float, by name; large ones are missing
 * @param error why PyTorch rejects the call, or null
 * @param note remarks, perhaps empty
 */
public record GoldenCase(
        String id,
        String op,
        Map<String, JsonNode> attributes,
        Map<String, GoldenTensor> inputs,
        Map<String, Tensor> expected,
        Map<String, Tensor> torchFloat,
        @Nullable String error,
        String note) {

    /** Where the note says so, a float result may be as far off as PyTorch's. */
    private static final String TORCH_IS_OFF = "torch_f32 is itself off";

    /** Decodes a line. */
    static GoldenCase decode(JsonNode line) {
        if (!line.path("id").isTextual() || !line.path("op").isTextual()) {
            throw new IllegalArgumentException("a case has no id or no op");
        }
        Map<String, JsonNode> attributes = new LinkedHashMap<>();
        line.path("attrs").properties().forEach(field -> attributes.put(field.getKey(), field.getValue()));
        Map<String, GoldenTensor> inputs = new LinkedHashMap<>();
        line.path("inputs")
                .properties()
                .forEach(field -> inputs.put(field.getKey(), GoldenTensor.decode(field.getValue())));
        return new GoldenCase(
                line.path("id").asText(),
                line.path("op").asText(),
                attributes,
                inputs,
                tensors(line.path("expected")),
                tensors(line.path("torch_f32")),
                line.hasNonNull("error") ? line.path("error").asText() : null,
                line.path("note").asText());
    }

    private static Map<String, Tensor> tensors(JsonNode node) {
        Map<String, Tensor> tensors = new LinkedHashMap<>();
        node.properties()
                .forEach(field -> tensors.put(
                        field.getKey(), GoldenTensor.decode(field.getValue()).tensor()));
        return tensors;
    }

    /**
     * Whether PyTorch's own float result is known to be off.
     *
     * @return true if the note says so
     */
    public boolean torchIsOff() {
        return note.contains(TORCH_IS_OFF);
    }
}
