package dev.tributary.models.template;

import dev.tributary.cli.CommandException;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A project as it is written.
 *
 * @param name by which it is asked for; also the resource directory that holds its files
 * @param description one line for the help
 * @param files their paths in the project, in the order in which they are told
 */
record Template(String name, String description, List<String> files) {
    private static final String VERSION = "@tributary.version@";
    private static final String SOURCES = "src/main/java/com/example/";
    private static final String SERVICES = "src/main/resources/META-INF/services/";

    /** A model and a data reader of one's own. */
    static final Template OWN_MODEL =
            new Template(
                    "own-model",
                    "your own DJL Block and your own data reader, with test and run file",
                    List.of(
                            "README.md",
                            "pom.xml",
                            "run.yaml",
                            "data/readings.txt",
                            SOURCES + "GatedLayer.java",
                            SOURCES + "GatedModelFactory.java",
                            SOURCES + "ReadingsProvider.java",
                            SOURCES + "ReadingsSource.java",
                            SERVICES + "dev.tributary.data.DatasetProvider",
                            SERVICES + "dev.tributary.models.catalog.ModelFactory",
                            "src/test/java/com/example/ReadingsProviderTest.java"));

    private static final List<Template> ALL = List.of(OWN_MODEL);

    /** Copies the list. */
    Template {
        files = List.copyOf(files);
    }

    /**
     * The template of that name.
     *
     * @throws CommandException if there is none; the message lists the known names
     */
    static Template named(String name) {
        return ALL.stream()
                .filter(template -> template.name().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new CommandException(
                                        "template: expected one of %s, found \"%s\""
                                                .formatted(
                                                        ALL.stream().map(Template::name).toList(),
                                                        name)));
    }

    /**
     * Writes all files.
     *
     * @param directory is made if it is not there; must be empty
     * @param version of Tributary, which the project is built against
     * @throws CommandException if something is there already
     */
    void write(Path directory, String version) throws IOException {
        if (Files.exists(directory) && !isEmptyDirectory(directory)) {
            throw new CommandException(
                    "expected a new or empty directory, found something in " + directory);
        }
        for (String file : files) {
            Path target = directory.resolve(file);
            Path parent = target.getParent();
            if (parent != null) {
                Files.createDirectories(parent);
            }
            Files.writeString(target, text(file).replace(VERSION, version));
        }
    }

    private static boolean isEmptyDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return false;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            return !entries.iterator().hasNext();
        }
    }

    private String text(String file) throws IOException {
        try (InputStream in = Template.class.getResourceAsStream(name + "/" + file)) {
            if (in == null) {
                throw new IllegalStateException("template " + name + ": no resource " + file);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
