// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.peers;

import io.github.lanewise.jmh.candidate.Candidate;
import io.github.lanewise.jmh.candidate.Implementation;
import io.github.lanewise.jmh.candidate.Operation;
import io.github.lanewise.jmh.candidate.Problem;
import io.github.lanewise.jmh.candidate.Shape;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import org.bytedeco.pytorch.global.torch;

/** PyTorch's C++ library through its bindings for Java, on one thread. */
public final class Libtorch implements Implementation {
    /** Found as a service. */
    public Libtorch() {}

    @Override
    public String name() {
        return "libtorch";
    }

    @Override
    public String description() {
        Properties versions = new Properties();
        try (InputStream in =
                Objects.requireNonNull(Libtorch.class.getResourceAsStream("peers.properties"), "peers.properties")) {
            versions.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return "PyTorch's libtorch by JavaCPP, " + versions.getProperty("pytorch") + ", 1 thread";
    }

    @Override
    public boolean offers(Operation operation, boolean gradient, Shape shape) {
        return true;
    }

    @Override
    public Candidate prepare(Problem problem) {
        Threads.limitToOne();
        return new LibtorchCandidate(problem);
    }

    /** A class of its own, because PyTorch takes the number of threads between operations only once. */
    private static final class Threads {
        static {
            torch.set_num_threads(1);
            torch.set_num_interop_threads(1);
        }

        static void limitToOne() {
            int threads = torch.get_num_threads();
            if (threads != 1) {
                throw new IllegalStateException("PyTorch runs on " + threads + " threads and not on 1");
            }
        }
    }
}
