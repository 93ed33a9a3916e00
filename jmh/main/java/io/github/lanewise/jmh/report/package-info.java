// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/** From benchmarks to figures: which ones are run and how, their raw results, the table of ratios and the page with plots. */
@NullMarked
package io.github.lanewise.jmh.report;

import org.jspecify.annotations.NullMarked;
