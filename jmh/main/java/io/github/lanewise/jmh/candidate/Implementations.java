// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.candidate;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/** All implementations in this build, by name. */
public final class Implementations {
    private static final Set<String> PEERS = Set.of("libtorch", "onnx");

    private Implementations() {}

    /** The implementations in the order in which tables name them: ours, the other loops in Java, other libraries. */
    public static Map<String, Implementation> all() {
        Map<String, Implementation> found = new LinkedHashMap<>();
        for (Implementation each : new Implementation[] {
            new LanewiseLibrary("lanewise", "vector"),
            new LanewiseLibrary("scalar", "scalar"),
            new PlainLoops(),
            new VectorApiLoops()
        }) {
            found.put(each.name(), each);
        }
        ServiceLoader.load(Implementation.class).stream()
                .map(ServiceLoader.Provider::get)
                .sorted((one, other) -> one.name().compareTo(other.name()))
                .forEach(peer -> found.put(peer.name(), peer));
        return found;
    }

    /**
     * Makes an implementation ready and checks that it agrees with the reference.
     *
     * @throws IllegalArgumentException if there is no such implementation in this build, or it does not have the operation
     * @throws IllegalStateException if it cannot run here, or disagrees
     */
    public static Candidate prepare(String name, Problem problem) {
        Implementation implementation = all().get(name);
        if (implementation == null) {
            throw new IllegalArgumentException(
                    PEERS.contains(name)
                            ? name + " is not in this build: build with -Ppeers"
                            : "there is no implementation \"" + name + "\", but " + String.join(", ", all().keySet()));
        }
        if (!implementation.offers(problem.operation(), problem.gradient(), problem.shape())) {
            throw new IllegalArgumentException(name + " does not have " + problem);
        }
        Candidate candidate = implementation.prepare(problem);
        try {
            Agreement.check(name, problem, candidate.answer());
        } catch (IllegalStateException e) {
            candidate.close();
            throw e;
        }
        return candidate;
    }
}
