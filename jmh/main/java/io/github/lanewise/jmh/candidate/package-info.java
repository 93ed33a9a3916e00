// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * What is compared: operations on inputs of a shape, the implementations that carry them out, and the reference that all of
 * them have to agree with before anything is timed.
 */
@NullMarked
package io.github.lanewise.jmh.candidate;

import org.jspecify.annotations.NullMarked;
