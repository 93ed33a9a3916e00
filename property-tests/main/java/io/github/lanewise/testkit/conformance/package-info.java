// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** The kit as a program: golden files run through an implementation, and fingerprints of its results. */
@NullMarked
package io.github.lanewise.testkit.conformance;

import org.jspecify.annotations.NullMarked;
