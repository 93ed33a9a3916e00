// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.StringTokenizer;
import java.util.zip.GZIPInputStream;

/**
 * Handwritten digits, 8 by 8 pixels in [0, 1] each. From Optical Recognition of Handwritten Digits, E. Alpaydin and
 * C. Kaynak, UCI Machine Learning Repository, 1998.
 */
public final class Digits {
    /** Pixels of a picture. */
    public static final int PIXELS = 64;
    /** Number of different digits. */
    public static final int CLASSES = 10;

    private static final String RESOURCE = "digits.csv.gz";
    private static final float WHITEST = 16f;

    private final float[] pixels;
    private final int[] labels;

    private Digits(float[] pixels, int[] labels) {
        this.pixels = pixels;
        this.labels = labels;
    }

    /** Reads all pictures and shuffles them, the same way in every run. */
    public static Digits shuffled(long seed) {
        List<String> lines = lines();
        Random random = new Random(seed);
        for (int i = lines.size() - 1; i > 0; i--) {
            String line = lines.get(i);
            int other = random.nextInt(i + 1);
            lines.set(i, lines.get(other));
            lines.set(other, line);
        }
        float[] pixels = new float[lines.size() * PIXELS];
        int[] labels = new int[lines.size()];
        for (int i = 0; i < labels.length; i++) {
            StringTokenizer fields = new StringTokenizer(lines.get(i), ",");
            for (int p = 0; p < PIXELS; p++) {
                pixels[i * PIXELS + p] = Integer.parseInt(fields.nextToken()) / WHITEST;
            }
            labels[i] = Integer.parseInt(fields.nextToken());
        }
        return new Digits(pixels, labels);
    }

    private static List<String> lines() {
        try (InputStream packed = Objects.requireNonNull(Digits.class.getResourceAsStream(RESOURCE), RESOURCE);
                BufferedReader reader = new BufferedReader(
                        new InputStreamReader(new GZIPInputStream(packed), StandardCharsets.US_ASCII))) {
            List<String> lines = new ArrayList<>();
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                lines.add(line);
            }
            return lines;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Number of pictures. */
    public int size() {
        return labels.length;
    }

    /** The pixels of all pictures, one after the other; not a copy. */
    float[] pixels() {
        return pixels;
    }

    /** The digits of the pictures from one index up to another. */
    int[] labels(int from, int to) {
        return Arrays.copyOfRange(labels, from, to);
    }
}
