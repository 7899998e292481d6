package dev.tributary.models.catalog;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;

/**
 * A file that server and agents must each have, with the same bytes: an option of a model.
 *
 * <p>The option holds its path in the file system of the process that builds the model; an agent
 * takes it from the server as a {@link ModelDirectory} says. Beside it there is a second option,
 * {@code <option>-sha256}, which the server fills in, so that an agent with another file says so
 * instead of computing another model: {@link ModelCatalog} checks it for every option that a
 * factory declares, before the factory sees the path. What the file holds is told to nobody,
 * neither is its hash.
 */
public final class ModelFile {
    private ModelFile() {}

    /**
     * The option that holds the file's SHA-256.
     *
     * @param option the option that holds its path
     */
    public static String hashOption(String option) {
        return option + "-sha256";
    }

    /** The file, which the catalog has checked before it gave the context to anybody. */
    public static Path of(ModelContext context, String option) {
        return Path.of(context.text(option));
    }

    /**
     * Reads the file, if the option is there.
     *
     * @throws ModelException if it cannot be read or has another SHA-256 than its option says
     */
    static void check(ModelContext context, String option) {
        if (!context.has(option)) {
            return;
        }
        String name = hashOption(option);
        Path path = of(context, option);
        String found = sha256(context.model(), option, path);
        if (context.has(name) && !context.text(name).equalsIgnoreCase(found)) {
            // Without the hash that was found: what an agent says of its files reaches the server.
            throw context.wrong(name, "the SHA-256 of %s as it is here".formatted(path));
        }
    }

    /**
     * The options with the SHA-256 filled in, if the path is there.
     *
     * @param options are changed
     */
    static void complete(String model, String option, Map<String, String> options) {
        String path = options.get(option);
        if (path != null) {
            options.computeIfAbsent(
                    hashOption(option), name -> sha256(model, option, Path.of(path.strip())));
        }
    }

    private static String sha256(String model, String option, Path path) {
        if (!Files.isRegularFile(path)) {
            throw new ModelException(
                    "model %s, option %s: expected a file that can be read, found none at %s"
                            .formatted(model, option, path));
        }
        try (InputStream file = Files.newInputStream(path);
                DigestInputStream digest =
                        new DigestInputStream(file, MessageDigest.getInstance("SHA-256"))) {
            digest.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(digest.getMessageDigest().digest());
        } catch (IOException e) {
            throw new ModelException(
                    "model %s, option %s: expected a file that can be read, found %s"
                            .formatted(model, option, e));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
