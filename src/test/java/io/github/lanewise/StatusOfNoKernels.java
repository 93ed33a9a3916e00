// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise;

/** What a program is told that has asked for kernels that can't be had; run in a JVM of its own by {@link ForkedJvmTest}. */
final class StatusOfNoKernels {
    private StatusOfNoKernels() {}

    /**
     * Asks for the status before and after a call.
     *
     * @param args none
     */
    public static void main(String... args) {
        System.out.println("before " + Lanewise.status());
        try {
            float loss = CrossEntropyLoss.create().forward(new float[] {1f, 2f}, 0, 2, 1);
            throw new AssertionError("the loss is " + loss);
        } catch (NoClassDefFoundError e) {
            System.out.println("after " + Lanewise.status());
        }
    }
}
