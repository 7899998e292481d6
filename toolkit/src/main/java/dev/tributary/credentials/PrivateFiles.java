package dev.tributary.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Files of one user alone. Where a file system has no permissions, as on Windows, those inherited.
 */
final class PrivateFiles {
    private PrivateFiles() {}

    /** What makes a new file its owner's alone. */
    static FileAttribute<?>[] ofOwner(Path file) {
        return attributes(file, "rw-------");
    }

    /** Makes a directory, and those above; one that is there stays as it is. */
    static void createDirectories(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            Files.createDirectories(directory, attributes(directory, "rwx------"));
        }
    }

    /** Whether others than its owner can read or change a file. */
    static boolean isOpenToOthers(Path file) {
        try {
            return hasPermissions(file)
                    && Files.getPosixFilePermissions(file).stream()
                            .map(PosixFilePermission::name)
                            .anyMatch(name -> !name.startsWith("OWNER"));
        } catch (IOException e) {
            return false;
        }
    }

    private static FileAttribute<?>[] attributes(Path file, String permissions) {
        return hasPermissions(file)
                ? new FileAttribute<?>[] {asAttribute(PosixFilePermissions.fromString(permissions))}
                : new FileAttribute<?>[0];
    }

    private static FileAttribute<?> asAttribute(Set<PosixFilePermission> permissions) {
        return PosixFilePermissions.asFileAttribute(permissions);
    }

    private static boolean hasPermissions(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
