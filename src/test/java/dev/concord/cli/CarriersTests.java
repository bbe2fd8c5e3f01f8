package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// How many threads of the system carry the virtual ones.
class CarriersTests {
    private final @Nullable String before = System.getProperty(Carriers.PROPERTY);

    @AfterEach
    void restore() {
        if (before == null) {
            System.clearProperty(Carriers.PROPERTY);
        } else {
            System.setProperty(Carriers.PROPERTY, before);
        }
    }

    @Test
    void thereAreEnoughOnASmallMachine() {
        System.clearProperty(Carriers.PROPERTY);

        Carriers.prepare();

        int processors = Runtime.getRuntime().availableProcessors();
        assertThat(Integer.getInteger(Carriers.PROPERTY))
                .isEqualTo(Math.max(Carriers.MINIMUM, processors))
                .isGreaterThanOrEqualTo(Carriers.MINIMUM);
    }

    @Test
    void theOperatorHasTheLastWord() {
        System.setProperty(Carriers.PROPERTY, "3");

        Carriers.prepare();

        assertThat(System.getProperty(Carriers.PROPERTY)).isEqualTo("3");
    }
}
