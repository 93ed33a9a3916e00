// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** How long a program's first calls take, in JVMs that have just started. */
@NullMarked
package io.github.lanewise.jmh.latency;

import org.jspecify.annotations.NullMarked;
