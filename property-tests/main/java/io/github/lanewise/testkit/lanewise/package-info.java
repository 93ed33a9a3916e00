// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** Lanewise itself as an implementation under test, in float and in double. */
@NullMarked
package io.github.lanewise.testkit.lanewise;

import org.jspecify.annotations.NullMarked;
