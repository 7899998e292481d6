package dev.tributary.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tributary.cli.CredentialsOption;
import dev.tributary.credentials.CredentialDirectory;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What the doctor says of credentials. */
final class CredentialProbeTest {
    private static final int LIFE_DAYS = 825;

    @TempDir private Path directory;

    @Test
    void holderRoleNamesAndDatesAreTold() throws IOException {
        CredentialDirectory made = made(0);
        assertThat(texts("agent-site-a.p12"))
                .singleElement()
                .asString()
                .startsWith("OK agent \"site-a\" of %s, valid from 20".formatted(made.authority()))
                .matches(".* until 20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
        assertThat(texts("server.p12"))
                .singleElement()
                .asString()
                .startsWith("OK server \"server\" of ")
                .contains(", reached as server.example.org, localhost, 127.0.0.1");
    }

    @Test
    void oneThatExpiresSoonIsANoteWithARemedy() throws IOException {
        made(LIFE_DAYS - 29);
        assertThat(texts("agent-site-a.p12"))
                .hasSize(2)
                .last()
                .asString()
                .startsWith("NOTE expires in 28 days")
                .contains("'tributary credentials'");
    }

    @Test
    void oneThatExpiresLaterIsNoNote() throws IOException {
        made(LIFE_DAYS - 31);
        assertThat(texts("agent-site-a.p12")).hasSize(1);
    }

    @Test
    void expiredAndUnreadableOnesAreProblems() throws IOException {
        made(LIFE_DAYS + 1);
        assertThat(texts("agent-site-a.p12"))
                .singleElement()
                .asString()
                .matches("PROBLEM .*agent \"site-a\" has expired on 20.*");
        assertThat(texts("authority.p12"))
                .singleElement()
                .asString()
                .contains("found that of the authority itself");
        assertThat(texts("nowhere.p12"))
                .singleElement()
                .asString()
                .startsWith("PROBLEM no credential at ");
    }

    @Test
    void doctorTellsOfTheFileThatItWasGiven() throws IOException {
        made(0);
        StringWriter out = new StringWriter();
        CommandLine line = new CommandLine(new DoctorCommand());
        line.setOut(new PrintWriter(out, true));
        assertThat(line.execute("--credentials", "" + directory.resolve("c/operator.p12")))
                .isZero();
        assertThat(out.toString().lines())
                .anyMatch(text -> text.startsWith("credentials operator \"operator\" of "));
    }

    /** Made so many days ago. */
    private CredentialDirectory made(int daysAgo) throws IOException {
        Clock then = Clock.offset(Clock.systemUTC(), Duration.ofDays(-daysAgo));
        CredentialDirectory made =
                CredentialDirectory.open(directory.resolve("c"), new char[0], then);
        made.server(List.of("server.example.org"));
        made.operator();
        made.agent("site-a");
        assertThat(made.write()).hasSize(4);
        return made;
    }

    private List<String> texts(String file) {
        CredentialsOption option = new CredentialsOption();
        CommandSpec spec =
                CommandSpec.create().addMixin("c", CommandSpec.forAnnotatedObject(option));
        new CommandLine(spec).parseArgs("--credentials", "" + directory.resolve("c").resolve(file));
        return CredentialProbe.look(option, Instant.now()).stream()
                .map(finding -> finding.level() + " " + finding.text())
                .toList();
    }
}
