// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel.promotion;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/**
 * How many bytes the current thread has allocated, by HotSpot's management bean. It is found by name, since the library does
 * not require the management modules, and a program may be without them.
 */
final class AllocatedBytes {
    private static final @Nullable MethodHandle COUNTER = counter();

    private AllocatedBytes() {}

    private static @Nullable MethodHandle counter() {
        try {
            Class<?> bean = Class.forName("com.sun.management.ThreadMXBean");
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            Object instance = factory.getMethod("getThreadMXBean").invoke(null);
            return MethodHandles.publicLookup()
                    .findVirtual(bean, "getCurrentThreadAllocatedBytes", MethodType.methodType(long.class))
                    .bindTo(instance);
        } catch (ReflectiveOperationException | LinkageError | RuntimeException missing) {
            return null;
        }
    }

    /** Whether {@link #now} has given a number: without the bean it gives 0, and -1 where a program has switched the counting off. */
    static boolean isCount(long bytes) {
        return bytes > 0;
    }

    /**
     * The number of bytes, of which {@link #isCount} tells whether it is one. Allocates nothing itself, except once: after some hundred
     * calls the JVM makes the handle a method of its own.
     */
    @SuppressWarnings("CatchAllThrowable") // what invokeExact declares
    static long now() {
        MethodHandle counter = COUNTER;
        if (counter == null) {
            return 0;
        }
        try {
            return (long) counter.invokeExact();
        } catch (Throwable failure) {
            return 0;
        }
    }
}
