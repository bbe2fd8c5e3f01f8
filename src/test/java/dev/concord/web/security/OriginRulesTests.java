package dev.concord.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessMode;
import java.util.List;
import org.junit.jupiter.api.Test;

class OriginRulesTests {
    private final OriginRules rules =
            new OriginRules(AccessMode.LOOPBACK, List.of(), "http://chat.example:8080", List::of);

    private boolean takes(String host) {
        return rules.refusal("GET", null, host).isEmpty();
    }

    @Test
    void takeNoEmptyName() {
        assertThat(takes("")).isFalse();
        assertThat(takes(":8080")).isFalse();
    }

    /// Whatever was asked for before: the last good name is remembered, and no other.
    @Test
    void takeTheNamesOfThisNodeInAnyOrderAndNoOther() {
        for (int i = 0; i < 3; i++) {
            assertThat(takes("localhost:8080")).isTrue();
            assertThat(takes("localhost:8080")).isTrue();
            assertThat(takes("rebound.example:8080")).isFalse();
            assertThat(takes("rebound.example:8080")).isFalse();
            assertThat(takes("")).isFalse();
            assertThat(takes("chat.example")).isTrue();
            assertThat(takes("CHAT.example:8080")).isTrue();
            assertThat(takes("127.0.0.1.example")).isFalse();
        }
    }
}
