package dev.tributary.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;

import com.sun.net.httpserver.HttpServer;

import dev.tributary.testkit.FreePort;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/** Whoever starts a relay hears that its parent is not there, once, and that it is back. */
class ParentTest {
    private final Logger logger = (Logger) LoggerFactory.getLogger(Parent.class);
    private final ListAppender<ILoggingEvent> told = new ListAppender<>();

    @BeforeEach
    void listen() {
        told.start();
        logger.addAppender(told);
    }

    @AfterEach
    void leave() {
        logger.detachAppender(told);
    }

    @Test
    void parentThatIsAwayIsToldOnceAndSoIsItsReturnAndThatItIsSomethingElse() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        InetSocketAddress place = new InetSocketAddress(loopback, FreePort.find());
        String url = "http://127.0.0.1:" + place.getPort();
        Parent parent = new Parent(URI.create(url), Optional.empty());
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> parent.poll("/").join()).hasMessageContaining("no answer");
        }
        HttpServer back = HttpServer.create(place, 0);
        back.createContext(
                "/",
                exchange -> {
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        back.start();
        try {
            assertThat(parent.poll("/").join()).isEmpty();
            assertThat(parent.greet().join()).isNull();
        } finally {
            back.stop(0);
        }
        assertThat(told.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("parent " + url + " does not answer: "),
                        line -> assertThat(line).isEqualTo("parent " + url + " is back"),
                        line -> assertThat(line).startsWith(url + " is no Tributary server: "));
    }
}
