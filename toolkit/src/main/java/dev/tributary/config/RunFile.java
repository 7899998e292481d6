package dev.tributary.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

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
        return read(file, RunCheck.NONE);
    }

    /**
     * Reads a run file as {@link #read(Path)} does, and lets somebody look further who knows more.
     *
     * @param more is told with all else that is wrong; the lines are added here
     * @throws RunFileException if it cannot be read, or anything in it is wrong
     */
    public static RunConfig read(Path file, RunCheck more) {
        Path absolute = file.toAbsolutePath();
        Problems problems = new Problems(file.toString());
        String text = decode(load(absolute, problems), problems);
        Path parent = absolute.getParent();
        return parse(text, problems, parent == null ? absolute : parent, more);
    }

    /**
     * Reads the text of a run file.
     *
     * @param name what messages call the file
     * @param baseDirectory where relative paths in it start
     * @throws RunFileException if anything in it is wrong
     */
    public static RunConfig parse(String text, String name, Path baseDirectory) {
        return parse(text, name, baseDirectory, RunCheck.NONE);
    }

    /**
     * Reads the text of a run file, and lets somebody look further who knows more.
     *
     * @param name what messages call the file
     * @param baseDirectory where relative paths in it start
     * @param more is told with all else that is wrong; the lines are added here
     * @throws RunFileException if anything in it is wrong
     */
    public static RunConfig parse(String text, String name, Path baseDirectory, RunCheck more) {
        return parse(text, new Problems(name), baseDirectory, more);
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
            String text, Problems problems, Path baseDirectory, RunCheck more) {
        YamlSection root = YamlSection.root(YamlDocument.read(text, problems), problems);
        Optional<RunConfig> config = new RunFileReader(root, problems, baseDirectory).read();
        boolean sound = problems.count() == 0;
        config.ifPresent(run -> problems.addFurther(more.problems(run, sound)));
        problems.throwIfAny();
        return config.orElseThrow();
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
        } catch (AccessDeniedException e) {
            throw problems.fatal(0, "a readable file", "one to which access is denied").because(e);
        } catch (IOException e) {
            if (Files.isDirectory(file)) {
                throw problems.fatal(0, "a run file", "a directory").because(e);
            }
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
}
