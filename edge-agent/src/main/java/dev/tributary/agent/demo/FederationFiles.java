package dev.tributary.agent.demo;

import dev.tributary.cli.CommandException;
import dev.tributary.config.RunConfig;
import dev.tributary.config.RunFile;
import dev.tributary.files.PrivateFiles;

import java.io.IOException;
import java.net.URI;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * The files of a {@link LocalFederation}: the run file, the server's port, and the logs, which move
 * to the run's directory as soon as that is known.
 *
 * <p>Used by one thread; where the logs are may be asked by any.
 */
final class FederationFiles {
    private final Path directory;
    private final Path runFile;
    private final Path portFile;
    private final Path credentials;
    private volatile Path logs;

    private FederationFiles(Path directory) throws IOException {
        this.directory = directory;
        runFile = directory.resolve("run.yaml");
        portFile = directory.resolve("port");
        credentials = directory.resolve("credentials");
        logs = Files.createDirectory(directory.resolve("logs"));
    }

    /** In a directory of their own beside those of the runs. */
    static FederationFiles create(Path runsDirectory, RunConfig run) throws IOException {
        PrivateFiles.createDirectories(runsDirectory);
        FederationFiles files =
                new FederationFiles(Files.createTempDirectory(runsDirectory, "starting-"));
        Files.writeString(files.runFile, RunFile.write(run));
        return files;
    }

    Path runFile() {
        return runFile;
    }

    /** In which the server tells its port. */
    Path portFile() {
        return portFile;
    }

    /** Makes those of the server, of an operator and of these agents. */
    FederationCredentials credentials(Collection<String> agents) throws IOException {
        return FederationCredentials.create(credentials, agents);
    }

    Path logs() {
        return logs;
    }

    Path log(String process) {
        return logs.resolve(process + ".log");
    }

    /** Where the server is; empty while it starts. */
    Optional<URI> serverUrl() {
        if (!Files.exists(portFile)) {
            return Optional.empty();
        }
        try {
            String address = Files.readString(portFile).strip();
            return address.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            URI.create(address.contains("://") ? address : "http://" + address));
        } catch (IOException e) {
            throw new CommandException("the server's port cannot be read", e);
        }
    }

    /** Whether the logs are in the run's directory. */
    boolean settled() {
        return !logs.startsWith(directory);
    }

    /** Only the server knows the run's directory; until it tells, logs lie beside. */
    void settle(String runId) {
        if (settled()) {
            return;
        }
        Path home = directory.resolveSibling(runId).resolve("logs");
        try {
            Files.move(logs, home);
            logs = home;
        } catch (IOException e) {
            // Where open files cannot be moved, they are when the processes have ended.
        }
    }

    /** Deletes the logs of these processes, which are all. */
    void deleteLogs(List<String> processes) {
        try {
            for (String process : processes) {
                Files.deleteIfExists(log(process));
            }
            Files.deleteIfExists(logs);
        } catch (IOException e) {
            // Litter beside the runs is no reason to fail.
        }
    }

    /** Deletes what is of no use without the processes; logs that were not deleted stay. */
    void delete() {
        try {
            Files.deleteIfExists(portFile);
            Files.deleteIfExists(runFile);
            deleteCredentials();
            if (!Files.exists(directory.resolve("logs"))) {
                Files.deleteIfExists(directory);
            }
        } catch (IOException e) {
            // Here, too.
        }
    }

    private void deleteCredentials() throws IOException {
        if (!Files.exists(credentials)) {
            return;
        }
        try (DirectoryStream<Path> all = Files.newDirectoryStream(credentials)) {
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        }
        Files.deleteIfExists(credentials);
    }
}
