package dev.tributary.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUrlTest {
    @Test
    void slashesAtTheEndDoNotMatter() {
        assertThat(ServerUrl.parse(" http://host:8080/ ")).hasToString("http://host:8080");
        assertThat(ServerUrl.parse("https://host/base//")).hasToString("https://host/base");
        assertThat(ServerUrl.parse("http://[::1]:80")).hasToString("http://[::1]:80");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"http://anna:secret@host", "ftp://secret@host", "http://a:secret#/@host:80"})
    void userAndPasswordAreRefusedAndNotRepeated(String text) {
        assertThatThrownBy(() -> ServerUrl.parse(text))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("expected a URL such as http://host:8080")
                .hasMessageContaining("without a user name and password")
                .hasMessageNotContaining("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host:8080", "ftp://host", "http://", "http://a b", "http://h?x=1"})
    void otherTextIsToldWithAnExample(String text) {
        assertThatThrownBy(() -> ServerUrl.parse(text))
                .isInstanceOf(AgentException.class)
                .hasMessageContaining("expected a URL such as http://host:8080, found \"" + text);
    }
}
