// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * Benchmarks of the library beside the loops that it replaces and beside other libraries, with the commands that run the
 * comparison and write the report.
 */
@NullMarked
package io.github.lanewise.jmh;

import org.jspecify.annotations.NullMarked;
