// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.Kernels;

/**
 * Says what the library runs on in this JVM. Print it once at the start of a program, to see that the vector kernels are
 * in use and not their plain Java twin, which gives the same results to the bit but takes longer.
 *
 * <pre>{@code
 * System.out.println(Lanewise.status());
 * // JDK 25.0.3+9-LTS (Eclipse Adoptium): vector kernels, 512 bits or 16 floats wide (module ... is there)
 * }</pre>
 */
public final class Lanewise {
    private Lanewise() {}

    /**
     * One line that names the JDK, the kernels in use, the width of their vectors, and the reason for the choice. It is
     * for people; its wording may change. The choice is made when the library is first used and then stays. It depends on
     * whether the JVM was started with {@code --add-modules jdk.incubator.vector} and on the system property
     * {@code lanewise.kernels}: {@code auto} (the default), {@code vector} or {@code scalar}.
     *
     * @return the description, without a line break
     */
    public static String status() {
        int bits = Kernels.VECTOR_BITS;
        String kernels = bits == 0
                ? "scalar twin in plain Java"
                : "vector kernels, " + bits + " bits or " + bits / Float.SIZE + " floats wide"
                        + (Kernels.DOUBLES_ON_TWIN ? ", doubles on the scalar twin" : "");
        return "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor", "vendor unknown") + "): " + kernels
                + " (" + Kernels.REASON + ")";
    }
}
