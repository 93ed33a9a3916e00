// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** Generators of scores, shapes, targets and options, with the hard cases made likely. */
@NullMarked
package io.github.lanewise.testkit.generators;

import org.jspecify.annotations.NullMarked;
