// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.ScratchPool;

/**
 * The operands of one chunk of an element-wise walk. A walk goes over the elements in row-major order of their indices,
 * however they lie in memory, so that neither results nor the order of sums depend on the layout. Borrowed from a small
 * pool, so that a call in steady state allocates nothing on any kind of thread.
 */
final class FloatChunk {
    private static final ScratchPool<FloatChunk> POOL = new ScratchPool<>(FloatChunk::new);

    final FloatOperand input = new FloatOperand();
    final FloatOperand target = new FloatOperand();
    final FloatOperand weight = new FloatOperand();
    final FloatOperand posWeight = new FloatOperand();
    final FloatOperand gradOutput = new FloatOperand();
    final FloatOperand output = new FloatOperand();
    final FloatOperand gradInput = new FloatOperand();
    final FloatOperand gradTarget = new FloatOperand();

    /** The sum of the losses of a chunk that has been computed where it lies. */
    double sum;

    private FloatChunk() {}

    /** Takes a chunk from the pool, or makes one if all are taken. */
    static FloatChunk borrow() {
        return POOL.borrow();
    }

    /** Brings elements of an input and a target that lie one after the other. */
    void readPair(FloatStorage x, int xPlace, FloatStorage t, int tPlace, int n) {
        input.keep();
        target.keep();
        x.read(xPlace, 1, n, input.array(), 0);
        t.read(tPlace, 1, n, target.array(), 0);
    }

    /** Gives a chunk back; it is dropped if the pool is full. */
    void giveBack() {
        // The pool must not keep the callers' arrays alive.
        input.clear();
        target.clear();
        weight.clear();
        posWeight.clear();
        gradOutput.clear();
        output.clear();
        gradInput.clear();
        gradTarget.clear();
        POOL.giveBack(this);
    }
}
