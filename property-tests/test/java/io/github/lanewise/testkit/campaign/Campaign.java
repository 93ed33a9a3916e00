// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.testkit.campaign;

import io.github.lanewise.Lanewise;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Calls at random, valid and invalid: each has either the right result or a documented exception, and touches no memory but its
 * outputs. Call number n of a seed is the same in every JVM, and so is the digest of all outcomes, whatever the kernels.
 *
 * <p>Arguments: the number of calls, a seed (the clock's if there is none), and the number of the first call. To make a failed
 * call again: {@code 1 seed number}.
 */
public final class Campaign {
    private static final Pattern NAMES_A_VALUE = Pattern.compile("\\d|NaN|Infinity|[A-Z]{3,}");
    private static final long MOST_SECONDS = 60;

    private final long seed;
    private final Map<String, Integer> rejected = new TreeMap<>();
    private final Map<String, Integer> made = new TreeMap<>();
    private final Doubles doubles = new Doubles();
    private Room room;
    private volatile long number;
    private int valid;
    private int compared;
    private int rows;
    private long digest;
    private volatile Throwable failure;

    /** Calls of a seed. */
    Campaign(long seed) {
        this.seed = seed;
    }

    /**
     * Makes the calls and prints what became of them.
     *
     * @param arguments number of calls, seed, number of the first call
     */
    @SuppressWarnings("SystemOut") // A program's result.
    public static void main(String[] arguments) {
        long calls = arguments.length > 0 ? Long.parseLong(arguments[0]) : 100_000;
        long seed = arguments.length > 1 ? Long.parseLong(arguments[1]) : System.nanoTime();
        long first = arguments.length > 2 ? Long.parseLong(arguments[2]) : 0;
        System.out.println(Lanewise.status());
        long start = System.nanoTime();
        Campaign campaign = new Campaign(seed);
        try {
            campaign.run(first, calls);
        } finally {
            long seconds = (System.nanoTime() - start) / 1_000_000_000;
            System.out.println(campaign.report() + ", " + seconds + " s");
        }
    }

    /** Makes calls in a thread of their own, so that one that never ends is noticed. */
    void run(long first, long calls) {
        number = first;
        Thread worker = Thread.ofPlatform().daemon().start(() -> {
            room = new Room();
            try {
                for (long n = first; n < first + calls; n++) {
                    number = n;
                    make(n);
                }
                room.clear();
            } catch (Throwable e) {
                failure = e;
            }
        });
        try {
            long seen = -1;
            while (!worker.join(java.time.Duration.ofSeconds(MOST_SECONDS))) {
                if (seen == number) {
                    AssertionError hang = new AssertionError("hangs: " + name(number));
                    hang.setStackTrace(worker.getStackTrace());
                    throw hang;
                }
                seen = number;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (failure instanceof AssertionError e) {
            throw e;
        }
        if (failure != null) {
            throw new AssertionError(name(number), failure);
        }
    }

    private String name(long n) {
        return "call " + n + " of seed " + seed + " (arguments: 1 " + seed + " " + n + ")";
    }

    /** What happened so far. */
    String report() {
        int invalid = rejected.values().stream().mapToInt(Integer::intValue).sum();
        return String.format(
                Locale.ROOT,
                "campaign of seed %d: %d calls of %d methods, %d valid (%d of them compared in double, %d row by row),"
                        + " %d rejected %s,"
                        + " digest %016x",
                seed,
                valid + invalid,
                made.size(),
                valid,
                compared,
                rows,
                invalid,
                rejected,
                digest);
    }

    /** Makes one call. */
    void make(long n) {
        long callSeed = new SplittableRandom(seed + n * 0x9e3779b97f4a7c15L).nextLong();
        room.clear();
        Call call = Drafter.draft(callSeed, room);
        made.merge(call.form.toString(), 1, Integer::sum);
        Rules.Verdict verdict = Rules.of(call);
        Memory memory = new Memory(call);
        List<Call> copies = verdict.isValid() ? Copies.of(call) : List.of();
        Object answer;
        try {
            answer = call.form.invoke(call.receiver, call.arguments);
        } catch (Throwable thrown) {
            String wrong = judge(call, verdict, thrown);
            wrong = wrong == null ? memory.trespass(false) : wrong;
            if (wrong != null) {
                AssertionError error = failure(n, call, verdict, wrong);
                error.initCause(thrown);
                throw error;
            }
            rejected.merge(thrown.getClass().getSimpleName(), 1, Integer::sum);
            digest = 31 * digest + thrown.getClass().getSimpleName().hashCode();
            return;
        }
        String description = verdict.isValid() ? memory.trespass(true) : "an invalid call was accepted";
        if (description == null) {
            description = compare(call, answer, copies);
        }
        if (description != null) {
            throw failure(n, call, verdict, description);
        }
        valid++;
    }

    private AssertionError failure(long n, Call call, Rules.Verdict verdict, String wrong) {
        return new AssertionError(name(n) + ": " + wrong + "\nfaults " + verdict.faults() + "\n" + call.describe());
    }

    /** What is wrong about an exception, or null. */
    private static String judge(Call call, Rules.Verdict verdict, Throwable thrown) {
        if (!verdict.expects(thrown)) {
            return verdict.isValid() ? "a valid call was rejected" : "an exception that is not documented for this";
        }
        String message = thrown.getMessage();
        if (message == null || message.isBlank()) {
            return "an exception without a message";
        }
        if (verdict.isOfMemory(thrown)) {
            // The JDK's own, with its own words.
            return null;
        }
        if (thrown instanceof NullPointerException) {
            boolean named = call.nulls().stream().anyMatch(message::contains);
            return named ? null : "the message names no argument that is null";
        }
        boolean names = NAMES_A_VALUE.matcher(message).find()
                || call.arguments.keySet().stream().anyMatch(message::contains);
        return names ? null : "the message names no value and no argument";
    }

    private String compare(Call call, Object answer, List<Call> copies) {
        Outcome outcome = Outcome.of(call, answer);
        digest = 31 * digest + outcome.digest();
        List<Outcome> expected = new ArrayList<>();
        for (Call copy : copies) {
            try {
                expected.add(Outcome.of(copy, copy.form.invoke(copy.receiver, copy.arguments)));
            } catch (Throwable e) {
                return "the same call on copies threw " + e + " " + List.of(e.getStackTrace());
            }
        }
        String difference = outcome.differsFrom(
                expected.stream().map(one -> one.roundedFor(call)).toList());
        return difference == null ? compare(copies.get(0), expected.get(0)) : difference;
    }

    /** Compares the outcome of a call on copies with what follows from the documentation. */
    private String compare(Call copy, Outcome outcome) {
        String difference;
        try {
            difference = PlanAnswers.difference(copy, outcome);
            if (difference == null) {
                difference = RowsAlone.difference(copy, outcome);
                rows += difference == null && PlannedRows.areIn(copy) ? 1 : 0;
            }
        } catch (AssertionError e) {
            return e.getMessage();
        }
        if (difference == null) {
            difference = doubles.difference(copy, outcome);
            compared += difference == null ? 1 : 0;
        }
        return difference == null || difference.isEmpty() ? null : difference;
    }
}
