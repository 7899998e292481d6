package dev.tributary.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tributary.credentials.Identity;
import dev.tributary.credentials.Role;
import dev.tributary.server.ForcedFiles;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

final class ClientOwnersTest {
    private static final Identity SITE_A = new Identity(Role.AGENT, "site-a");
    private static final Identity SITE_B = new Identity(Role.AGENT, "site-b");

    @TempDir private Path directory;

    @Test
    void ownerIsOnDiskBeforeAnybodyIsToldOfIt() throws IOException {
        ClientOwners owners = ClientOwners.in(directory);
        try (ForcedFiles forced = new ForcedFiles()) {
            assertThat(owners.claim("a", SITE_A)).isEqualTo("agent \"site-a\"");
            assertThat(here(forced)).containsSubsequence(file() + ".tmp", directory.toString());
        }
        try (ForcedFiles forced = new ForcedFiles()) {
            assertThat(owners.claim("b", SITE_B)).isEqualTo("agent \"site-b\"");
            assertThat(here(forced)).containsExactly(file().toString());
        }
        try (ForcedFiles forced = new ForcedFiles()) {
            assertThat(owners.claim("b", SITE_A)).isEqualTo("agent \"site-b\"");
            assertThat(here(forced)).isEmpty();
        }
    }

    @Test
    void lineThatAKilledServerBeganIsNoOwner() throws IOException {
        Files.writeString(file(), "a\tagent \"site-a\"\nb\tag");
        ClientOwners owners;
        try (ForcedFiles forced = new ForcedFiles()) {
            owners = ClientOwners.in(directory);
            assertThat(here(forced)).containsSubsequence(file() + ".tmp", directory.toString());
        }
        assertThat(owners.find("a")).hasValue("agent \"site-a\"");
        assertThat(owners.find("b")).isEmpty();
        assertThat(owners.claim("b", SITE_B)).isEqualTo("agent \"site-b\"");
        assertThat(Files.readString(file()))
                .isEqualTo("a\tagent \"site-a\"\nb\tagent \"site-b\"\n");
    }

    /** What /dev/null takes cannot be forced to disk, and is not there afterwards. */
    @Test
    void ownerWhoseLineCouldNotBeForcedIsWrittenAnewBeforeAnybodyIsToldOfIt() throws IOException {
        Path swallowing = Path.of("/dev/null");
        assumeTrue(Files.exists(swallowing), "this system has no /dev/null");
        Files.createSymbolicLink(file(), swallowing);
        ClientOwners owners = ClientOwners.in(directory);
        assertThatThrownBy(() -> owners.claim("a", SITE_A))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(owners.claim("a", SITE_A)).isEqualTo("agent \"site-a\"");
        assertThat(ClientOwners.in(directory).find("a")).hasValue("agent \"site-a\"");
    }

    @Test
    void fileOfSomethingElseIsTold() throws IOException {
        Files.writeString(file(), "nonsense\n");
        assertThatThrownBy(() -> ClientOwners.in(directory))
                .hasMessageContaining("expected lines of a client, a tab and its owner");
    }

    private List<String> here(ForcedFiles forced) throws IOException {
        return forced.paths().stream().filter(path -> path.startsWith("" + directory)).toList();
    }

    private Path file() {
        return directory.resolve("client-owners.tsv");
    }
}
