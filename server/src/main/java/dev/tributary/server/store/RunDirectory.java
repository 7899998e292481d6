package dev.tributary.server.store;

import dev.tributary.files.DurableFiles;
import dev.tributary.files.PrivateFiles;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * {@code runs/<id>/}: the files of one run.
 *
 * @param root the directory; it exists
 */
public record RunDirectory(Path root) {
    private static final DateTimeFormatter STAMP =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss", Locale.ROOT);
    private static final int MAX_TRIES = 1000;

    /**
     * Makes the directory of a new run; its name is the run's id.
     *
     * @param runs holds the directories of all runs; made if it is not there
     * @param name the run's name
     */
    public static RunDirectory create(Path runs, String name) throws IOException {
        PrivateFiles.createDirectories(runs);
        String stem = name + "-" + LocalDateTime.now(ZoneId.systemDefault()).format(STAMP);
        for (int i = 1; i <= MAX_TRIES; i++) {
            Path root = runs.resolve(i == 1 ? stem : stem + "-" + i);
            try {
                PrivateFiles.createDirectory(root);
            } catch (FileAlreadyExistsException e) {
                continue;
            }
            RunDirectory directory = new RunDirectory(root);
            PrivateFiles.createDirectory(directory.spool());
            PrivateFiles.createDirectory(directory.versions());
            return directory;
        }
        throw new IOException(runs + ": no free name for a run called " + stem);
    }

    /**
     * As {@link #create(Path, String)}, with the run file, and all of it forced to disk: a run that
     * is then noted elsewhere has its files.
     *
     * @param runFile the resolved run file
     */
    public static RunDirectory create(Path runs, String name, String runFile) throws IOException {
        RunDirectory directory = create(runs, name);
        ByteBuffer text = StandardCharsets.UTF_8.encode(runFile);
        DurableFiles.write(
                directory.runFile(),
                out -> {
                    while (text.hasRemaining()) {
                        out.write(text);
                    }
                });
        DurableFiles.forceDirectory(runs);
        return directory;
    }

    /** The run's id. */
    public String id() {
        return root.getFileName().toString();
    }

    /** The resolved run file. */
    public Path runFile() {
        return root.resolve("run.yaml");
    }

    /** A line of JSON for each round. */
    public Path metrics() {
        return root.resolve("metrics.jsonl");
    }

    /** A line of JSON for each event. */
    public Path events() {
        return root.resolve("events.jsonl");
    }

    /** The result. */
    public Path model() {
        return root.resolve("model.safetensors");
    }

    /** What the sites agreed on, where they did. */
    public Path statistics() {
        return root.resolve("statistics.csv");
    }

    /** What produced the result. */
    public Path provenance() {
        return root.resolve("provenance.json");
    }

    /** Accuracy and loss over the rounds. */
    public Path chart() {
        return root.resolve("chart.svg");
    }

    /** Where updates wait while the run goes on. */
    public Path spool() {
        return root.resolve("spool");
    }

    /** Where clients' versions of the model are while the run goes on. */
    public Path versions() {
        return root.resolve("versions");
    }

    /** SHA-256 of the result, in hex. */
    public String sha256OfModel() throws IOException {
        MessageDigest digest = sha256();
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(model())) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Which updates count in the open round. */
    public Path receipts() {
        return root.resolve("receipts.log");
    }

    /** Held by the server that leads the run. */
    public Path lock() {
        return root.resolve("lock");
    }

    /** Deletes what a run that was stopped or has failed does not need to go on later. */
    public void clearSpool() throws IOException {
        delete(spool());
        Files.deleteIfExists(receipts());
        Files.deleteIfExists(lock());
    }

    /** Whether what the open round has taken in is there. */
    public boolean keepsUpdates() {
        return Files.exists(receipts());
    }

    /** Makes the directories that a run in progress needs, where they are not there. */
    public void prepare() throws IOException {
        PrivateFiles.createDirectories(spool());
        PrivateFiles.createDirectories(versions());
        DurableFiles.forceDirectory(root);
    }

    /** Deletes what only a run in progress needs; versions that are to be kept stay. */
    public void clearWork(Retention retention) throws IOException {
        delete(spool());
        Files.deleteIfExists(receipts());
        Files.deleteIfExists(lock());
        deleteVersions(retention);
    }

    private void deleteVersions(Retention retention) throws IOException {
        boolean empty = true;
        for (Path file : files(versions())) {
            String name = file.getFileName().toString();
            String number = name.replaceAll("\\D", "");
            if (name.startsWith("v")
                    && !number.isEmpty()
                    && retention.archives(Integer.parseInt(number))) {
                empty = false;
            } else {
                Files.delete(file);
            }
        }
        if (empty) {
            Files.deleteIfExists(versions());
        }
    }

    /** Deletes everything. */
    public void delete() throws IOException {
        delete(spool());
        delete(versions());
        delete(root);
    }

    /** Of the updates that are here, whole or not. */
    public long updateBytes() {
        return bytes(spool());
    }

    /** Of the model's versions that are here. */
    public long versionBytes() {
        return bytes(versions());
    }

    /** Asked while files come and go: one that is gone has none. */
    private static long bytes(Path directory) {
        File[] files = directory.toFile().listFiles();
        return files == null ? 0 : Stream.of(files).mapToLong(File::length).sum();
    }

    private static void delete(Path directory) throws IOException {
        for (Path file : files(directory)) {
            Files.deleteIfExists(file);
        }
        Files.deleteIfExists(directory);
    }

    private static List<Path> files(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java platform has SHA-256", e);
        }
    }
}
