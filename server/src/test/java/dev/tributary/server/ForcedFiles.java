package dev.tributary.server;

import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Records which files and directories this process forces to disk, as the JVM sees it. */
public final class ForcedFiles implements AutoCloseable {
    private static final String FORCED = "jdk.FileForce";

    private final Recording recording = new Recording();

    /** Records from now on. */
    public ForcedFiles() {
        recording.enable(FORCED).withoutThreshold();
        recording.start();
    }

    /** Ends the record: the paths in the order in which they were forced. */
    public List<String> paths() throws IOException {
        recording.stop();
        Path file = Files.createTempFile("forced", ".jfr");
        try {
            recording.dump(file);
            return RecordingFile.readAllEvents(file).stream()
                    .filter(event -> event.getEventType().getName().equals(FORCED))
                    .map((RecordedEvent event) -> event.getString("path"))
                    .toList();
        } finally {
            Files.delete(file);
        }
    }

    @Override
    public void close() {
        recording.close();
    }
}
