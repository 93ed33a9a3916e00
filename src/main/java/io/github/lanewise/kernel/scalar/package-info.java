// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * The kernels in plain Java: complete, with the bits of the vector kernels, and free of any class of the incubator module.
 *
 * <p>This twin is the oracle that the vector kernels are tested against, the implementation that runs where the incubator
 * module is absent, and the one that serves calls until the vector kernels are warm.
 */
@NullMarked
package io.github.lanewise.kernel.scalar;

import org.jspecify.annotations.NullMarked;
