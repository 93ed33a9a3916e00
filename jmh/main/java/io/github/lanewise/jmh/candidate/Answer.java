// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

/**
 * What an implementation computes.
 *
 * @param values the loss, or the result of each row or element
 * @param gradient with respect to the first input; empty if not asked for
 * @param secondGradient with respect to the second; empty if there is none
 */
@SuppressWarnings("ArrayRecordComponent") // Handed from one place to the next, never compared as a whole.
public record Answer(float[] values, float[] gradient, float[] secondGradient) {}
