package dev.tributary.agent.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tributary.cli.CommandException;

import org.junit.jupiter.api.Test;

class HostIdTest {
    @Test
    void hostsNameIsTheIdAsFarAsAnIdCanBe() {
        assertThat(HostId.of("ward-7.example.org")).isEqualTo("ward-7.example.org");
        assertThat(HostId.of("_x y")).isEqualTo("x-y");
        assertThat(HostId.of("a".repeat(70))).hasSize(64);
        assertThat(HostId.ofThisHost()).matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    }

    @Test
    void hostWithoutAUsableNameMustBeGivenAnId() {
        assertThatThrownBy(() -> HostId.of("--"))
                .isInstanceOf(CommandException.class)
                .hasMessageStartingWith("--client-id: expected");
    }
}
