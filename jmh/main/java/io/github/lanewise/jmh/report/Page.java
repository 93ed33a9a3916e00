// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import io.github.lanewise.jmh.candidate.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The report: one page of HTML that needs nothing from outside. */
public final class Page {
    private static final List<String> PEERS = List.of("libtorch", "onnx", "plain", "svml");
    private static final String RATIOS = "ratios-";
    private static final String SIZES = "sizes-";
    private static final String MEMORY = "memory";
    private static final String WIDTHS = "widths";
    private static final String STYLE = """
            body { font: 16px/1.5 system-ui, sans-serif; color: #222; max-width: 960px; margin: 2em auto; padding: 0 1em }
            h1, h2 { line-height: 1.2 }
            table { border-collapse: collapse; font-size: 13px; display: block; overflow-x: auto }
            td, th { border-bottom: 1px solid #ddd; padding: .3em .6em; text-align: right }
            td:first-child, th:first-child { text-align: left }
            .missed { color: #a33 }
            svg { max-width: 100%; height: auto }
            """;

    private final Results results;
    private final Environment environment;
    private final Limits limits;
    private final Plots plots;

    /** A page of results, of the machine that they come from, and of what native code reaches on it. */
    public Page(Results results, Environment environment, Limits limits) {
        this.results = results;
        this.environment = environment;
        this.limits = limits;
        this.plots = new Plots(results, environment.cacheBytes());
    }

    /** The plots that the results are enough for, as SVG, by the names of their files without what stands behind the dot. */
    public Map<String, String> charts() {
        Map<String, String> charts = new LinkedHashMap<>();
        for (String peer : peers()) {
            plots.ratios(RatioRows.all(), peer).ifPresent(svg -> charts.put(RATIOS + peer, svg));
        }
        for (Operation operation : Sweep.OPERATIONS) {
            plots.sizes(operation)
                    .ifPresent(svg -> charts.put(SIZES + operation.id().replace('_', '-'), svg));
        }
        plots.bandwidth().ifPresent(svg -> charts.put(MEMORY, svg));
        plots.widths().ifPresent(svg -> charts.put(WIDTHS, svg));
        return charts;
    }

    private List<String> peers() {
        return PEERS.stream()
                .filter(peer -> RatioRows.all().stream()
                        .anyMatch(row -> results.of(row.ours().by(peer)).isPresent()))
                .toList();
    }

    /** The page. */
    public String html() {
        Map<String, String> charts = charts();
        StringBuilder html = new StringBuilder();
        html.append(
                        "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>Lanewise: benchmarks</title><style>\n")
                .append(STYLE)
                .append("</style></head><body>\n<h1>Lanewise: benchmarks</h1>\n")
                .append(
                        "<p>Times are medians over forks. A ratio is the other's time divided by ours: above 1 we are faster. ")
                .append("Limit is what native code reaches, at 1 to 2 ulp and without special values.</p>\n");
        html.append("<h2>Environment</h2>\n<table>");
        environment
                .facts()
                .forEach((name, value) -> html.append("<tr><td>")
                        .append(escape(name))
                        .append("</td><td style=\"text-align:left\">")
                        .append(escape(value))
                        .append("</td></tr>\n"));
        html.append("</table>\n<h2>Ratios</h2>\n");
        table(html, new RatioTable(RatioRows.all(), peers(), results, limits).markdown());
        plots(html, charts, RATIOS);
        section(html, "Time against size", "Grey lines: an input as large as a cache.", charts, SIZES);
        section(html, "Memory", "A loss reads its input once from memory; a map reads and writes.", charts, MEMORY);
        section(html, "Widths of vectors", "The same bits on each of them.", charts, WIDTHS);
        return html.append("</body></html>\n").toString();
    }

    /** A part of the page, if there are plots for it. */
    private static void section(
            StringBuilder html, String heading, String text, Map<String, String> charts, String names) {
        if (charts.keySet().stream().anyMatch(name -> name.startsWith(names))) {
            html.append("<h2>")
                    .append(heading)
                    .append("</h2>\n<p>")
                    .append(text)
                    .append("</p>\n");
            plots(html, charts, names);
        }
    }

    /** The plots whose names begin so. */
    private static void plots(StringBuilder html, Map<String, String> charts, String names) {
        charts.forEach((name, svg) -> {
            if (name.startsWith(names)) {
                html.append("<figure>")
                        .append(svg, Math.max(0, svg.indexOf("<svg")), svg.length())
                        .append("</figure>\n");
            }
        });
    }

    /** Tables of Markdown, and the lines between them, as HTML. */
    private static void table(StringBuilder html, String markdown) {
        boolean inTable = false;
        for (String line : markdown.split("\n", -1)) {
            boolean row = line.startsWith("|");
            if (row != inTable) {
                html.append(row ? "<table>" : "</table>\n");
            }
            if (row && !line.startsWith("| ---")) {
                String cell = inTable ? "td" : "th";
                html.append("<tr>");
                for (String text : line.substring(1, line.lastIndexOf('|')).split("\\|", -1)) {
                    boolean missed = text.contains("missed");
                    html.append('<').append(cell).append(missed ? " class=\"missed\">" : ">");
                    html.append(escape(text.strip())).append("</").append(cell).append('>');
                }
                html.append("</tr>\n");
            } else if (!row && !line.isBlank()) {
                html.append("<p>").append(escape(line)).append("</p>\n");
            }
            inTable = row;
        }
    }

    /** As a text of HTML or SVG. */
    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
