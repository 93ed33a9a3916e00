// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

/**
 * The losses of the log-sum-exp and sigmoid family in pure Java on the Vector API.
 *
 * <p>The public face is {@link io.github.lanewise}; nothing else is exported. The module runs without
 * {@code jdk.incubator.vector}: it then computes the same bits with plain Java code, only more slowly. Start the JVM with
 * {@code --add-modules jdk.incubator.vector} to have the vector kernels.
 */
module io.github.lanewise {
    requires static jdk.incubator.vector;
    requires static org.jspecify;

    exports io.github.lanewise;
}
