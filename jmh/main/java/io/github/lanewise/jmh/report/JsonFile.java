// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;

/** Reads JSON, and names the file where it is none, which Jackson does not. */
final class JsonFile {
    private JsonFile() {}

    /**
     * What a file holds.
     *
     * @throws IOException if it can't be read or holds something else, with the file and the line in the message
     */
    static <T> T read(Path file, TypeReference<T> type) throws IOException {
        try {
            return new ObjectMapper().readValue(file.toFile(), type);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String line = at == null ? "" : ", line " + at.getLineNr();
            String reason = e.getOriginalMessage().lines().findFirst().orElse("");
            throw new IOException(file + line + ": not the JSON that is needed: " + reason, e);
        }
    }
}
