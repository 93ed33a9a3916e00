// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** An operation was asked of an implementation that does not claim it. */
public final class NotClaimedException extends UnsupportedOperationException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the operation.
     *
     * @param implementation the implementation
     * @param operation what it does not have
     */
    public NotClaimedException(Claims implementation, Operation operation) {
        super(implementation.name() + " does not claim " + operation.goldenName());
    }

    /**
     * Names the capability.
     *
     * @param implementation the implementation
     * @param capability what it does not offer
     */
    public NotClaimedException(Claims implementation, Capability capability) {
        super(implementation.name() + " does not claim " + capability);
    }
}
