// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * A plain implementation of everything, to compare with: loops over doubles, the formulas as they stand in a textbook, and the
 * JDK's mathematical functions. It is written for checking, not for speed, and shares no code with what it checks.
 */
@NullMarked
package io.github.lanewise.testkit.reference;

import org.jspecify.annotations.NullMarked;
