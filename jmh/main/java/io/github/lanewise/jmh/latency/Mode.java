// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.latency;

import java.nio.file.Path;
import java.util.List;

/** How a JVM is started. */
enum Mode {
    /** The twin alone. */
    SCALAR("scalar", false),
    /** Cold vector kernels from the first call on. */
    VECTOR("vector", false),
    /** Promoted kernels, the library's default. */
    PROMOTED("background", false),
    /** The same with an AOT cache. */
    PROMOTED_AOT("background", true);

    private final String kernels;
    private final boolean cached;

    Mode(String kernels, boolean cached) {
        this.kernels = kernels;
        this.cached = cached;
    }

    /** Whether the JVM reads an AOT cache. */
    boolean isCached() {
        return cached;
    }

    /** Options of the JVM. */
    List<String> options(Path cache) {
        List<String> options = List.of("--add-modules=jdk.incubator.vector", "-Dlanewise.kernels=" + kernels);
        return cached ? List.of(options.get(0), options.get(1), "-XX:AOTCache=" + cache) : options;
    }

    /** Options of the run that makes the cache. */
    List<String> trainingOptions(Path cache) {
        return List.of(
                "--add-modules=jdk.incubator.vector", "-Dlanewise.kernels=" + kernels, "-XX:AOTCacheOutput=" + cache);
    }
}
