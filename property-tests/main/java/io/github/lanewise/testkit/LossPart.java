// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * The sum of the losses of a part of a batch and what a mean needs besides.
 *
 * @param sum the sum of the losses
 * @param denominator what the mean over this part alone would divide by
 * @param count the number of losses that count
 */
public record LossPart(double sum, double denominator, long count) {}
