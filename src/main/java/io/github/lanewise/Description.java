// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The options that differ from the usual ones, as code would name them: {@code CrossEntropyLoss(ignoreIndex=0, reduction=SUM)}. */
final class Description {
    private final StringBuilder text;
    private String separator = "(";

    Description(String name) {
        text = new StringBuilder(name);
    }

    /** An option, if it has not its usual value. */
    Description option(String name, @Nullable Object value, @Nullable Object usual) {
        if (!Objects.equals(value, usual)) {
            text.append(separator).append(name).append('=').append(value);
            separator = ", ";
        }
        return this;
    }

    @Override
    public String toString() {
        return text + (separator.equals("(") ? "()" : ")");
    }
}
