// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** The tour of Lanewise: worked examples, a classifier trained on real digits, and a race against the plain loop. */
@NullMarked
package io.github.lanewise.examples;

import org.jspecify.annotations.NullMarked;
