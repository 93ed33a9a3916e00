// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.golden;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads golden files, plain ({@code .jsonl}) or compressed ({@code .jsonl.gz}). */
public final class GoldenFile {
    /** What is behind a case in its line, or in it twice, makes it none. */
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .build();

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

    /** What is done with the cases of a file. */
    public interface Visitor {
        /**
         * A case.
         *
         * @param golden the case
         */
        void visit(GoldenCase golden);

        /**
         * A line that holds no case.
         *
         * @param line its number, from 1
         * @param problem what is wrong with it
         */
        void visitBroken(int line, String problem);
    }

    /**
     * Reads the cases of a file one after the other.
     *
     * @param file the file
     * @param visitor called with each case
     * @throws IOException if the file can't be read
     */
    public static void forEach(Path file, Visitor visitor) throws IOException {
        try (InputStream raw = Files.newInputStream(file);
                InputStream content = file.toString().endsWith(COMPRESSED) ? new GZIPInputStream(raw) : raw;
                BufferedReader reader = new BufferedReader(new InputStreamReader(content, StandardCharsets.UTF_8))) {
            String line = reader.readLine();
            for (int number = 1; line != null; number++) {
                if (!line.isBlank()) {
                    visit(line, number, visitor);
                }
                line = reader.readLine();
            }
        } catch (EOFException e) {
            throw new IOException(file + " ends before its compressed content does", e);
        } catch (ZipException e) {
            throw new IOException(file + " is not compressed as its name says: " + e.getMessage(), e);
        }
    }

    private static void visit(String line, int number, Visitor visitor) {
        GoldenCase golden;
        try {
            golden = GoldenCase.decode(MAPPER.readTree(line));
        } catch (JsonProcessingException | IllegalArgumentException e) {
            visitor.visitBroken(number, String.valueOf(e.getMessage()));
            return;
        }
        visitor.visit(golden);
    }
}
