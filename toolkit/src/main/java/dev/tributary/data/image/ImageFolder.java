package dev.tributary.data.image;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataException;
import dev.tributary.data.DataFile;
import dev.tributary.data.image.FolderPart.Example;
import dev.tributary.data.image.FolderPart.Form;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * A directory with a directory of images for each class.
 *
 * <p>Names that begin with a dot do not count; everything is in the order of names.
 *
 * @param root the directory
 */
record ImageFolder(Path root) {
    /**
     * The names of the classes that are here.
     *
     * @throws DataException if there are none
     */
    List<String> classes() {
        List<String> names =
                list(root, Files::isDirectory).stream()
                        .map(path -> path.getFileName().toString())
                        .toList();
        if (names.isEmpty()) {
            throw new DataException(
                    root + ": expected a directory for each class, with its images, found none");
        }
        return names;
    }

    /**
     * All files, with their classes.
     *
     * @throws DataException if there is no image, or a directory that is no class
     */
    List<Example> examples(List<String> classes) {
        List<Example> examples = new ArrayList<>();
        for (String name : classes()) {
            int label = classes.indexOf(name);
            if (label < 0) {
                throw new DataException(
                        "%s: expected directories among the classes %s, found \"%s\""
                                .formatted(root, classes, name));
            }
            list(root.resolve(name), Files::isRegularFile)
                    .forEach(file -> examples.add(new Example(file, label)));
        }
        if (examples.isEmpty()) {
            throw new DataException(root + ": expected at least one image, found none");
        }
        return examples;
    }

    /** The images that can be read, as far as bad ones are skipped; else all, unread. */
    List<Example> readable(Form form, List<Example> examples, BadExamples bad) {
        if (!bad.skip()) {
            return examples;
        }
        List<Optional<DataException>> problems =
                examples.parallelStream().map(example -> problem(form, example)).toList();
        List<Example> good = new ArrayList<>();
        for (int i = 0; i < problems.size(); i++) {
            problems.get(i).ifPresent(bad::add);
            if (problems.get(i).isEmpty()) {
                good.add(examples.get(i));
            }
        }
        bad.report(root.toString(), "image", good.size());
        return good;
    }

    private static Optional<DataException> problem(Form form, Example example) {
        try {
            PixelGrid unused = FolderPart.read(form, example.file());
            return Optional.empty();
        } catch (DataException e) {
            return Optional.of(e);
        }
    }

    private static List<Path> list(Path directory, Predicate<Path> wanted) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (!entry.getFileName().toString().startsWith(".") && wanted.test(entry)) {
                    found.add(entry);
                }
            }
        } catch (IOException e) {
            throw DataFile.unreadable(directory, e);
        }
        // Not paths themselves: how they are ordered depends on the file system.
        found.sort(Comparator.comparing(path -> path.getFileName().toString()));
        return found;
    }
}
