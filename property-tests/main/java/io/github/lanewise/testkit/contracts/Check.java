// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.contracts;

import java.util.function.Supplier;

/** The comparisons of the contracts. */
final class Check {
    private Check() {}

    /** A result lies within a tolerance of what it should be; infinities and NaN have to be the same. */
    static void near(double got, double expected, double tolerance, Supplier<String> what) {
        boolean same = got == expected || (Double.isNaN(got) && Double.isNaN(expected));
        if (!same && !(Math.abs(got - expected) <= tolerance)) {
            throw new AssertionError(what.get() + " is " + got + ", expected " + expected + " within " + tolerance
                    + ", off by " + Math.abs(got - expected));
        }
    }

    /** A result's error in ulp is within a bound. */
    static void ulp(double error, double bound, double got, Object exact, Supplier<String> what) {
        if (!(error <= bound)) {
            throw new AssertionError(
                    what.get() + " is " + got + ", exactly " + exact + ": off by " + error + " ulp, allowed " + bound);
        }
    }

    /** Two results of an implementation differ by no more than a bound in ulp. */
    static void agree(double distance, double bound, double got, double other, Supplier<String> what) {
        if (!(distance <= bound)) {
            throw new AssertionError(what.get() + " is " + got + ", but the result that it should equal is " + other
                    + ": " + distance + " ulp apart, allowed " + bound);
        }
    }

    /** Something holds. */
    static void that(boolean holds, Supplier<String> what) {
        if (!holds) {
            throw new AssertionError(what.get());
        }
    }

    /** A call that makes no sense is rejected; {@code what} names the operation and what is wrong with the arguments. */
    static void rejected(Runnable call, Supplier<String> what) {
        try {
            call.run();
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            return;
        }
        throw new AssertionError("a call that makes no sense was not rejected: " + what.get());
    }
}
