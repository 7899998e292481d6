package dev.tributary.data.image;

import dev.tributary.data.BadExamples;
import dev.tributary.data.DataException;
import dev.tributary.data.DatasetProvider;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.Lazy;
import dev.tributary.data.Options;
import dev.tributary.data.image.FolderPart.Example;
import dev.tributary.data.image.FolderPart.Form;

import org.jspecify.annotations.Nullable;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** PNG and JPEG files, in a directory for each class, below {@code train} and {@code test}. */
public final class ImageFolderProvider implements DatasetProvider {
    private static final String OWNER = "data set \"images\"";
    private static final String SIZE = "size";
    private static final String CHANNELS = "channels";
    private static final String CLASSES = "classes";
    private static final String MEAN = "mean";
    private static final String DEVIATION = "deviation";
    private static final int MAX_SIDE = 4096;

    /** For the service loader. */
    public ImageFolderProvider() {}

    @Override
    public String name() {
        return "images";
    }

    @Override
    public String description() {
        return "your own PNG and JPEG files: train/<class>/<file>, test/<class>/<file>";
    }

    @Override
    public Map<String, String> options() {
        Map<String, String> options = new LinkedHashMap<>();
        options.put(SIZE, "<width>x<height> that images are brought to; by default all have one");
        options.put(CHANNELS, "3 (default): red, green, blue; 1: gray");
        options.put(CLASSES, "their names, in order; by default the directories, sorted");
        options.put(MEAN, "by channel, what is taken from pixels in [0, 1]; 0 by default");
        options.put(DEVIATION, "by channel, what they are then divided by; 1 by default");
        options.put(
                BadExamples.OPTION,
                BadExamples.LINE + "; all images are decoded at the start for that");
        return options;
    }

    @Override
    public DatasetSource open(@Nullable Path directory, Map<String, String> options, long seed) {
        Options checked = Options.of(OWNER, options(), options);
        ImageFolder train = new ImageFolder(part(directory, "train"));
        List<String> classes = checked.list(CLASSES);
        if (classes.isEmpty()) {
            classes = train.classes();
        }
        if (classes.size() < 2) {
            throw new DataException(
                    "%s: expected at least two classes, found %s; where a site has one, the option \"%s\" names all"
                            .formatted(train.root(), classes, CLASSES));
        }
        List<Example> examples = train.examples(classes);
        Form form = form(checked, examples);
        return source(directory, checked, classes, form, part(checked, form, train, examples));
    }

    private static DatasetSource source(
            @Nullable Path directory,
            Options options,
            List<String> classes,
            Form form,
            FolderPart train) {
        Lazy<ImagePart> test =
                new Lazy<>(
                        () -> {
                            ImageFolder folder = new ImageFolder(part(directory, "test"));
                            return part(options, form, folder, folder.examples(classes));
                        });
        return new ImageSource(
                new long[] {form.channels(), form.height(), form.width()},
                classes.size(),
                Shades.standardized(
                        byChannel(options, MEAN, form.channels(), 0, -1e6),
                        byChannel(options, DEVIATION, form.channels(), 1, 1e-6)),
                train,
                test);
    }

    private static FolderPart part(
            Options options, Form form, ImageFolder folder, List<Example> examples) {
        return new FolderPart(form, folder.readable(form, examples, BadExamples.of(options)));
    }

    private static Path part(@Nullable Path directory, String name) {
        if (directory == null || !Files.isDirectory(directory.resolve(name))) {
            throw new DataException(
                    "%s: expected a directory that holds one called \"%s\", found %s"
                            .formatted(OWNER, name, directory == null ? "none given" : directory));
        }
        return directory.resolve(name);
    }

    /** The size as given, else that of the first image. */
    private static Form form(Options options, List<Example> examples) {
        int channels = Integer.parseInt(options.choice(CHANNELS, "3", List.of("1", "3")));
        String size = options.text(SIZE).orElse("");
        if (size.isEmpty()) {
            PixelGrid first = PictureFile.read(examples.get(0).file(), channels);
            return new Form(channels, first.height(), first.width(), false);
        }
        String[] sides = size.split("x", -1);
        if (sides.length != 2 || !isSide(sides[0]) || !isSide(sides[1])) {
            throw options.wrong(SIZE, "<width>x<height>, each from 1 to " + MAX_SIDE, size);
        }
        return new Form(channels, Integer.parseInt(sides[1]), Integer.parseInt(sides[0]), true);
    }

    private static boolean isSide(String text) {
        return text.matches("[1-9]\\d{0,3}") && Integer.parseInt(text) <= MAX_SIDE;
    }

    private static double[] byChannel(
            Options options, String name, int channels, double usual, double least) {
        double[] values = options.numbers(name, channels, usual);
        for (double value : values) {
            if (value < least) {
                throw options.wrong(name, "numbers of at least " + least, "" + value);
            }
        }
        return values;
    }
}
