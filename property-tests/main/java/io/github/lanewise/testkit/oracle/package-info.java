// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** Exact values to compare with, computed with 40 decimal digits. */
@NullMarked
package io.github.lanewise.testkit.oracle;

import org.jspecify.annotations.NullMarked;
