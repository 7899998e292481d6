package dev.tributary.cli.chart;

import static dev.tributary.testkit.RunStatuses.round;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.chart.Chart.Panel;
import dev.tributary.cli.chart.Chart.Point;
import dev.tributary.cli.chart.Chart.Series;
import dev.tributary.protocol.RoundMetrics;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilderFactory;

class SvgChartTest {
    private static final List<RoundMetrics> RUN =
            List.of(round(0, 0.1, 2.3), round(1, 0.6, 1.1), round(2, 0.9, 0.4));

    @Test
    void squareChartIsAsHighAsWideAndTellsNoEnds() throws Exception {
        Series series = new Series("model", List.of(new Point(0, 0), new Point(100, 100)));
        List<Panel> panels = List.of(new Panel("y", 0, 100, List.of(series)));
        String svg = SvgChart.draw(new Chart("t", "", "x", panels, true));
        assertThat(parse(svg)).isNotNull();
        assertThat(svg).contains("M72 544 L512 104").doesNotContain("100.00");
    }

    @Test
    void runHasAccuracyAboveLossWithNamesLabelsAndLastValues() throws Exception {
        Document svg = parse(SvgChart.draw(Chart.ofRun("run digits-1", "mlp", RUN)));

        assertThat(svg.getDocumentElement().getAttribute("viewBox")).startsWith("0 0 760 ");
        assertThat(texts(svg))
                .contains("run digits-1", "mlp", "round", "test set", "local training")
                .containsSubsequence("accuracy", "loss")
                .contains("0.9000", "0.4000", "0.2000");
        assertThat(elements(svg, "path"))
                .extracting(path -> path.getElementsByTagName("title").item(0).getTextContent())
                .containsExactly("test set", "test set", "local training");
    }

    @Test
    void curvesStandWhereTheirValuesAre() throws Exception {
        Series series =
                new Series("a", List.of(new Point(0, 0), new Point(1, 1), new Point(2, 0.5)));
        Chart chart =
                new Chart("t", "", "round", List.of(new Panel("accuracy", 0, 1, List.of(series))));

        assertThat(elements(parse(SvgChart.draw(chart)), "path"))
                .extracting(path -> path.getAttribute("d"))
                .containsExactly("M72 288 L378 104 L684 196");
    }

    @Test
    void runsAreSeriesOfTheSameColorInBothPanelsAndOneLegend() throws Exception {
        List<Series> runs =
                List.of(
                        new Series("IID", List.of(new Point(0, 0.1), new Point(1, 0.9))),
                        new Series("two labels each", List.of(new Point(1, 0.3))));
        List<Panel> panels =
                List.of(new Panel("accuracy", 0, 1, runs), new Panel("loss", 0, 9, runs));
        Document svg = parse(SvgChart.draw(new Chart("MNIST", "", "round", panels)));

        assertThat(elements(svg, "path"))
                .extracting(path -> path.getAttribute("stroke"))
                .containsExactly("#0072b2", "#d55e00", "#0072b2", "#d55e00");
        assertThat(elements(svg, "text"))
                .filteredOn(text -> text.getAttribute("class").equals("legend"))
                .extracting(Element::getTextContent)
                .containsExactly("two labels each", "IID");
    }

    @Test
    void lastValuesDoNotCoverEachOther() throws Exception {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            series.add(new Series("s" + i, List.of(new Point(0, 1), new Point(1, 0.001 * i))));
        }
        Chart chart = new Chart("t", "", "round", List.of(new Panel("loss", 0, 9, series)));

        List<Double> ys =
                elements(parse(SvgChart.draw(chart)), "text").stream()
                        .filter(text -> text.getAttribute("class").equals("value"))
                        .map(text -> Double.valueOf(text.getAttribute("y")))
                        .sorted()
                        .toList();
        assertThat(ys).hasSize(5);
        for (int i = 1; i < ys.size(); i++) {
            assertThat(ys.get(i) - ys.get(i - 1)).isGreaterThanOrEqualTo(14);
        }
        assertThat(ys.get(4)).isLessThanOrEqualTo(292);
    }

    @Test
    void twentyTwoRunsHaveTheirNamesBesideTheirEndsAndPensOfTheirOwn() throws Exception {
        List<Series> series = new ArrayList<>();
        for (int i = 0; i < 22; i++) {
            double end = 0.9 + i / 1000.0;
            series.add(new Series("strategy-" + i, List.of(new Point(0, 0), new Point(50, end))));
        }
        Chart chart = new Chart("t", "", "round", List.of(new Panel("accuracy", 0, 1, series)));
        Document svg = parse(SvgChart.draw(chart));

        List<Element> labels =
                elements(svg, "text").stream()
                        .filter(text -> text.getAttribute("class").equals("value"))
                        .toList();
        assertThat(labels).hasSize(22);
        assertThat(labels.get(0).getTextContent()).isEqualTo("0.9000 strategy-0");
        List<Double> ys =
                labels.stream().map(text -> Double.valueOf(text.getAttribute("y"))).toList();
        for (int i = 1; i < ys.size(); i++) {
            assertThat(ys.get(i - 1) - ys.get(i)).isGreaterThanOrEqualTo(14);
        }
        assertThat(ys.get(21)).as("below the axis' name").isGreaterThan(90 + 14);
        assertThat(Integer.parseInt(svg.getDocumentElement().getAttribute("width")))
                .as("room for the longest label")
                .isGreaterThan(
                        (int) (Double.parseDouble(labels.get(0).getAttribute("x")) + 18 * 7));
        assertThat(elements(svg, "path"))
                .extracting(
                        path -> path.getAttribute("stroke") + path.getAttribute("stroke-dasharray"))
                .doesNotHaveDuplicates();
        assertThat(elements(svg, "text"))
                .noneMatch(text -> text.getAttribute("class").equals("legend"));
    }

    @Test
    void largeValuesHaveFewerDecimals() throws Exception {
        Series series = new Series("roc", List.of(new Point(0, 0), new Point(100, 100)));
        Chart chart = new Chart("t", "", "%", List.of(new Panel("%", 0, 100, List.of(series))));
        assertThat(texts(parse(SvgChart.draw(chart)))).contains("100.00");
    }

    @Test
    void hostileNamesStayText() throws Exception {
        String name = "<script>\"&\u0000\u001b";
        Series series = new Series(name, List.of(new Point(0, 1), new Point(1, Double.NaN)));
        Panel panel = new Panel(name, 0, 1, List.of(series));

        Document svg = parse(SvgChart.draw(new Chart(name, name, name, List.of(panel))));
        assertThat(texts(svg)).contains("<script>\"&??");
        assertThat(svg.getElementsByTagName("script").getLength()).isZero();
    }

    @Test
    void runWithoutAnyEvaluationIsAChartToo() throws Exception {
        assertThat(texts(parse(SvgChart.draw(Chart.ofRun("empty", "", List.of())))))
                .contains("empty", "loss", "round");
    }

    @Test
    void chartWithoutPanelsIsRefused() {
        assertThatThrownBy(() -> new Chart("t", "", "x", List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a panel");
    }

    @Test
    void sameChartIsTheSameFile(@TempDir Path directory) throws Exception {
        Path first = directory.resolve("a.svg");
        SvgChart.write(Chart.ofRun("run", "", RUN), first);
        SvgChart.write(Chart.ofRun("run", "", RUN), first);
        assertThat(Files.readString(first)).isEqualTo(SvgChart.draw(Chart.ofRun("run", "", RUN)));
    }

    private static Document parse(String svg) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)));
    }

    private static List<String> texts(Document svg) {
        return elements(svg, "text").stream().map(Element::getTextContent).toList();
    }

    private static List<Element> elements(Document svg, String name) {
        NodeList nodes = svg.getElementsByTagName(name);
        List<Element> elements = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            elements.add((Element) nodes.item(i));
        }
        return elements;
    }
}
