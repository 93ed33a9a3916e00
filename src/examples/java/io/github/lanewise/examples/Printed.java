// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.examples;

import java.math.BigDecimal;

/** A reference value as somebody printed it, and how far a computed one may be away from it. */
public final class Printed {
    private static final double RELATIVE = 1e-6;
    private static final double DOUBLE_RELATIVE = 1e-15;

    private Printed() {}

    /** The value of the text. */
    public static double value(String text) {
        return Double.parseDouble(text);
    }

    /** One unit of the last printed place, but never less than 1e-6 of the value: these are results of float losses. */
    public static double tolerance(String text) {
        return tolerance(text, RELATIVE);
    }

    /** One unit of the last printed place, but never less than 1e-15 of the value: these are results of double losses. */
    public static double doubleTolerance(String text) {
        return tolerance(text, DOUBLE_RELATIVE);
    }

    private static double tolerance(String text, double relative) {
        BigDecimal value = new BigDecimal(text);
        return Math.max(value.ulp().doubleValue(), relative * value.abs().doubleValue());
    }
}
