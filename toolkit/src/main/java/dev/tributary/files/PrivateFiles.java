package dev.tributary.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;

/**
 * Files and directories of one user alone: keys, models, updates, what clients remember.
 *
 * <p>What is there already keeps its permissions: whoever made it so may have meant it. Where a
 * file system has no permissions of POSIX, as on Windows, new files have those inherited.
 */
public final class PrivateFiles {
    private PrivateFiles() {}

    /** What makes a new file its owner's alone. */
    public static FileAttribute<?>[] ofOwner(Path file) {
        return attributes(file, "rw-------");
    }

    /**
     * Makes a directory that its owner alone can look into.
     *
     * @return the directory
     * @throws java.nio.file.FileAlreadyExistsException if there is one, or a file of its name
     */
    public static Path createDirectory(Path directory) throws IOException {
        return Files.createDirectory(directory, attributes(directory, "rwx------"));
    }

    /**
     * The same for a directory that may be there, and for those above that are not.
     *
     * @return the directory
     */
    public static Path createDirectories(Path directory) throws IOException {
        return Files.isDirectory(directory)
                ? directory
                : Files.createDirectories(directory, attributes(directory, "rwx------"));
    }

    /** Whether others than its owner can read or change a file, or look into a directory. */
    public static boolean isOpenToOthers(Path file) {
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
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean hasPermissions(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
