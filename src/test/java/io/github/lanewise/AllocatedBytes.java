// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * How many bytes the current thread has allocated so far, by HotSpot's management bean. Tests compile as part of the
 * library's module, which does not read the management modules, so the bean is found by name.
 */
final class AllocatedBytes {
    private static final MethodHandle COUNTER = counter();

    private AllocatedBytes() {}

    private static MethodHandle counter() {
        try {
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            Class<?> bean = Class.forName("com.sun.management.ThreadMXBean");
            Class<?> factory = Class.forName("java.lang.management.ManagementFactory");
            Object instance = factory.getMethod("getThreadMXBean").invoke(null);
            MethodType type = MethodType.methodType(long.class);
            return lookup.findVirtual(bean, "getCurrentThreadAllocatedBytes", type)
                    .bindTo(instance);
        } catch (ReflectiveOperationException missing) {
            throw new ExceptionInInitializerError(missing);
        }
    }

    /** Allocates nothing itself. */
    @SuppressWarnings("CatchAllThrowable") // what invokeExact declares
    static long now() {
        try {
            return (long) COUNTER.invokeExact();
        } catch (Throwable failure) {
            throw new IllegalStateException(failure);
        }
    }
}
