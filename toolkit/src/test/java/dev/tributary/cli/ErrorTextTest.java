package dev.tributary.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.concurrent.ExecutionException;

class ErrorTextTest {

    @Test
    void causesThatAddNothingAreLeftOut() {
        IOException cause = new IOException("disk is gone");
        assertThat(ErrorText.of(new UncheckedIOException(cause))).isEqualTo("disk is gone");
        assertThat(ErrorText.of(new ExecutionException(cause))).isEqualTo("disk is gone");
        assertThat(ErrorText.of(new IllegalStateException("cannot save: disk is gone", cause)))
                .isEqualTo("cannot save: disk is gone");
    }

    @Test
    void causesThatAddSomethingAreJoined() {
        Throwable cause = new FileSystemException("model.tmp", null, "No space left on device");
        assertThat(ErrorText.of(new IllegalStateException("cannot save", cause)))
                .isEqualTo("cannot save: model.tmp: No space left on device");
    }

    @Test
    void messageOfOursThatTellsTheRootNeedsNoneOfTheLibrariesBetween() {
        Throwable root = new IllegalStateException("port 1 is closed");
        Throwable pool = new IllegalStateException("Exception during pool initialization", root);
        assertThat(ErrorText.of(new CommandException("no database: port 1 is closed", pool)))
                .isEqualTo("no database: port 1 is closed");
        assertThat(ErrorText.of(new CommandException("no database", pool)))
                .isEqualTo("no database: Exception during pool initialization: port 1 is closed");
    }

    @Test
    void classThatIsMissingIsToldOnceAndAsItIsWritten() {
        Error missing = new NoClassDefFoundError("com/example/Net");
        missing.initCause(new ClassNotFoundException("com.example.Net"));
        assertThat(ErrorText.of(missing))
                .isEqualTo(
                        "internal error, --debug shows where: there is no class com.example.Net");
    }

    @Test
    void whatAClassNameSaysIsPutIntoWords() {
        assertThat(ErrorText.of(new AccessDeniedException("/etc/key")))
                .isEqualTo("access denied: /etc/key");
        assertThat(ErrorText.of(new ConnectException("Connection refused")))
                .isEqualTo("cannot connect: Connection refused");
    }

    @Test
    void connectionThatTheJdkSaysNothingOfIsNoDefect() {
        Exception closed = new ConnectException();
        closed.initCause(new ClosedChannelException());
        assertThat(ErrorText.of(closed)).isEqualTo("cannot connect");
        assertThat(ErrorText.of(new IllegalStateException("server x does not answer", closed)))
                .isEqualTo("server x does not answer: cannot connect");
        Exception unresolved = new ConnectException();
        unresolved.initCause(new UnresolvedAddressException());
        assertThat(ErrorText.of(unresolved)).isEqualTo("cannot connect: unknown host");
    }

    @Test
    void failureWithoutAMessageIsNamed() {
        assertThat(ErrorText.of(new UnsupportedOperationException()))
                .isEqualTo("internal error, --debug shows where: UnsupportedOperationException");
    }

    @Test
    void messageOfManyLinesBecomesOneThatCannotSteerTheTerminal() {
        assertThat(ErrorText.of(new IllegalStateException("first\n  second \u001b[31mred")))
                .isEqualTo("first second ?[31mred");
    }

    @Test
    void circleOfCausesEnds() {
        Exception first = new IllegalStateException("first");
        Exception second = new IllegalStateException("second", first);
        first.initCause(second);
        assertThat(ErrorText.of(first)).isEqualTo("first: second");
    }

    @Test
    void severalProblemsOfOursAreToldEachOnALineOfItsOwn() {
        assertThat(ErrorText.of(new CommandException("run.yaml:1: a\nrun.yaml:7: b")))
                .isEqualTo("run.yaml:1: a\n  run.yaml:7: b");
        assertThat(ErrorText.of(new IllegalStateException("first\nsecond")))
                .isEqualTo("first second");
    }
}
