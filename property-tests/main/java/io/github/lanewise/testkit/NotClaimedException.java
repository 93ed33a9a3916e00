// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit;

/** A method was asked of an implementation that does not fill it in, whether it claims what the method belongs to or not. */
public final class NotClaimedException extends UnsupportedOperationException {
    private static final long serialVersionUID = 1L;

    /**
     * Names the operation and the method.
     *
     * @param implementation the implementation
     * @param operation what the method belongs to
     * @param method the method that is not filled in
     */
    public NotClaimedException(Claims implementation, Operation operation, String method) {
        super(message(
                implementation,
                operation.name(),
                method,
                implementation.operations().contains(operation)));
    }

    /**
     * Names the capability and the method.
     *
     * @param implementation the implementation
     * @param capability what the method belongs to
     * @param method the method that is not filled in
     */
    public NotClaimedException(Claims implementation, Capability capability, String method) {
        super(message(
                implementation,
                capability.name(),
                method,
                implementation.capabilities().contains(capability)));
    }

    private static String message(Claims implementation, String what, String method, boolean claimed) {
        return claimed
                ? implementation.name() + " claims " + what + " but " + method
                        + " is not filled in for it; fill it in, or do not claim " + what
                : implementation.name() + " does not claim " + what + ", and " + method + " is not filled in for it";
    }
}
