// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * The kernels on the Vector API.
 *
 * <p>No other package may mention {@code jdk.incubator.vector}, so that a JVM started without that module never links these
 * classes. A kernel performs, in each lane, the operations of its plain-Java twin in the same order, and thus gives equal bits.
 *
 * <p>The package may be loaded twice: a kernel that C2 has made slow for good is run as another class. So what is static here, such as
 * pools, may be there twice; no other package names a class of this one but {@link VectorKernelSet}, or uses what is not public; and this
 * one uses nothing of others that is not.
 */
@NullMarked
package io.github.lanewise.kernel.vector;

import org.jspecify.annotations.NullMarked;
