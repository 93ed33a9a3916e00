// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.conformance;

import io.github.lanewise.testkit.LossImplementation;
import io.github.lanewise.testkit.Operation;
import io.github.lanewise.testkit.Precision;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Prints a digest of the results of each operation. */
@Command(
        name = "fingerprint",
        description =
                "Prints a digest of the bits of the results over a fixed corpus, for each operation and type."
                        + " The digests are the same on every machine, in every mode of the JVM, and for any number of threads.",
        mixinStandardHelpOptions = true,
        versionProvider = Conformance.Version.class)
final class FingerprintCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--implementation",
            paramLabel = "NAME",
            converter = Candidate.Converter.class,
            description = Candidate.NAMES)
    private Candidate candidate = Candidate.usual();

    @Option(names = "--threads", description = "how many calls run at once; default: ${DEFAULT-VALUE}")
    private int threads = 1;

    @Override
    public Integer call() throws InterruptedException, ExecutionException {
        if (threads < 1) {
            throw new ParameterException(spec.commandLine(), "--threads has to be at least 1");
        }
        candidate.select();
        PrintWriter out = spec.commandLine().getOut();
        MessageDigest total = Recorder.sha256();
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            for (Precision precision : Precision.values()) {
                LossImplementation implementation = candidate.in(precision).orElse(null);
                if (implementation == null) {
                    continue;
                }
                for (Operation operation : Operation.values()) {
                    if (implementation.operations().contains(operation)) {
                        String line = operation.goldenName()
                                + (precision == Precision.FLOAT ? ".f32 " : ".f64 ")
                                + HexFormat.of().formatHex(digest(implementation, operation, pool));
                        out.println(line);
                        total.update(line.getBytes(StandardCharsets.US_ASCII));
                    }
                }
            }
        }
        out.println("total " + HexFormat.of().formatHex(total.digest()));
        return Conformance.OK;
    }

    private static byte[] digest(LossImplementation implementation, Operation operation, ExecutorService pool)
            throws InterruptedException, ExecutionException {
        List<Future<byte[]>> results = new ArrayList<>();
        for (FingerprintCorpus.Call call : FingerprintCorpus.calls(implementation, operation)) {
            results.add(pool.submit(() -> record(call, implementation)));
        }
        MessageDigest digest = Recorder.sha256();
        for (Future<byte[]> result : results) {
            digest.update(result.get());
        }
        return digest.digest();
    }

    private static byte[] record(FingerprintCorpus.Call call, LossImplementation implementation) {
        Recorder recorder = new Recorder(implementation.precision());
        try {
            call.on(implementation, recorder);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            recorder.addRejected();
        }
        return recorder.get();
    }
}
