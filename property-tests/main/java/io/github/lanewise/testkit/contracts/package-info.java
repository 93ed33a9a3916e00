// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * What every implementation has to fulfil: identities, accuracy against an exact reference, and tabled special values, as
 * properties.
 *
 * <p>A test class of one's own implements a contract, names the implementation under test, and inherits its properties:
 *
 * <pre>{@code
 * class MySoftmaxProperties implements SoftmaxContract {
 *     public LossImplementation implementation() {
 *         return new MyImplementation();
 *     }
 * }
 * }</pre>
 *
 * <p>Tolerances follow from the errors that the implementation itself documents, plus one rounding for each operation that a
 * gradient needs beyond the value.
 */
@NullMarked
package io.github.lanewise.testkit.contracts;

import org.jspecify.annotations.NullMarked;
