// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** How a share e of the target y is spread over C classes; s is the surprise of a class, its negated log-probability. */
public enum Smoothing {
    /** Over all classes, as in PyTorch: {@code (1 - e) w[y] s[y] + e / C * sum_c w[c] s[c]}. */
    ALL_CLASSES,
    /** Over the other classes only: {@code (1 - e) w[y] s[y] + e / (C - 1) * sum_(c != y) w[c] s[c]}. */
    OTHER_CLASSES,
    /** Over all classes, the weight on the target's term only: {@code (1 - e) w[y] s[y] + e / C * sum_c s[c]}. */
    TARGET_WEIGHT
}
