// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import io.github.lanewise.testkit.Operation;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.Example;
import net.jqwik.api.Reporter;

/** What an implementation says of itself. Properties of operations that it does not claim pass without a call, so this says which. */
public interface ClaimContract extends LossContract {
    /**
     * Something is claimed, with an error bound that is a number; what is not is reported.
     *
     * @param reporter told of the operations
     */
    @Example
    default void somethingIsClaimed(Reporter reporter) {
        Set<Operation> claimed = new TreeSet<>(implementation().operations());
        Check.that(
                !claimed.isEmpty(),
                () -> implementation().name() + " claims no operation, so that nothing of it is checked; list what it"
                        + " has in operations()");
        for (Operation operation : claimed) {
            double bound = implementation().maxUlp(operation);
            Check.that(
                    bound >= 0.0 && bound < Double.POSITIVE_INFINITY, () -> "maxUlp of " + operation + " is " + bound);
        }
        Set<Operation> others = new TreeSet<>(Set.of(Operation.values()));
        others.removeAll(claimed);
        reporter.publishReport("checked", claimed);
        reporter.publishReport("not claimed, so not checked", others);
    }
}
