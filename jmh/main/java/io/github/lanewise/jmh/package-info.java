// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** Benchmarks of the library beside the plain Java loops that it replaces. */
@NullMarked
package io.github.lanewise.jmh;

import org.jspecify.annotations.NullMarked;
