// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** Libraries of native code that the benchmarks are compared with, each on one thread. */
@NullMarked
package io.github.lanewise.jmh.peers;

import org.jspecify.annotations.NullMarked;
