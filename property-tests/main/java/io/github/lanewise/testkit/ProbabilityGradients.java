// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/**
 * Gradients of a loss between scores and probabilities.
 *
 * @param input with respect to the scores
 * @param target with respect to the probabilities
 */
public record ProbabilityGradients(Tensor input, Tensor target) {}
