// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.kernel;

/** What the library has to say to whoever runs it, through {@link System.Logger}. */
public final class LogLine {
    private static final String LOGGER = "io.github.lanewise";

    private LogLine() {}

    /** Logs a warning. */
    public static void warn(String line) {
        System.getLogger(LOGGER).log(System.Logger.Level.WARNING, line);
    }

    /** Logs a line from a thread of its own: loading the JDK's loggers would take as long as all else that a first call does. */
    static void tell(String line) {
        try {
            new Teller(line).start();
        } catch (OutOfMemoryError e) {
            // The system has no thread to spare.
            log(line);
        }
    }

    private static void log(String line) {
        System.getLogger(LOGGER).log(System.Logger.Level.INFO, line);
    }

    /** No daemon, so that a program that ends soon has the line as well. */
    private static final class Teller extends Thread {
        private final String line;

        Teller(String line) {
            super(null, null, "lanewise-log", 0, false);
            this.line = line;
            setDaemon(false);
        }

        @Override
        public void run() {
            log(line);
        }
    }
}
