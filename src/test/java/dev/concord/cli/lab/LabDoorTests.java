package dev.concord.cli.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A page of a stranger must not be able to break somebody's cluster.
class LabDoorTests {
    private static final String HOST = "127.0.0.1:8090";

    private final LabDoor door = new LabDoor(List.of("http://127.0.0.1:8081", "http://127.0.0.1:8082"));

    @ParameterizedTest
    @ValueSource(strings = {"http://127.0.0.1:8081", "http://localhost:8082"})
    void pagesOfTheNodesMayGiveOrders(String origin) {
        assertThat(door.refusal("POST", origin, HOST, "same-site")).isEmpty();
    }

    @Test
    void programsThatAreNoBrowsersMayGiveOrders() {
        assertThat(door.refusal("POST", null, HOST, null)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example",
                "null",
                "http://127.0.0.1:8083",
                "https://127.0.0.1:8081",
                "http://127.0.0.1:80810",
                "http://127.0.0.1:8081.evil.example",
                ""
            })
    void pagesOfOthersMayNeitherOrderNorRead(String origin) {
        assertThat(door.refusal("POST", origin, HOST, "cross-site")).isPresent();
        assertThat(door.refusal("GET", origin, HOST, "cross-site")).isPresent();
        assertThat(door.refusal("OPTIONS", origin, HOST, null)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "evil.example:8090", "127.0.0.1.evil.example", "10.0.0.7:8090", ""})
    void aNameThatSomebodyLetLeadHereIsRefused(String host) {
        assertThat(door.refusal("GET", null, host, null)).isPresent();
        assertThat(door.refusal("POST", "http://127.0.0.1:8081", host, null)).isPresent();
    }

    @Test
    void aRequestWithoutHostIsRefused() {
        assertThat(door.refusal("GET", null, null, null)).isPresent();
    }

    @Test
    void aBrowserThatHidesItsPageMayNotGiveOrders() {
        assertThat(door.refusal("POST", null, HOST, "cross-site")).isPresent();
    }
}
