// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** What 0 times infinity is where a loss meets it. */
public enum Indeterminate {
    /** NaN, as in PyTorch. */
    NAN,
    /** The limit of the formula: a coefficient of 0 makes the term 0, however large the other factor is. */
    LIMIT
}
