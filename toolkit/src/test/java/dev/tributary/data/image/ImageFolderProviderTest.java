package dev.tributary.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tributary.data.DataException;
import dev.tributary.data.DataFiles;
import dev.tributary.data.DatasetSource;
import dev.tributary.data.LocalDataset;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

final class ImageFolderProviderTest {
    private static final int ORANGE = 0xff8000;
    private static final int BLUE = 0x0000ff;

    private final Path directory;

    ImageFolderProviderTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void directoriesAreClassesAndPixelsAreChannelByChannel() {
        write("train/cat/b.png", DataFiles.png(2, 3, ORANGE));
        write("train/cat/a.png", DataFiles.png(2, 3, BLUE));
        write("train/dog/c.png", DataFiles.png(2, 3, ORANGE));
        write("test/dog/d.png", DataFiles.png(2, 3, BLUE));
        DatasetSource source = open(Map.of());
        assertThat(source.featureShape()).containsExactly(3, 3, 2);
        assertThat(source.trainLabels()).containsExactly(0, 0, 1);
        LocalDataset second = source.train(new int[] {1});
        assertThat(second.features()).hasSize(18).startsWith(1, 1).endsWith(0, 0);
        assertThat(second.features()[6]).isCloseTo(128 / 255f, within(1e-6f));
        assertThat(source.test().labels()).containsExactly(1);
        assertThat(source.test().features()).startsWith(0, 0).endsWith(1, 1);
    }

    @Test
    void classesAreInTheOrderOfJavasStringsWhateverThatOfTheFileSystem() {
        // As UTF-8 a letter of full width comes before a symbol beyond 16 bits, as UTF-16 after it.
        String letter = "\uff21";
        String symbol = "\ud83d\ude00";
        write("train/" + letter + "/1.png", DataFiles.png(2, 2, BLUE));
        write("train/" + symbol + "/2.png", DataFiles.png(2, 2, ORANGE));
        DatasetSource source = open(Map.of());
        assertThat(source.train(new int[] {0, 1}).features()[0]).isEqualTo(1);
    }

    @Test
    void grayStaysAsItIsStoredAndColorsBecomeTheirLuma() {
        BufferedImage gray = new BufferedImage(2, 2, BufferedImage.TYPE_BYTE_GRAY);
        gray.getRaster().setSample(0, 0, 0, 100);
        write("train/a/1.png", DataFiles.encoded(gray, "png"));
        write("train/b/2.png", DataFiles.png(2, 2, ORANGE));
        LocalDataset both = open(Map.of("channels", "1")).train(new int[] {0, 1});
        assertThat(both.features()).startsWith(100 / 255f, 0, 0, 0);
        assertThat(both.features()[4]).isCloseTo((299 * 255 + 587 * 128) / 255e3f, within(0.003f));
        assertThat(open(Map.of()).train(new int[] {0}).features()[4]).isEqualTo(100 / 255f);
    }

    @Test
    void jpegIsReadAboutAsItWasWritten() {
        BufferedImage image = new BufferedImage(16, 16, BufferedImage.TYPE_INT_RGB);
        image.createGraphics().fillRect(0, 0, 16, 16);
        write("train/a/1.jpg", DataFiles.encoded(image, "jpg"));
        write("train/b/2.png", DataFiles.png(16, 16, 0xffffff));
        LocalDataset both = open(Map.of()).train(new int[] {0, 1});
        for (int i = 0; i < 768; i++) {
            assertThat(both.features()[i]).isCloseTo(both.features()[768 + i], within(0.02f));
        }
    }

    @Test
    void resizingTakesMeansOfAreas() {
        PixelGrid grid = new PixelGrid(1, 2, 4);
        for (int x = 0; x < 4; x++) {
            grid.set(0, 0, x, 40 * x);
            grid.set(0, 1, x, 40 * x + 20);
        }
        assertThat(grid.resized(1, 2).values()).containsExactly(30, 110);
        assertThat(grid.resized(2, 4)).isSameAs(grid);
        PixelGrid thirds = grid.resized(1, 3);
        // The first covers one pixel and a third of the next.
        assertThat(thirds.get(0, 0, 0)).isEqualTo((int) Math.round((10 + 50 / 3.0) / (4 / 3.0)));
        assertThat(grid.resized(4, 8).get(0, 3, 7)).isEqualTo(140);
    }

    @Test
    void imagesOfAnySizeAreBroughtToOne() {
        write("train/a/1.png", DataFiles.png(9, 5, ORANGE));
        write("train/b/2.png", DataFiles.png(3, 30, ORANGE));
        DatasetSource source =
                open(Map.of("size", "6x4", "mean", "0.5", "deviation", "0.5,0.25,1"));
        assertThat(source.featureShape()).containsExactly(3, 4, 6);
        LocalDataset both = source.train(new int[] {0, 1});
        assertThat(both.features()[0]).isEqualTo(1);
        assertThat(both.features()[24]).isEqualTo((float) ((128 / 255.0 - 0.5) / 0.25));
        assertThat(both.features()[71]).isEqualTo(-0.5f);
        assertThat(both.subset(new int[] {1}).features())
                .isEqualTo(both.subset(new int[] {0}).features());
    }

    @Test
    void imagesThatCannotBeReadAreSkippedIfThatIsAskedFor() {
        write("train/a/1.png", DataFiles.png(2, 2, BLUE));
        write("train/a/2.png", new byte[] {1, 2, 3});
        write("train/b/3.png", DataFiles.png(2, 2, BLUE));
        DatasetSource source = open(Map.of("bad-examples", "skip"));
        assertThat(source.trainLabels()).containsExactly(0, 1);
        assertThatThrownBy(() -> open(Map.of()).train(new int[] {1}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("2.png: expected a PNG or JPEG image");
    }

    @Test
    void imageOfAnotherFormatIsRefusedWhateverItsName() {
        BufferedImage image = new BufferedImage(2, 2, BufferedImage.TYPE_INT_RGB);
        write("train/a/1.png", DataFiles.png(2, 2, BLUE));
        write("train/b/2.png", DataFiles.encoded(image, "gif"));
        assertThatThrownBy(() -> open(Map.of()).train(new int[] {1}))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("2.png: expected a PNG or JPEG image");
    }

    @Test
    void siteWithOneClassKnowsTheOthersByTheirNames() {
        write("train/dog/1.png", DataFiles.png(2, 2, BLUE));
        DatasetSource source = open(Map.of("classes", "cat,dog,emu"));
        assertThat(source.trainLabels()).containsExactly(1);
        assertThat(source.classCount()).isEqualTo(3);
        assertThatThrownBy(() -> open(Map.of("classes", "cat,emu")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected directories among the classes [cat, emu]")
                .hasMessageContaining("found \"dog\"");
    }

    @Test
    void wrongOptionsAreNamed() {
        write("train/a/1.png", DataFiles.png(2, 2, BLUE));
        write("train/b/1.png", DataFiles.png(2, 2, BLUE));
        for (String size : new String[] {"4", "0x4", "4x5000", "axb"}) {
            assertThatThrownBy(() -> open(Map.of("size", size)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("expected <width>x<height>, each from 1 to 4096");
        }
        assertThatThrownBy(() -> open(Map.of("mean", "1,2")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("expected 3 numbers, or one for all, found \"1,2\"");
        assertThatThrownBy(() -> open(Map.of("deviation", "0")))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("option \"deviation\": expected numbers of at least");
    }

    private DatasetSource open(Map<String, String> options) {
        return new ImageFolderProvider().open(directory, options, 0);
    }

    private void write(String name, byte[] content) {
        Path file = directory.resolve(name);
        try {
            Files.createDirectories(file.getParent());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        DataFiles.write(file, content);
    }
}
