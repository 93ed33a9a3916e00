// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the double half of the library from its float half, before it is compiled.
 *
 * <p>Every {@code FloatXyz.java} of the sources becomes {@code DoubleXyz.java}, unless that stands among the sources
 * already, written by hand: constants, coefficients and what else truly differs. Kernels that say so have a second form for
 * native memory, {@code FloatNativeXyz} from {@code FloatVectorXyz}, with segments in place of the arrays that they name.
 * Every template becomes the class of its name, with the parts between marker lines repeated:
 *
 * <pre>
 * // ---- for float and double     once as it stands and once with float turned into double
 * // ---- for int and long         once as it stands and once with class indices of type long
 * // ---- end                      of the innermost part
 * </pre>
 *
 * <p>Turning float into double is a matter of words and literals, with these exceptions. Polynomials get the further
 * coefficients that double needs: the first step of a Horner chain names its two highest coefficients and their prefix, which
 * {@link #DEGREES} maps to the degree in double. The fold of a register's
 * lanes starts from doubles already, two steps on the bits of floats have other forms, and the exponential in sums has more
 * terms. What stands behind {@code // In double also:} is a line of double's own, and what stands between the marker lines
 * {@code // ---- for float only} and {@code // ---- end} is left out.
 *
 * <p>Usage: {@code java Derive.java <sources> <templates> <output>}; a folder that is not there counts as empty. Tests are
 * derived in the same way.
 */
public final class Derive {
    /** Highest coefficient of a polynomial in float and in double, by the prefix of the coefficients' names. */
    private static final Map<String, int[]> DEGREES = Map.of(
            "", new int[] {6, 11},
            "EXP_", new int[] {6, 11},
            "EXPM1_", new int[] {7, 12},
            "LOG_", new int[] {10, 22});

    private static final String COEFFICIENT = "((?:[A-Z0-9]+_)?)C(\\d+)";

    private static final Pattern VECTOR_CHAIN = Pattern.compile(
            "(?m)^( *)(\\w+ )?(\\w+) = (\\w+)\\.lanewise\\(FMA, " + COEFFICIENT + ", " + COEFFICIENT + "\\);$");

    private static final Pattern SCALAR_CHAIN = Pattern.compile(
            "(?m)^( *)(\\w+ )?(\\w+) = ((?:Math\\.)?fma)\\(" + COEFFICIENT + ", (\\w+), " + COEFFICIENT + "\\);$");

    private static final Pattern COEFFICIENT_IMPORT =
            Pattern.compile("(?m)^(import static [\\w.]+\\.)" + COEFFICIENT + ";$");

    /** The fold of FloatLaneFold, from the conversion of a register's halves to its value, and that of a second sum beside it. */
    private static final Pattern FOLD = Pattern.compile(
            "( *)DoubleVector (left|farLeft) =[^;]*;\\s*DoubleVector (?:right|farRight) =[^;]*;.*?double (part|far) =\\s*[^;]*;",
            Pattern.DOTALL);

    /**
     * The largest or least lane of registers that hold the bits of floats. C2 has no such reduction of 64-bit integers
     * without AVX-512, but one of doubles; the least integer of negative numbers is their maximum.
     */
    private static final Pattern EXTREME_LANE =
            Pattern.compile("int (\\w+Bits) = ([^;]*?)\\s*\\.reduceLanes\\((?:MAX|MIN)\\);");

    /** What keeps elements from being too far below zero. C2 has no minimum of unsigned 64-bit integers without AVX-512. */
    private static final Pattern LEAST = Pattern.compile(
            "(\\w+) =\\s*\\1\\s*\\.reinterpretAsInts\\(\\)\\s*\\.lanewise\\(UMIN, (\\w+)_BITS\\)\\s*\\.reinterpretAsFloats\\(\\);");

    /** The last coefficient of float's exponential in sums, where double has five more. */
    private static final Pattern HIGHEST =
            Pattern.compile("(?m)^( *)(\\w*?)(\\d?) = square\\3\\.lanewise\\(FMA, C6, \\2\\3\\);$");

    /** A part of a source that double does not have. */
    private static final Pattern FLOAT_ONLY =
            Pattern.compile("(?ms)^ *// ---- for float only\\n.*?^ *// ---- end\\n\\n?");

    /** The line that asks for a kernel of native memory, with the names of the arrays that lie there instead. */
    private static final Pattern FOR_NATIVE = Pattern.compile("(?m)^ *// For native memory also: (.*)\\n");

    /** A line of a kernel of native memory, before the line of arrays that it stands for. */
    private static final Pattern INSTEAD = Pattern.compile("(?m)^( *)// In native memory: (.*)\\n.*\\n");

    /** What a kernel of arrays does with a register that is not whole; one of native memory has none. */
    private static final Pattern MASKED_LOAD =
            Pattern.compile("whole\\s*\\? (FloatVector\\.fromArray\\([^;?:]*?\\))\\s*: [^;]*?, rest\\);");

    private static final Pattern MASKED_STORE =
            Pattern.compile("(?m)^( *)if \\(whole\\) \\{\\n *(.*;)\\n *\\} else \\{\\n.*\\n *\\}\\n");

    private static final Pattern MASKS = Pattern.compile("(?m)^ *(?:boolean whole|VectorMask<Float> rest) = .*;\\n");

    /** The head of a method. */
    private static final Pattern METHOD = Pattern.compile("(?m)^    (?:\\w+ )*\\w+ \\w+\\([^)]*\\) \\{\\n");

    /** A parameter of it that is a segment, perhaps one that need not be there. */
    private static final Pattern SEGMENT = Pattern.compile("(@Nullable )?\\bMemorySegment (\\w+)");

    private static final Pattern MARKER = Pattern.compile("\\s*// ---- (for float and double|for int and long|end)");

    private Derive() {}

    /** Derives everything. */
    public static void main(String[] arguments) throws IOException {
        Path sources = Path.of(arguments[0]);
        Path templates = Path.of(arguments[1]);
        Path output = Path.of(arguments[2]);
        Set<Path> written = new HashSet<>();
        Set<String> inNative = new HashSet<>();
        for (Path source : javaFiles(sources)) {
            if (FOR_NATIVE.matcher(Files.readString(source)).find()) {
                inNative.add(source.getFileName().toString().replace(".java", ""));
            }
        }
        for (Path source : javaFiles(sources)) {
            String name = source.getFileName().toString();
            String original = Files.readString(source);
            if (FOR_NATIVE.matcher(original).find()) {
                String text = toNative(original, inNative);
                Path relative = sources.relativize(source.resolveSibling(nativeName(name)));
                written.add(write(output.resolve("native").resolve(relative), header(name) + text));
                Path inDouble = relative.resolveSibling(nativeName(name).replaceFirst("Float", "Double"));
                written.add(
                        write(output.resolve("double").resolve(inDouble), header(name) + toDouble(suppressed(text))));
            }
            Path byHand = source.resolveSibling(name.replaceFirst("Float", "Double"));
            if (name.startsWith("Float") && !Files.exists(byHand)) {
                String text = header(name) + toDouble(suppressed(original));
                written.add(write(output.resolve("double").resolve(sources.relativize(byHand)), text));
            }
        }
        for (Path template : javaFiles(templates)) {
            String text = header(template.getFileName().toString()) + expanded(Files.readAllLines(template));
            written.add(write(output.resolve("faces").resolve(templates.relativize(template)), text));
        }
        // What no longer has an origin.
        for (Path old : javaFiles(output)) {
            if (!written.contains(old)) {
                Files.delete(old);
            }
        }
    }

    private static List<Path> javaFiles(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    private static String header(String origin) {
        return "// Derived from " + origin
                + " by the build. Change that, not this. Numbers in its comments are those of float.\n";
    }

    /** Casts to float and widenings to double say nothing in double. */
    private static String suppressed(String text) {
        return text.replaceFirst(
                "(?m)^(?=(?:public )?(?:abstract )?(?:final )?(?:class|interface) )",
                "@SuppressWarnings({\"cast\", \"lossy-conversions\"})\n");
    }

    /** Writes a file if its text is new, so that a build without changes compiles nothing again. */
    private static Path write(Path file, String text) throws IOException {
        if (Files.exists(file) && Files.readString(file).equals(text)) {
            return file;
        }
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    /** A template with its marked parts repeated. */
    static String expanded(List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.size(); i++) {
            Matcher marker = MARKER.matcher(lines.get(i));
            if (!marker.matches()) {
                text.append(lines.get(i)).append('\n');
                continue;
            }
            int end = end(lines, i);
            String part = expanded(lines.subList(i + 1, end));
            boolean types = marker.group(1).equals("for float and double");
            text.append(part).append(types ? toDouble(part) : toLong(part));
            i = end;
        }
        return text.toString();
    }

    private static int end(List<String> lines, int start) {
        int depth = 0;
        for (int i = start; i < lines.size(); i++) {
            Matcher marker = MARKER.matcher(lines.get(i));
            if (marker.matches()) {
                depth += marker.group(1).equals("end") ? -1 : 1;
                if (depth == 0) {
                    return i;
                }
            }
        }
        throw new IllegalStateException("no end for the part that begins with " + lines.get(start + 1));
    }

    private static String nativeName(String name) {
        return name.replaceFirst("FloatVector", "FloatNative");
    }

    /** A kernel of arrays as one of native memory: offsets count bytes, and loads and stores name the order of these. */
    static String toNative(String source, Set<String> classes) {
        Matcher marker = FOR_NATIVE.matcher(source);
        if (!marker.find()) {
            throw new IllegalArgumentException("not for native memory");
        }
        String text = marker.replaceFirst("");
        text = INSTEAD.matcher(text).replaceAll("$1$2\n");
        text = MASKED_LOAD.matcher(text).replaceAll("$1;");
        text = MASKED_STORE.matcher(text).replaceAll("$1$2\n");
        text = MASKS.matcher(text).replaceAll("");
        for (String name : marker.group(1).split(", ")) {
            String place = name + "," + "\\s+" + name + "Offset((?: \\+ [^,()]+)?)\\)";
            text = text.replaceAll(
                    "FloatVector\\s*\\.fromArray\\(\\s*SPECIES,\\s+" + place,
                    "FloatVector.fromMemorySegment(SPECIES, " + name + ", " + name + "Offset$1, FloatSpecies.ORDER)");
            text = text.replaceAll(
                    "\\.intoArray\\(\\s*" + place,
                    ".intoMemorySegment(" + name + ", " + name + "Offset$1, FloatSpecies.ORDER)");
            text = text.replaceAll(
                    "\\b" + name + "Offset \\+ (\\w+)(?=[,);])", name + "Offset + (long) $1 * Float.BYTES");
            // A constant apart, since C2 hoists the check of a counter times a number and a constant. That of a sum of
            // integers it does not: the sum may have overflowed before it was made a long.
            text = text.replaceAll(
                    "\\b" + name + "Offset \\+ (\\w+) \\+ ([A-Z][A-Z0-9_]*)(?=[,);])",
                    name + "Offset + (long) $1 * Float.BYTES + (long) $2 * Float.BYTES");
            text = text.replaceAll(
                    "\\b" + name + "Offset \\+ (\\w+) \\+ (\\d+) \\* ([A-Z][A-Z0-9_]*)(?=[,);])",
                    name + "Offset + (long) $1 * Float.BYTES + $2L * $3 * Float.BYTES");
            text = text.replaceAll("\\bfloat\\[\\] " + name + "\\b", "MemorySegment " + name);
            text = text.replaceAll("\\bfloat @Nullable \\[\\] " + name + "\\b", "@Nullable MemorySegment " + name);
            text = text.replaceAll("\\bint " + name + "Offset\\b", "long " + name + "Offset");
            if (Pattern.compile("(?m)^ *[^ *].*\\b" + name + "Offset [-+] (?!\\(long\\))")
                    .matcher(text)
                    .find()) {
                throw new IllegalArgumentException(
                        name + "Offset is added to, or taken from, in a form that is not known here");
            }
        }
        text = METHOD.matcher(text).replaceAll(Derive::withKnownClasses);
        String own = source.replaceFirst("(?s).*?\\bclass (FloatVector\\w+) .*", "$1");
        for (String other : classes) {
            text = text.replaceAll("\\b" + other + "(\\.\\w+\\()", nativeName(other) + "$1");
        }
        return text.replaceAll("\\b" + own + "\\b", nativeName(own))
                .replaceFirst(
                        "(?m)^import (?!static)",
                        "import io.github.lanewise.kernel.NativeMemory;\nimport java.lang.foreign.MemorySegment;\nimport ");
    }

    /** A method that begins by telling the compiler of which class its segments are. */
    private static String withKnownClasses(MatchResult match) {
        String first =
                SEGMENT.matcher(match.group()).results().map(Derive::known).collect(Collectors.joining());
        return Matcher.quoteReplacement(match.group() + first);
    }

    private static String known(MatchResult segment) {
        String name = segment.group(2);
        String absent = segment.group(1) == null ? "" : name + " == null ? null : ";
        return "        " + name + " = " + absent + "NativeMemory.known(" + name + ");\n";
    }

    private static String toLong(String text) {
        return text.replaceAll("\\bint\\[\\] (target|index|value)\\b", "long[] $1")
                .replace("{@code int}", "{@code long}")
                .replaceAll("\\bint\\[\\](, | indices|\\))", "long[]$1");
    }

    /** Float source as double source. */
    static String toDouble(String source) {
        String text = FLOAT_ONLY.matcher(source).replaceAll("");
        text = FOLD.matcher(text).replaceAll(Derive::fold);
        text = EXTREME_LANE
                .matcher(text)
                .replaceAll("int $1 = Float.floatToRawIntBits($2.reinterpretAsFloats().reduceLanes(MAX));");
        text = LEAST.matcher(text).replaceAll(Derive::least);
        text = HIGHEST.matcher(text)
                .replaceAll("$1FloatVector higher$3 = r$3.lanewise(FMA, C11, C10);\n"
                        + "$1higher$3 = higher$3.lanewise(FMA, square$3, r$3.lanewise(FMA, C9, C8));\n"
                        + "$1higher$3 = higher$3.lanewise(FMA, square$3, r$3.lanewise(FMA, C7, C6));\n"
                        + "$1$2$3 = higher$3.lanewise(FMA, square$3, $2$3);");
        text = text.replace("// In double also: ", "");
        text = VECTOR_CHAIN.matcher(text).replaceAll(Derive::vectorChain);
        text = SCALAR_CHAIN.matcher(text).replaceAll(Derive::scalarChain);
        // The doubles of a float's fold.
        text = text.replaceAll("(?m)^import static [\\w.]+FloatLaneFold\\.(?:SWAP_HALVES|WIDE);\\n", "");
        text = COEFFICIENT_IMPORT.matcher(text).replaceAll(Derive::imports);
        // Literals lose their suffix; a hex float has a p before its exponent.
        text = text.replaceAll("\\b(0x[0-9a-fA-F.]+p[+-]?\\d+)f\\b", "$1");
        text = text.replaceAll("(?<![\\w.])(\\d+\\.\\d+(?:[eE][+-]?\\d+)?)f\\b", "$1");
        text = text.replaceAll("(?<![\\w.])(\\d+[eE][+-]?\\d+)f\\b", "$1");
        text = text.replaceAll("(?<![\\w.])(\\d+)f\\b", "$1.0");
        // Integers that hold bits.
        text = text.replaceAll("\\bint (\\w*(?:[bB]its|BITS))\\b", "long $1");
        text = text.replace("floatToRawIntBits", "doubleToRawLongBits")
                .replace("intBitsToFloat", "longBitsToDouble")
                .replace("reinterpretAsInts", "reinterpretAsLongs")
                .replace("IntVector", "LongVector")
                .replace("VectorSpecies<Integer>", "VectorSpecies<Long>")
                .replace("VectorSpecies.of(int.class", "VectorSpecies.of(long.class");
        text = text.replace("Float", "Double").replace("FLOAT", "DOUBLE");
        text = text.replaceAll("\\bfloat(?=[A-Z])", "double").replaceAll("\\bfloat(s?)\\b", "double$1");
        // 32-bit and 64-bit operations of vectors on their bits are the same but for these names.
        return text.replace("0x7fc00000", "0x7ff8000000000000");
    }

    private static String least(MatchResult match) {
        String owner = match.group(2).equals("DEEP")
                ? "io.github.lanewise.kernel.FloatExp."
                : "io.github.lanewise.kernel.scalar.FloatConstants.";
        String bound = owner + match.group(2);
        String name = match.group(1);
        return name + " = " + name + ".blend(" + bound + ", " + name + ".lt(" + bound + "));";
    }

    private static String fold(MatchResult match) {
        String indent = match.group(1);
        boolean second = match.group(2).equals("farLeft");
        String sum = second ? "farSum" : "sum";
        String carry = second ? "farCarry" : "carry";
        String name = second ? "farLanes" : "lanes";
        String sign = match.group().contains(".add(" + carry + ".convertShape") ? "add" : "sub";
        String lanes = match.group().contains(carry) ? sum + "." + sign + "(" + carry + ")" : sum;
        return (indent + "FloatVector " + name + " = " + lanes + ";\n"
                        + indent + "if (LENGTH >= 4) {\n"
                        + indent + "    " + name + " = " + name + ".add(" + name + ".rearrange(NEIGHBOUR));\n"
                        + indent + "    " + name + " = " + name + ".add(" + name + ".rearrange(NEXT_PAIR));\n"
                        + indent + "}\n"
                        + indent + "if (LENGTH >= 8) {\n"
                        + indent + "    " + name + " = " + name + ".add(" + name + ".rearrange(NEXT_FOUR));\n"
                        + indent + "}\n"
                        + indent + "double " + match.group(3) + " = LENGTH > 2 ? " + name + ".lane(0) : " + name
                        + ".lane(0) + " + name + ".lane(1);")
                .replace("$", "\\$");
    }

    private static String vectorChain(MatchResult match) {
        int[] degree = degree(match.group(5), match.group(6), match.group(7), match.group(8));
        if (degree == null) {
            return Matcher.quoteReplacement(match.group());
        }
        String indent = match.group(1);
        String type = match.group(2) == null ? "" : match.group(2);
        String prefix = match.group(5);
        String result = match.group(3);
        StringBuilder text = new StringBuilder(indent + type + result + " = " + match.group(4) + ".lanewise(FMA, "
                + prefix + "C" + degree[1] + ", " + prefix + "C" + (degree[1] - 1) + ");");
        for (int c = degree[1] - 2; c >= degree[0] - 1; c--) {
            text.append("\n")
                    .append(indent)
                    .append(result)
                    .append(" = ")
                    .append(result)
                    .append(".lanewise(FMA, ");
            text.append(match.group(4))
                    .append(", ")
                    .append(prefix)
                    .append("C")
                    .append(c)
                    .append(");");
        }
        return text.toString();
    }

    private static String scalarChain(MatchResult match) {
        int[] degree = degree(match.group(5), match.group(6), match.group(8), match.group(9));
        if (degree == null) {
            return Matcher.quoteReplacement(match.group());
        }
        String indent = match.group(1);
        String type = match.group(2) == null ? "" : match.group(2);
        String prefix = match.group(5);
        String result = match.group(3);
        String fma = match.group(4);
        String argument = match.group(7);
        StringBuilder text = new StringBuilder(indent + type + result + " = " + fma + "(" + prefix + "C" + degree[1]
                + ", " + argument + ", " + prefix + "C" + (degree[1] - 1) + ");");
        for (int c = degree[1] - 2; c >= degree[0] - 1; c--) {
            text.append("\n")
                    .append(indent)
                    .append(result)
                    .append(" = ")
                    .append(fma)
                    .append("(")
                    .append(result);
            text.append(", ")
                    .append(argument)
                    .append(", ")
                    .append(prefix)
                    .append("C")
                    .append(c)
                    .append(");");
        }
        return text.toString();
    }

    /** The degrees if the two coefficients are the highest ones in float. */
    private static int[] degree(String prefix, String high, String otherPrefix, String next) {
        int[] degree = DEGREES.get(prefix);
        boolean first = degree != null
                && prefix.equals(otherPrefix)
                && Integer.parseInt(high) == degree[0]
                && Integer.parseInt(next) == degree[0] - 1;
        return first ? degree : null;
    }

    private static String imports(MatchResult match) {
        int[] degree = DEGREES.get(match.group(2));
        if (degree == null || Integer.parseInt(match.group(3)) != degree[0]) {
            return Matcher.quoteReplacement(match.group());
        }
        List<String> lines = new ArrayList<>();
        for (int c = degree[0]; c <= degree[1]; c++) {
            lines.add(match.group(1) + match.group(2) + "C" + c + ";");
        }
        return String.join("\n", lines);
    }
}
