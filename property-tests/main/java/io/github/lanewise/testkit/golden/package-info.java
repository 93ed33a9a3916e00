// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * Recorded cases in files, one JSON object a line, with inputs, expected results in double precision and what PyTorch answers in
 * float; the runner that compares an implementation with them, and how far from PyTorch a result may be.
 */
@NullMarked
package io.github.lanewise.testkit.golden;

import org.jspecify.annotations.NullMarked;
