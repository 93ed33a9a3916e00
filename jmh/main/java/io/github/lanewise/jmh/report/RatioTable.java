// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/** The table of ratios in Markdown: how long others take, divided by how long we take. */
public final class RatioTable {
    /** The library that targets are laid down against. */
    public static final String TARGET_PEER = "libtorch";

    private static final String MISSED = " (missed)";

    private final List<RatioRow> rows;
    private final List<String> peers;
    private final Results results;
    private final Limits limits;
    private int met;
    private int laidDown;
    private int open;

    /** A table of the rows that there are results of. */
    public RatioTable(List<RatioRow> rows, List<String> peers, Results results, Limits limits) {
        this.rows = List.copyOf(rows);
        this.peers = List.copyOf(peers);
        this.results = results;
        this.limits = limits;
    }

    /** The table, a second one of our own benchmarks against each other, and how many targets are met. */
    public String markdown() {
        met = 0;
        laidDown = 0;
        open = 0;
        StringBuilder text = new StringBuilder();
        List<String> heading =
                new ArrayList<>(List.of("operation", "ns a call", "ns an element", "max/min over forks", "B a call"));
        for (String peer : peers) {
            heading.add(peer + ", ns");
            heading.add(peer + " / ours");
            if (peer.equals(TARGET_PEER)) {
                heading.add("target");
            }
        }
        heading.addAll(List.of("limit, ns", "limit / ours", "limit / least fork", "target"));
        List<List<String>> others = lines(false);
        if (!others.isEmpty()) {
            table(text, heading, others);
        }
        List<List<String>> own = lines(true);
        if (!own.isEmpty()) {
            table(
                    text,
                    List.of(
                            "against our own",
                            "ns a call",
                            "ns an element",
                            "max/min over forks",
                            "B a call",
                            "the other, ns",
                            "the other / ours",
                            "target"),
                    own);
        }
        text.append(met).append(" of ").append(laidDown).append(" targets met");
        if (open > 0) {
            text.append(", and of ").append(open).append(" more there is no figure to tell by");
        }
        text.append(".\n");
        return text.toString();
    }

    private List<List<String>> lines(boolean own) {
        List<List<String>> lines = new ArrayList<>();
        for (RatioRow row : rows) {
            Optional<Measurement> ours = results.of(row.ours());
            if (own != (row.rival() != null)) {
                continue;
            }
            int before = laidDown;
            if (ours.isPresent()) {
                lines.add(line(row, ours.get()));
            }
            open += targets(row) - (laidDown - before);
        }
        return lines;
    }

    /** Targets of a row: that against PyTorch counts where PyTorch is compared with. */
    private int targets(RatioRow row) {
        boolean other = !Double.isNaN(row.target()) && (row.rival() != null || peers.contains(TARGET_PEER));
        return (other ? 1 : 0) + (Double.isNaN(row.limitTarget()) ? 0 : 1);
    }

    private List<String> line(RatioRow row, Measurement ours) {
        List<String> cells = new ArrayList<>();
        cells.add(row.label());
        cells.add(nanoseconds(ours.nanoseconds()));
        cells.add(digits(ours.nanoseconds() / row.ours().elements()));
        cells.add(String.format(Locale.ROOT, "%.2f", ours.spread()));
        cells.add(Double.isNaN(ours.bytesPerCall()) ? "" : String.format(Locale.ROOT, "%.0f", ours.bytesPerCall()));
        if (row.rival() != null) {
            other(cells, results.of(row.rival()), ours, row.target());
            return cells;
        }
        for (String peer : peers) {
            boolean targeted = peer.equals(TARGET_PEER);
            Optional<Measurement> theirs = results.of(row.ours().by(peer));
            if (targeted) {
                other(cells, theirs, ours, row.target());
            } else {
                other(cells, theirs, ours, Double.NaN);
                cells.removeLast();
            }
        }
        OptionalDouble limit = limits.nanoseconds(row);
        if (limit.isPresent()) {
            cells.add(nanoseconds(limit.getAsDouble()));
            ratio(cells, limit.getAsDouble() / ours.nanoseconds(), row.limitTarget());
            cells.add(cells.size() - 1, digits(limit.getAsDouble() / ours.least()));
        } else {
            cells.addAll(List.of("", "", "", target(row.limitTarget())));
        }
        return cells;
    }

    private void other(List<String> cells, Optional<Measurement> theirs, Measurement ours, double target) {
        if (theirs.isPresent()) {
            cells.add(nanoseconds(theirs.get().nanoseconds()));
            ratio(cells, theirs.get().nanoseconds() / ours.nanoseconds(), target);
        } else {
            cells.addAll(List.of("", "", target(target)));
        }
    }

    private void ratio(List<String> cells, double ratio, double target) {
        boolean missed = ratio < target;
        if (!Double.isNaN(target)) {
            laidDown++;
            met += missed ? 0 : 1;
        }
        cells.add(digits(ratio) + (missed ? MISSED : ""));
        cells.add(target(target));
    }

    private static String target(double target) {
        return Double.isNaN(target)
                ? ""
                : String.format(Locale.ROOT, target == Math.rint(target) ? "%.0f" : "%s", target);
    }

    private static void table(StringBuilder text, List<String> heading, List<List<String>> lines) {
        line(text, heading);
        line(
                text,
                heading.stream()
                        .map(cell -> cell.equals(heading.getFirst()) ? "---" : "---:")
                        .toList());
        lines.forEach(line -> line(text, line));
        text.append('\n');
    }

    private static void line(StringBuilder text, List<String> cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** Three digits, with spaces between thousands. */
    static String nanoseconds(double ns) {
        if (ns < 1000) {
            return digits(ns);
        }
        double unit = Math.pow(10, Math.floor(Math.log10(ns)) - 2);
        return String.format(Locale.ROOT, "%,.0f", Math.rint(ns / unit) * unit).replace(',', ' ');
    }

    /** Two or three significant digits, without an exponent. */
    static String digits(double number) {
        return String.format(
                Locale.ROOT, number >= 100 ? "%.0f" : number >= 10 ? "%.1f" : number >= 0.1 ? "%.2f" : "%.3f", number);
    }
}
