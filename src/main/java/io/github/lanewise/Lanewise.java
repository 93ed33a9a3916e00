// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

import io.github.lanewise.kernel.Kernels;
import io.github.lanewise.kernel.promotion.FusedMultiplyAdd;
import io.github.lanewise.kernel.promotion.Promotions;
import java.util.Objects;

/**
 * What the library runs on in this JVM, and when.
 *
 * <p>A vector kernel is slow until C2 has compiled it, some hundred milliseconds after the first of thousands of calls. So a
 * program's first calls run on the kernels' twin in plain Java, which gives the same results to the bit and is fast at once.
 * Meanwhile a daemon thread warms the vector kernels that are in use, and each takes over once its calls allocate nothing, as they
 * do when it is compiled. No call waits for that. A program that would rather wait at its start calls {@link #warmUp(Runnable)},
 * or {@link #warmUp()} for all kernels.
 *
 * <p>The system property {@code lanewise.kernels}, read when the library is first used, chooses another way:
 *
 * <table>
 * <caption>Values of {@code lanewise.kernels}</caption>
 * <tr><td>{@code auto}, {@code background}</td><td>as above; the default</td></tr>
 * <tr><td>{@code eager}</td><td>all kernels are warmed before the first call does its work</td></tr>
 * <tr><td>{@code scalar}</td><td>the twin alone</td></tr>
 * <tr><td>{@code vector}</td><td>the vector kernels from the first call on, cold; fails without the incubator module</td></tr>
 * </table>
 *
 * <p>Blank is as if the property were not there. Any other value, and {@code vector} without the module, makes the first call throw an
 * {@link ExceptionInInitializerError} that says so, and those after it a {@link NoClassDefFoundError}.
 *
 * <p>Without {@code --add-modules jdk.incubator.vector} everything runs on the twin, and one line through {@link System.Logger}
 * says so. So does one for each other reason for which a kernel stays on the twin, as in a JVM without C2.
 *
 * <pre>{@code
 * Lanewise.warmUp();
 * System.out.println(Lanewise.status());
 * // JDK 25.0.3+9-LTS (Eclipse Adoptium): vector kernels, 512 bits or 16 floats wide (module ... is there); ...
 * }</pre>
 */
public final class Lanewise {
    private Lanewise() {}

    /**
     * One line that names the JDK, the kernels in use, the width of their vectors, and the reason for the choice; and for
     * each kernel that has been used, whether it waits for its turn, is being warmed, is promoted to vectors or left on the
     * twin, and why. If {@code lanewise.kernels} asks for what can't be had, it says that. It is for people; its wording may change. As
     * the first use of the library with {@code lanewise.kernels=eager} it waits until all kernels are warm.
     *
     * @return the description, without a line break
     */
    public static String status() {
        return "JDK " + Runtime.version() + " (" + System.getProperty("java.vendor", "vendor unknown") + "): "
                + kernels();
    }

    /**
     * Whether every kernel that has been used so far runs where it will stay: on vectors, or on the twin for good, for a reason that {@link
     * #status()} has. It is what a readiness probe asks of a service that lets its kernels warm in the background. Also true before the
     * first use of the library and where there is nothing to warm; false again when a call uses a kernel for the first time. Allocates
     * nothing. Throws what a first call would if {@code lanewise.kernels} asks for what can't be had.
     *
     * @return whether no kernel waits for its turn or is being warmed
     */
    public static boolean isWarm() {
        return !Kernels.PROMOTING || Promotions.areDone();
    }

    private static String kernels() {
        int bits;
        try {
            bits = Kernels.vectorBits();
        } catch (ExceptionInInitializerError e) {
            return "none can be had, " + e.getMessage();
        } catch (NoClassDefFoundError e) {
            return "none can be had, " + (e.getCause() == null ? e : e.getCause()).getMessage();
        }
        String obstacle = Kernels.PROMOTING ? Promotions.obstacle() : null;
        String kernels = bits == 0 || obstacle != null
                ? "scalar twin in plain Java"
                        + (obstacle == null || FusedMultiplyAdd.isMissing() ? "" : ", since " + obstacle)
                : "vector kernels, " + bits + " bits or " + bits / Float.SIZE + " floats wide"
                        + (Kernels.doublesOnTwin() ? ", doubles on the scalar twin" : "");
        return kernels
                + (FusedMultiplyAdd.isMissing()
                        ? ", hundreds of times slower than usual since the JVM has no fused multiply-add of the CPU's"
                        : "")
                + " (" + Kernels.REASON + ")" + (Kernels.PROMOTING ? "; " + Promotions.status() : "");
    }

    /**
     * Returns when every kernel, of floats and of doubles, runs on vectors, or is known to stay on the twin. That takes some
     * twenty seconds, and those of {@link #warmUp(Runnable)} a few; calls of the library made meanwhile run as ever. Does nothing where
     * there is nothing to warm. An interrupt is kept for the caller.
     */
    public static void warmUp() {
        if (Kernels.PROMOTING) {
            Promotions.promoteAll();
        }
    }

    /**
     * Makes calls of the library, and returns when the kernels that they use run on vectors, or are known to stay on the twin, and the calls
     * allocate nothing. This includes kernels that earlier calls have used. It takes a second or two for each kind of call; calls made
     * meanwhile by other threads run as ever.
     *
     * <p>Which kernels a call uses depends on its losses and options, on kinds of memory and lengths of rows, and on numbers: infinities, NaN and
     * rows that one class dominates take others. So the calls should be such as the program will make. Kernels that they do not use
     * are warmed in the background when they are first used.
     *
     * <pre>{@code
     * Lanewise.warmUp(() -> loss.forwardBackward(logits, target, gradLogits));
     * }</pre>
     *
     * <p>An interrupt is kept for the caller.
     *
     * @param calls is run some hundred times, one after the other in the calling thread, and once where there is nothing to warm; if it
     *     allocates, be it of itself, for two more seconds, so views had best be made beforehand; what it throws is thrown on
     */
    public static void warmUp(Runnable calls) {
        Objects.requireNonNull(calls, "calls");
        if (Kernels.PROMOTING) {
            Promotions.promoteUsed(calls);
        } else {
            calls.run();
        }
    }
}
