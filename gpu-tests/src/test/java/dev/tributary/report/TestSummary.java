package dev.tributary.report;

import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;

/**
 * The last lines of {@code mvn verify}: how many tests ran in all modules, and each that was
 * skipped with its reason.
 */
public final class TestSummary {
    private int tests;
    private final List<String> skipped = new ArrayList<>();

    private TestSummary() {}

    /**
     * Sums up.
     *
     * @param arguments the root of the project; when the build began, since reports of earlier
     *     builds may lie beside
     */
    public static void main(String[] arguments)
            throws IOException, ParserConfigurationException, SAXException {
        TestSummary summary = new TestSummary();
        Path root = Path.of(arguments[0]);
        summary.addModules(root, Instant.parse(arguments[1]));
        summary.addModules(root.resolve("examples"), Instant.parse(arguments[1]));
        System.out.println(summary.text());
    }

    private void addModules(Path root, Instant since)
            throws IOException, ParserConfigurationException, SAXException {
        DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
        try (DirectoryStream<Path> modules = Files.newDirectoryStream(root, Files::isDirectory)) {
            for (Path module : modules) {
                Path reports = module.resolve("target/surefire-reports");
                if (Files.isDirectory(reports)) {
                    addReports(reports, since, builder);
                }
            }
        }
    }

    private void addReports(Path directory, Instant since, DocumentBuilder builder)
            throws IOException, SAXException {
        try (DirectoryStream<Path> reports = Files.newDirectoryStream(directory, "TEST-*.xml")) {
            for (Path report : reports) {
                if (!Files.getLastModifiedTime(report).toInstant().isBefore(since)) {
                    add(builder.parse(report.toFile()));
                }
            }
        }
    }

    private void add(Document report) {
        NodeList cases = report.getElementsByTagName("testcase");
        for (int i = 0; i < cases.getLength(); i++) {
            Element test = (Element) cases.item(i);
            NodeList marks = test.getElementsByTagName("skipped");
            if (marks.getLength() == 0) {
                tests++;
            } else {
                skipped.add(name(test) + ": " + reason((Element) marks.item(0)));
            }
        }
    }

    private static String name(Element test) {
        String type = test.getAttribute("classname");
        String method = test.getAttribute("name");
        String simple = type.substring(type.lastIndexOf('.') + 1);
        return method.isEmpty() || method.equals(type) ? simple : simple + "." + method;
    }

    /** The first line, without the names of the exceptions that carry it. */
    private static String reason(Element mark) {
        String text = mark.getAttribute("message") + mark.getTextContent();
        String line = text.strip().lines().findFirst().orElse("no reason given");
        return line.replaceFirst("^[\\w.]+Exception: ", "")
                .replaceFirst("^Assumption failed: ", "");
    }

    private String text() {
        StringBuilder text = new StringBuilder();
        text.append("%d tests ran, %d were skipped".formatted(tests, skipped.size()));
        skipped.forEach(line -> text.append("\n  skipped: ").append(line));
        return text.toString();
    }
}
