// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.latency;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** The program whose first calls are timed, each on its own. It needs the library and nothing else. */
public final class TimedCalls {
    private static float guard;

    private TimedCalls() {}

    /**
     * Makes the calls and writes how many nanoseconds each took.
     *
     * @param arguments the workload, the number of calls, the file
     * @throws IOException if the file cannot be written
     */
    public static void main(String... arguments) throws IOException {
        List<Workload.Call> calls =
                Workload.valueOf(arguments[0].toUpperCase(Locale.ROOT)).calls(new Random(1));
        int[] times = new int[Integer.parseInt(arguments[1])];
        int next = 0;
        for (int i = 0; i < times.length; i++) {
            Workload.Call call = calls.get(next);
            next = next + 1 == calls.size() ? 0 : next + 1;
            long start = System.nanoTime();
            guard += call.make();
            times[i] = (int) Math.min(Integer.MAX_VALUE, System.nanoTime() - start);
        }
        try (DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[2]))))) {
            for (int time : times) {
                out.writeInt(time);
            }
        }
        if (Float.isNaN(guard)) {
            throw new IllegalStateException("a call gave NaN");
        }
    }
}
