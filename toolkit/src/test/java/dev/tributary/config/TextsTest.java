package dev.tributary.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TextsTest {

    @Test
    void quotedTextIsCutAndHarmless() {
        assertThat(Texts.quote("a".repeat(61))).isEqualTo('"' + "a".repeat(60) + "...\"");
        assertThat(Texts.quote("\u001b\u202e\ud800\u2028"))
                .isEqualTo("\"\\u001b\\u202e\\ud800\\u2028\"");
        assertThat(Texts.quote("\ud83d\ude00")).isEqualTo("\"\ud83d\ude00\"");
    }
}
