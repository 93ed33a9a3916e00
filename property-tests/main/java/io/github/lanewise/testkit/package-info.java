// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * A kit for checking implementations of the losses of the log-sum-exp family.
 *
 * <p>An implementation is plugged in by filling in {@link io.github.lanewise.testkit.LossImplementation}, which speaks of plain
 * numbers and shapes only. The contracts then hold it to identities, tabled special values and an exact reference; the
 * {@linkplain io.github.lanewise.testkit.golden golden runner} compares it with recorded cases.
 */
@NullMarked
package io.github.lanewise.testkit;

import org.jspecify.annotations.NullMarked;
