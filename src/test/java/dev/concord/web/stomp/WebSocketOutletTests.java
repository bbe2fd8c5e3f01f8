package dev.concord.web.stomp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import jakarta.websocket.CloseReason;
import jakarta.websocket.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A session that ends while somebody uses it: moments that no test with real clients meets each time.
class WebSocketOutletTests {
    private final Session session = mock(Session.class);
    private WebSocketOutlet outlet;

    @BeforeEach
    void open() {
        when(session.getUserProperties()).thenReturn(new HashMap<>());
        outlet = new WebSocketOutlet(session, new CuttableConnection(), Duration.ofSeconds(1));
    }

    @Test
    void oneThatIsClosedAlreadyMayBeAborted() throws IOException {
        when(session.getUserProperties()).thenThrow(new IllegalStateException("closed"));

        outlet.abort("the client does not read");

        verify(session).close(any(CloseReason.class));
    }

    @Test
    void toOneThatIsClosedNothingIsWritten() throws IOException {
        when(session.isOpen()).thenReturn(false);
        outlet.write(WebSocketText.of("too late"));

        assertThatThrownBy(outlet::flush).isInstanceOf(IOException.class).hasMessage("closed");
        assertThat(outlet.blockedNanos(System.nanoTime())).isZero();
    }
}
