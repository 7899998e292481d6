package dev.tributary.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * The run file {@code run.yaml}: text to {@link RunConfig} and back.
 *
 * <p>Reading is strict. An unknown key, a key twice, a wrong value or a contradiction is a {@link
 * Problem} with its line, and all problems are told at once. Files may come from anybody: at most 1
 * MiB, one document, 16 levels deep, no anchors, aliases or tags.
 *
 * <p>Law: {@code parse(write(config), any, any)} equals {@code config}.
 */
public final class RunFile {
    private RunFile() {}

    /**
     * Reads a run file; relative paths in it start at its own directory.
     *
     * @throws RunFileException if it cannot be read, or anything in it is wrong
     */
    public static RunConfig read(Path file) {
        return read(file, RunFile::keepsAll);
    }

    /**
     * Reads a run file that must keep rules beyond this package's own; those that the file breaks
     * are told with their lines, too.
     *
     * @param rules throws {@link InvalidSettingException} if a file that is right by itself is not
     *     right for what it is read for; whatever else it throws passes through
     * @throws RunFileException if it cannot be read, or anything in it is wrong
     */
    public static RunConfig read(Path file, Consumer<RunConfig> rules) {
        Path absolute = file.toAbsolutePath();
        Problems problems = new Problems(file.toString());
        String text = decode(load(absolute, problems), problems);
        Path parent = absolute.getParent();
        return parse(text, problems, parent == null ? absolute : parent, rules);
    }

    /**
     * Reads the text of a run file.
     *
     * @param name what messages call the file
     * @param baseDirectory where relative paths in it start
     * @throws RunFileException if anything in it is wrong
     */
    public static RunConfig parse(String text, String name, Path baseDirectory) {
        return parse(text, name, baseDirectory, RunFile::keepsAll);
    }

    /** As {@link #parse(String, String, Path)}, with rules as in {@link #read(Path, Consumer)}. */
    public static RunConfig parse(
            String text, String name, Path baseDirectory, Consumer<RunConfig> rules) {
        return parse(text, new Problems(name), baseDirectory, rules);
    }

    /**
     * The resolved run file: every setting, in a fixed order, with a word about each section.
     *
     * <p>The same run always gives the same text.
     */
    public static String write(RunConfig config) {
        return RunFileWriter.write(config);
    }

    private static RunConfig parse(
            String text, Problems problems, Path baseDirectory, Consumer<RunConfig> rules) {
        YamlSection root = YamlSection.root(YamlDocument.read(text, problems), problems);
        RunConfig config = new RunFileReader(root, problems, baseDirectory).read();
        problems.require(() -> rules.accept(config));
        problems.throwIfAny();
        return config;
    }

    private static byte[] load(Path file, Problems problems) {
        try (InputStream input = Files.newInputStream(file)) {
            byte[] bytes = input.readNBytes(YamlDocument.MAX_BYTES + 1);
            if (bytes.length > YamlDocument.MAX_BYTES) {
                throw problems.fatal(0, "at most " + YamlDocument.MAX_BYTES + " bytes", "more");
            }
            return bytes;
        } catch (NoSuchFileException e) {
            throw problems.fatal(0, "a run file", "no such file");
        } catch (IOException e) {
            String found = "%s: %s".formatted(e.getClass().getSimpleName(), e.getMessage());
            throw problems.fatal(0, "a readable file", Texts.shorten(found)).because(e);
        }
    }

    private static String decode(byte[] bytes, Problems problems) {
        CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
        CharBuffer text = CharBuffer.allocate(bytes.length);
        CoderResult result = decoder.decode(ByteBuffer.wrap(bytes), text, true);
        text.flip();
        if (result.isError()) {
            int line = 1 + (int) text.chars().filter(unit -> unit == '\n').count();
            throw problems.fatal(line, "text in UTF-8", "other bytes");
        }
        return text.toString();
    }

    private static void keepsAll(RunConfig config) {
        // There is no rule beyond this package's own.
    }
}
