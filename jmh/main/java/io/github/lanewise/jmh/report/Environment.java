// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.github.lanewise.jmh.candidate.Implementation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * Where and when figures were taken: what has to stand beside them for anyone to make sense of them. Taken when the
 * benchmarks run, and kept in a file beside their results.
 *
 * @param facts by name, in the order in which they are shown
 */
public record Environment(Map<String, String> facts) {
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
    private static final String CACHE = "cache L";
    private static final String COMMIT = "commit";
    private static final String CPU = "CPU";
    private static final String JDK = "JDK";

    /** Keeps a copy of the facts. */
    public Environment {
        facts = new LinkedHashMap<>(facts);
    }

    /**
     * Looks at this machine and this JVM.
     *
     * @param arguments of the command that runs
     * @param implementations that are run
     * @param malloc what native ones do with memory
     */
    public static Environment here(List<String> arguments, Collection<Implementation> implementations, Malloc malloc) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put(
                "date",
                OffsetDateTime.now(ZoneOffset.UTC)
                        .truncatedTo(ChronoUnit.MINUTES)
                        .toString());
        facts.put(COMMIT, commit());
        facts.put(CPU, cpu());
        Caches.here().forEach((level, bytes) -> facts.put(CACHE + level, bytes / 1024 + " KiB"));
        facts.put(
                "system",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                        + System.getProperty("os.arch"));
        facts.put(JDK, Runtime.version() + " (" + System.getProperty("java.vendor") + ")");
        facts.put(
                "JVM flags",
                String.join(" ", ManagementFactory.getRuntimeMXBean().getInputArguments()));
        facts.put("arguments", String.join(" ", arguments));
        facts.put("malloc of native code", malloc.inWords());
        for (Implementation implementation : implementations) {
            facts.put(implementation.name(), implementation.description());
        }
        return new Environment(facts);
    }

    private static String commit() {
        Properties properties = new Properties();
        try (InputStream in = Environment.class.getResourceAsStream("/io/github/lanewise/jmh/commit.properties")) {
            if (in == null) {
                return "unknown";
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        boolean changed = Boolean.parseBoolean(properties.getProperty("git.dirty"));
        return properties.getProperty("git.commit.id.abbrev", "unknown") + (changed ? ", with changes" : "");
    }

    private static String cpu() {
        String processors = Runtime.getRuntime().availableProcessors() + " processors";
        if (!Files.isReadable(CPU_INFO)) {
            return processors;
        }
        Map<String, String> first = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            lines.takeWhile(line -> !line.isBlank()).forEach(line -> {
                int colon = line.indexOf(':');
                if (colon > 0) {
                    first.put(
                            line.substring(0, colon).strip(),
                            line.substring(colon + 1).strip());
                }
            });
        } catch (IOException e) {
            return processors;
        }
        StringBuilder text = new StringBuilder(first.getOrDefault("model name", "model unknown"));
        if (first.containsKey("cpu family")) {
            text.append(", family ")
                    .append(first.get("cpu family"))
                    .append(" model ")
                    .append(first.get("model"));
        }
        String flags = " " + first.getOrDefault("flags", "") + " ";
        for (String flag : new String[] {"avx512f", "avx2"}) {
            if (flags.contains(" " + flag + " ")) {
                text.append(", ").append(flag);
                break;
            }
        }
        return text.append(flags.contains(" hypervisor ") ? ", virtual machine" : "")
                .append(", ")
                .append(processors)
                .toString();
    }

    /** The sizes of the caches in bytes, by level, as far as they are known. */
    public Map<String, Long> cacheBytes() {
        Map<String, Long> caches = new LinkedHashMap<>();
        facts.forEach((name, value) -> {
            if (name.startsWith(CACHE)) {
                caches.put(
                        name.substring(CACHE.length() - 1),
                        Long.parseLong(value.substring(0, value.indexOf(' '))) * 1024);
            }
        });
        return caches;
    }

    /** Whether these are of the same commit, CPU and JDK, so that figures taken in them can stand together. */
    public boolean isLike(Environment other) {
        return Stream.of(COMMIT, CPU, JDK).allMatch(name -> Objects.equals(facts.get(name), other.facts.get(name)));
    }

    /** Writes the facts as JSON. */
    public void write(Path file) throws IOException {
        new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValue(file.toFile(), facts);
    }

    /** Reads what {@link #write} wrote. */
    public static Environment read(Path file) throws IOException {
        return new Environment(JsonFile.read(file, new TypeReference<LinkedHashMap<String, String>>() {}));
    }
}
