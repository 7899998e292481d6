package dev.tributary.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.io.EOFException;
import java.io.IOException;

import javax.net.ssl.SSLHandshakeException;

final class FailedHandshakesTest {
    private static final String ITS_OWN_LOG = "the peer ended the handshake; its own log says why";

    @Test
    void whoeverBreaksOffWithoutAWordHasTheReason() {
        assertThat(FailedHandshakes.reason(new IOException("Broken pipe"))).isEqualTo(ITS_OWN_LOG);
        Throwable asJettyTells =
                new SSLHandshakeException("Broken pipe").initCause(new IOException("Broken pipe"));
        assertThat(FailedHandshakes.reason(asJettyTells)).isEqualTo(ITS_OWN_LOG);
        assertThat(FailedHandshakes.reason(new EOFException())).isEqualTo(ITS_OWN_LOG);
    }

    @Test
    void reasonThatIsKnownIsTold() {
        assertThat(
                        FailedHandshakes.reason(
                                new SSLHandshakeException("Received fatal alert: unknown_ca")))
                .contains("unknown_ca");
        assertThat(FailedHandshakes.reason(new SSLHandshakeException("no common cipher")))
                .isEqualTo("no common cipher");
    }
}
