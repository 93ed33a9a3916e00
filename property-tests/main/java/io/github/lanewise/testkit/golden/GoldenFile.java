// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Reads golden files, plain ({@code .jsonl}) or compressed ({@code .jsonl.gz}). */
public final class GoldenFile {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String PLAIN = ".jsonl";
    private static final String COMPRESSED = ".jsonl.gz";

    private GoldenFile() {}

    /**
     * The golden files of a folder.
     *
     * @param folder the folder
     * @return its files, by name
     * @throws IOException if the folder can't be read
     */
    public static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> {
                        String name = file.toString();
                        return name.endsWith(PLAIN) || name.endsWith(COMPRESSED);
                    })
                    .sorted()
                    .toList();
        }
    }

    /**
     * Reads the cases of a file one after the other.
     *
     * @param file the file
     * @param action called with each case
     * @throws IOException if the file can't be read or is not in the format
     */
    public static void forEach(Path file, Consumer<GoldenCase> action) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream content = file.toString().endsWith(COMPRESSED) ? new GZIPInputStream(raw) : raw;
                BufferedReader reader = new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            while (line != null) {
                if (!line.isBlank()) {
                    action.accept(GoldenCase.decode(MAPPER.readTree(line)));
                }
                line = reader.readLine();
            }
        }
    }
}
