// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * The contract of the primitive operations on one row or block, what defines their bits, and the choice of who carries them
 * out.
 *
 * <p>Kernels trust their caller: they check no argument, allocate nothing, and take an array, an offset and a length. The
 * order in which a sum adds its terms (virtual lanes, chunks and the fold) is fixed here, for all implementations. Only
 * {@link io.github.lanewise.kernel.Kernels} knows the implementations; nothing here knows the public face.
 */
@NullMarked
package io.github.lanewise.kernel;

import org.jspecify.annotations.NullMarked;
