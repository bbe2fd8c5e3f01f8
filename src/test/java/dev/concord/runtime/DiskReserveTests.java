package dev.concord.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Event;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/// S8: when a node is told that its disk is almost full, and when that it is not any more.
class DiskReserveTests {
    private final List<Boolean> told = new ArrayList<>();
    private long free = 1_000;
    private final DiskReserve reserve =
            new DiskReserve(800, () -> free, event -> told.add(((Event.DiskSpaceChanged) event).isLow()));

    @Test
    void isToldOnceWhenTheReserveIsTouched() {
        look(1_000, 800, 799, 500, 799);

        assertThat(told).containsExactly(true);
        assertThat(reserve.isLow()).isTrue();
    }

    @Test
    @DisplayName("is back with an eighth more than the reserve, so that a node at the edge does not come and go")
    void isBackWithSomeMore() {
        look(799, 800, 899);
        assertThat(told).containsExactly(true);

        look(900, 850, 800);
        assertThat(told).containsExactly(true, false);
    }

    @Test
    void isNothingWhileNobodyKnowsHowMuchIsFree() {
        look(-1);

        assertThat(told).isEmpty();
    }

    private void look(long... amounts) {
        for (long amount : amounts) {
            free = amount;
            reserve.look();
        }
    }
}
