// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * The kernels on the Vector API.
 *
 * <p>No other package may mention {@code jdk.incubator.vector}, so that a JVM started without that module never links these
 * classes. A kernel performs, in each lane, the operations of its plain-Java twin in the same order, and thus gives equal bits.
 */
@NullMarked
package io.github.lanewise.kernel.vector;

import org.jspecify.annotations.NullMarked;
