// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh;

/**
 * A batch of scores.
 *
 * @param rows number of samples
 * @param classes number of classes
 */
record Shape(int rows, int classes) {
    /** Reads {@code rows x classes}, as in 64x1000. */
    static Shape parse(String text) {
        int cross = text.indexOf('x');
        return new Shape(Integer.parseInt(text.substring(0, cross)), Integer.parseInt(text.substring(cross + 1)));
    }
}
