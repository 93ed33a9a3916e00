// Copyright the Lanewise authors. Licensed under the Apache License, Version 2.0.
package io.github.lanewise.jmh.report;

import de.erichseifert.vectorgraphics2d.Processors;
import de.erichseifert.vectorgraphics2d.VectorGraphics2D;
import de.erichseifert.vectorgraphics2d.util.PageSize;
import io.github.lanewise.jmh.candidate.Operation;
import java.awt.Color;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.knowm.xchart.AnnotationLine;
import org.knowm.xchart.AnnotationText;
import org.knowm.xchart.CategoryChart;
import org.knowm.xchart.CategoryChartBuilder;
import org.knowm.xchart.HorizontalBarChart;
import org.knowm.xchart.HorizontalBarChartBuilder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.internal.chartpart.Chart;
import org.knowm.xchart.style.AxesChartStyler;
import org.knowm.xchart.style.Styler.LegendPosition;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The plots of the report, as SVG. */
final class Plots {
    private static final int WIDTH = 860;
    private static final int HEIGHT = 440;
    private static final Color GRID = new Color(0xe4e4e4);

    /** One colour for each implementation in every plot. */
    private static final Map<String, Color> COLOURS = new LinkedHashMap<>(Map.of(
            "lanewise", new Color(0x1b6ca8),
            "libtorch", new Color(0xd95f02),
            "onnx", new Color(0x7570b3),
            "svml", new Color(0x2e8b57),
            "plain", new Color(0x8c8c8c)));

    private static final Pattern SVG = Pattern.compile("<svg( [^>]*)>");
    private static final Pattern DIGITS = Pattern.compile("(\\d\\.\\d\\d)\\d+");

    private final Results results;
    private final Map<String, Long> caches;

    Plots(Results results, Map<String, Long> caches) {
        this.results = results;
        this.caches = caches;
    }

    /** ns an element against the number of elements, with marks where the input of floats fills a cache. */
    Optional<String> sizes(Operation operation) {
        XYChart chart = chart(title(operation), "elements", "ns an element");
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler().setYAxisLogarithmic(true);
        double greatest = 0.0;
        double most = 0.0;
        for (String name : Sweep.IMPLEMENTATIONS) {
            List<Spec> specs = specs(operation, name);
            if (specs.isEmpty()) {
                continue;
            }
            double[] elements = specs.stream().mapToDouble(Spec::elements).toArray();
            double[] times = specs.stream()
                    .mapToDouble(spec -> results.of(spec).orElseThrow().nanoseconds() / spec.elements())
                    .toArray();
            most = Math.max(most, elements[elements.length - 1]);
            for (double time : times) {
                greatest = Math.max(greatest, time);
            }
            line(chart, name, elements, times);
        }
        if (greatest == 0.0) {
            return Optional.empty();
        }
        marks(chart, Float.BYTES, most, greatest);
        return Optional.of(svg(chart));
    }

    /** How many times as long each other implementation takes, a bar a row of the table. */
    Optional<String> ratios(List<RatioRow> rows, String peer) {
        List<String> labels = new ArrayList<>();
        List<Double> ratios = new ArrayList<>();
        for (RatioRow row : rows) {
            Optional<Measurement> ours = results.of(row.ours());
            Optional<Measurement> theirs = results.of(row.ours().by(peer));
            if (row.rival() == null && ours.isPresent() && theirs.isPresent()) {
                labels.add(row.label());
                ratios.add(theirs.get().nanoseconds() / ours.get().nanoseconds());
            }
        }
        if (labels.isEmpty()) {
            return Optional.empty();
        }
        HorizontalBarChart chart = new HorizontalBarChartBuilder()
                .width(WIDTH)
                .height(120 + 24 * labels.size())
                .title("time of " + peer + " / time of lanewise, logarithmic")
                .build();
        style(chart.getStyler());
        chart.getStyler().setLegendVisible(false);
        chart.getStyler().setXAxisLogarithmic(true);
        chart.getStyler()
                .setXAxisMin(ratios.stream().min(Comparator.naturalOrder()).orElseThrow() < 1.0 ? 0.1 : 1.0);
        // The bars carry their numbers; the axis would label a logarithmic scale as a linear one.
        chart.getStyler().setXAxisTicksVisible(false);
        chart.getStyler().setXAxisDecimalPattern("#,##0.0");
        // Of the axis with the names, whichever it is.
        chart.getStyler().setXAxisTickMarkSpacingHint(20);
        chart.getStyler().setAvailableSpaceFill(0.7);
        chart.getStyler().setLabelsVisible(true);
        chart.addSeries(peer, ratios, labels).setFillColor(COLOURS.getOrDefault(peer, Color.DARK_GRAY));
        return Optional.of(svg(chart));
    }

    /** Bytes read and written a second, against those of the copy loop. */
    Optional<String> bandwidth() {
        XYChart chart = chart("GB/s against a copy loop", "MB read and written", "GB/s");
        chart.getStyler().setXAxisLogarithmic(true);
        boolean any = false;
        List<Spec> copies = results.specs().stream()
                .filter(spec -> spec.benchmark().equals("MemoryBenchmark.copy"))
                .sorted(Comparator.comparingInt(Spec::elements))
                .toList();
        if (!copies.isEmpty()) {
            any = true;
            throughput(chart, "copy loop", copies, 2);
        }
        for (Operation operation : Sweep.OPERATIONS) {
            List<Spec> specs = specs(operation, "lanewise");
            if (!specs.isEmpty()) {
                any = true;
                throughput(chart, title(operation), specs, operation.isLoss() ? 1 : 2);
            }
        }
        return any ? Optional.of(svg(chart)) : Optional.empty();
    }

    private void throughput(XYChart chart, String name, List<Spec> specs, int arrays) {
        double[] megabytes = new double[specs.size()];
        double[] rates = new double[specs.size()];
        for (int i = 0; i < specs.size(); i++) {
            double bytes = (double) specs.get(i).elements() * Float.BYTES * arrays;
            megabytes[i] = bytes / 1e6;
            rates[i] = bytes / results.of(specs.get(i)).orElseThrow().nanoseconds();
        }
        XYSeries series = chart.addSeries(name, megabytes, rates);
        series.setMarker(SeriesMarkers.CIRCLE);
    }

    /** The same work on narrower vectors. */
    Optional<String> widths() {
        CategoryChart chart = new CategoryChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Widths of vectors, " + Sweep.WIDTH_SHAPE)
                .xAxisTitle("operation")
                .yAxisTitle("ns an element")
                .build();
        style(chart.getStyler());
        chart.getStyler().setLabelsVisible(true);
        chart.getStyler().setAvailableSpaceFill(0.8);
        boolean any = false;
        for (int bytes : Sweep.WIDTHS) {
            List<String> labels = new ArrayList<>();
            List<Double> times = new ArrayList<>();
            for (Operation operation : Sweep.OPERATIONS) {
                Spec spec = Spec.of(operation, Sweep.WIDTH_SHAPE, false).onVectorsOf(bytes);
                results.of(spec).ifPresent(measured -> {
                    labels.add(title(operation));
                    times.add(measured.nanoseconds() / spec.elements());
                });
            }
            if (!labels.isEmpty()) {
                any = true;
                chart.addSeries(bytes * Byte.SIZE + " bits", labels, times);
            }
        }
        return any ? Optional.of(svg(chart)) : Optional.empty();
    }

    private List<Spec> specs(Operation operation, String implementation) {
        return results.specs().stream()
                .filter(spec -> spec.vectorBytes() == 0
                        && spec.implementation().equals(implementation)
                        && spec.operation().equals(operation.id())
                        && Sweep.SHAPES.contains(spec.shape()))
                .sorted(Comparator.comparingInt(Spec::elements))
                .toList();
    }

    private static String title(Operation operation) {
        return operation.id().replace('_', ' ');
    }

    private static XYChart chart(String title, String x, String y) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(title)
                .xAxisTitle(x)
                .yAxisTitle(y)
                .build();
        style(chart.getStyler());
        chart.getStyler().setMarkerSize(6);
        return chart;
    }

    private static void style(AxesChartStyler styler) {
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setPlotBackgroundColor(Color.WHITE);
        styler.setPlotBorderVisible(false);
        styler.setAnnotationLineColor(Color.LIGHT_GRAY);
        styler.setPlotGridLinesColor(GRID);
        styler.setLegendPosition(LegendPosition.OutsideE);
        styler.setLegendBorderColor(Color.WHITE);
        styler.setXAxisDecimalPattern("#,##0.###");
        styler.setYAxisDecimalPattern("#,##0.###");
    }

    private static void line(XYChart chart, String name, double[] x, double[] y) {
        XYSeries series = chart.addSeries(name, x, y);
        Color colour = COLOURS.getOrDefault(name, Color.BLACK);
        series.setLineColor(colour);
        series.setMarkerColor(colour);
        series.setMarker(SeriesMarkers.CIRCLE);
    }

    /** A line where an input of so many bytes an element is as large as a cache, if there are inputs as large. */
    private void marks(XYChart chart, int bytesPerElement, double most, double at) {
        caches.forEach((level, bytes) -> {
            double elements = (double) bytes / bytesPerElement;
            if (elements > most) {
                return;
            }
            AnnotationLine line = new AnnotationLine(elements, true, false);
            chart.addAnnotation(line);
            chart.addAnnotation(new AnnotationText(level, elements, at, false));
        });
    }

    private static String svg(Chart<?, ?> chart) {
        VectorGraphics2D graphics = new VectorGraphics2D();
        chart.paint(graphics, chart.getWidth(), chart.getHeight());
        PageSize page = new PageSize(0.0, 0.0, chart.getWidth(), chart.getHeight());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            Processors.get("svg").getDocument(graphics.getCommands(), page).writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        // Letters are drawn as outlines, whose many digits are most of the file.
        String svg = DIGITS.matcher(out.toString(StandardCharsets.UTF_8)).replaceAll("$1");
        // A reader of screens has nothing but this to read.
        return SVG.matcher(svg)
                .replaceFirst(result -> Matcher.quoteReplacement("<svg role=\"img\"" + result.group(1) + "><title>"
                        + Page.escape(chart.getTitle()) + "</title>"));
    }
}
