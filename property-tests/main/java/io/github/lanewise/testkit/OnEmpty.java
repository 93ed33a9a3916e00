// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** The answer where there is nothing to answer from. */
public enum OnEmpty {
    /** NaN, as in PyTorch. */
    NAN,
    /** Zero, for the value and for the gradient. */
    ZERO,
    /** The call is rejected. */
    ERROR
}
