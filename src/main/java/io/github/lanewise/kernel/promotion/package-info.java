// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * The way of a kernel from the scalar twin to its vector form: what runs until then, the thread that warms the vector form,
 * and the calls that it makes. It knows both implementations through their contracts; nothing numeric happens here.
 */
@NullMarked
package io.github.lanewise.kernel.promotion;

import org.jspecify.annotations.NullMarked;
