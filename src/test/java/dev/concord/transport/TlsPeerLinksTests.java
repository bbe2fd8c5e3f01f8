package dev.concord.transport;

import static dev.concord.transport.TestNode.await;
import static dev.concord.transport.TestNode.connect;
import static dev.concord.transport.TestNode.node;
import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.node.Event;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Links inside mutual TLS.
class TlsPeerLinksTests {
    @TempDir
    private static Path folder;

    private static Certificates own;
    private static Certificates foreign;

    private final List<TestNode> nodes = new ArrayList<>();

    @BeforeAll
    static void makeCertificates() throws Exception {
        own = new Certificates(folder, "own").sign("one").sign("two").sign("renewed");
        foreign = new Certificates(folder, "foreign").sign("intruder");
    }

    private TestNode start(TestNode.Builder builder) {
        TestNode node = builder.start();
        nodes.add(node);
        return node;
    }

    @AfterEach
    void closeAll() {
        nodes.forEach(TestNode::close);
    }

    @Test
    void carryEverythingThatThereIsToSay() throws Exception {
        SSLContext first = own.context("one", own);
        SSLContext second = own.context("two", own);
        TestNode one = start(node(1).tls(() -> first));
        TestNode two = start(node(2).tls(() -> second));
        connect(one, two);
        one.sayEverythingTo(two);
    }

    @Test
    void areNotOpenedByACertificateOfAnotherAuthority() throws Exception {
        SSLContext first = own.context("one", own);
        SSLContext trustingOwn = foreign.context("intruder", own);
        TestNode victim = start(node(1).tls(() -> first));
        TestNode intruder = start(node(2).tls(() -> trustingOwn));
        long before = intruder.links.statistics().bytesOut();
        intruder.dial(victim);

        await("a try", () -> intruder.links.statistics().bytesOut() > before || tried(intruder));
        SSLContext second = own.context("two", own);
        TestNode honest = start(node(3).tls(() -> second));
        connect(victim, honest);
        assertThat(victim.seen(
                        Event.HelloReceived.class, e -> e.hello().self().id().equals(intruder.id())))
                .isEmpty();
        assertThat(intruder.seen(Event.LinkOpened.class)).isEmpty();
    }

    private static boolean tried(TestNode intruder) {
        return !intruder.seen(Event.LinkOpened.class).isEmpty();
    }

    @Test
    void areNotOpenedWithoutTls() throws Exception {
        SSLContext first = own.context("one", own);
        TestNode victim = start(node(1).tls(() -> first));
        TestNode plain = start(node(2));
        plain.dial(victim);
        try (RawPeer raw = new RawPeer(victim.address().port())) {
            raw.sayHello(plain.hello, dev.concord.protocol.Channel.CONTROL);
            assertThat(raw.hasBeenClosed()).isTrue();
        }
        assertThat(victim.seen(Event.HelloReceived.class)).isEmpty();
    }

    @Test
    void showARenewedCertificateOnTheNextConnection() throws Exception {
        AtomicReference<SSLContext> current = new AtomicReference<>(own.context("one", own));
        TestNode victim = start(node(1).tls(current::get));
        SSLContext peer = own.context("two", own);

        assertThat(shown(victim, peer)).isEqualTo("CN=one");
        current.set(own.context("renewed", own));
        assertThat(shown(victim, peer)).isEqualTo("CN=renewed");
    }

    private static String shown(TestNode node, SSLContext peer) throws Exception {
        try (SSLSocket socket = (SSLSocket) peer.getSocketFactory()
                .createSocket(
                        java.net.InetAddress.getLoopbackAddress(),
                        node.address().port())) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }
}
