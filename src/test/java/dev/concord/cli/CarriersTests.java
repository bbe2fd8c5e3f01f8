package dev.concord.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import jdk.management.VirtualThreadSchedulerMXBean;
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
                .isEqualTo(Math.max(Carriers.MINIMUM_AT_START, processors))
                .isGreaterThanOrEqualTo(Carriers.MINIMUM_AT_START);
    }

    @Test
    void thereAreAsManyAsProcessorsWhenTheStartIsOver() throws InterruptedException {
        var scheduler = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
        int usual = scheduler.getParallelism();
        try {
            scheduler.setParallelism(
                    Carriers.MINIMUM_AT_START + Runtime.getRuntime().availableProcessors());

            Carriers.settleAfter(Duration.ZERO).join();

            assertThat(scheduler.getParallelism())
                    .isEqualTo(Math.max(Carriers.MINIMUM, Runtime.getRuntime().availableProcessors()));
        } finally {
            scheduler.setParallelism(usual);
        }
    }

    @Test
    void theOperatorHasTheLastWord() {
        System.setProperty(Carriers.PROPERTY, "3");

        Carriers.prepare();

        assertThat(System.getProperty(Carriers.PROPERTY)).isEqualTo("3");
    }
}
