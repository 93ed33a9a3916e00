// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * The public face of Lanewise: losses, activations, summaries and scores of logits, and the views and options they
 * take.
 *
 * <p>A class of this package checks every argument once, before it writes anything, plans the walk over the rows and calls the
 * kernels; what loops it has are over rows, pieces and a few numbers of each. Instances are immutable and safe to share between
 * threads, but for those that hold results or add them up, which say so. For the same arguments a result has the same bits on
 * every machine, on every vector width and with any number of threads.
 */
@NullMarked
package io.github.lanewise;

import org.jspecify.annotations.NullMarked;
