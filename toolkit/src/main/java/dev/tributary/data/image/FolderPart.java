package dev.tributary.data.image;

import dev.tributary.data.DataException;

import java.nio.file.Path;
import java.util.List;

/** Image files, each decoded when it is asked for. */
final class FolderPart implements ImagePart {
    private final Form form;
    private final List<Example> examples;

    /**
     * What images become.
     *
     * @param channels 1 or 3
     * @param height in pixels
     * @param width in pixels
     * @param resize whether images of another size are brought to this one
     */
    record Form(int channels, int height, int width, boolean resize) {}

    /**
     * A file and its class.
     *
     * @param file where it is
     * @param label its class
     */
    record Example(Path file, int label) {}

    FolderPart(Form form, List<Example> examples) {
        this.form = form;
        this.examples = List.copyOf(examples);
    }

    @Override
    public int exampleCount() {
        return examples.size();
    }

    @Override
    public int label(int index) {
        return examples.get(index).label;
    }

    @Override
    public boolean decodes() {
        return true;
    }

    @Override
    public void pixels(int index, byte[] target) {
        byte[] values = read(form, examples.get(index).file).values();
        System.arraycopy(values, 0, target, 0, target.length);
    }

    /**
     * An image in the form that all have.
     *
     * @throws DataException if it cannot be read, or has another size and is not to be resized
     */
    static PixelGrid read(Form form, Path file) {
        PixelGrid grid = PictureFile.read(file, form.channels);
        if (form.resize) {
            return grid.resized(form.height, form.width);
        }
        if (grid.height() != form.height || grid.width() != form.width) {
            throw new DataException(
                    "%s: expected %d x %d pixels like the first image, found %d x %d; the option \"size\" brings all to one"
                            .formatted(file, form.width, form.height, grid.width(), grid.height()));
        }
        return grid;
    }
}
