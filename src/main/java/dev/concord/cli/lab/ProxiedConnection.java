package dev.concord.cli.lab;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// One connection to a node's port, carried on to the node. Who dialled it shows in its first line, HELLO (T3), which
/// is read and passed on as it is; everything behind it is none of the lab's business.
final class ProxiedConnection {
    static final int MAX_HELLO_BYTES = 64 * 1024;

    private static final Duration HELLO_TIMEOUT = Duration.ofSeconds(5);
    /// How long a connection over a cut link is held in silence before the dialler has surely given up (T3: 5 s).
    private static final Duration HOLD = Duration.ofSeconds(6);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Pattern DIALLER = Pattern.compile("^\\{\"type\":\"HELLO\",.*?\"node_id\":(\\d{1,4}),");

    private final Network network;
    private final Socket dialler;
    private final int to;
    private final InetSocketAddress port;
    private final Socket node = new Socket();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile int from;

    /// @param to the node whose port this is
    /// @param port where it really listens
    ProxiedConnection(Network network, Socket dialler, int to, InetSocketAddress port) {
        this.network = network;
        this.dialler = dialler;
        this.to = to;
        this.port = port;
    }

    boolean isDialledBy(int node, int target) {
        return from == node && to == target;
    }

    /// Carries until both directions have ended.
    void run() {
        try {
            threads.add(Thread.currentThread());
            dialler.setTcpNoDelay(true);
            dialler.setSoTimeout((int) HELLO_TIMEOUT.toMillis());
            InputStream in = new BufferedInputStream(dialler.getInputStream(), Pump.CHUNK_BYTES);
            byte[] hello = readLine(in);
            long sentAt = System.nanoTime();
            from = senderOf(hello);
            dialler.setSoTimeout(0);
            Link there = network.route(from, to);
            network.opened(this);
            if (there.cut() == Cut.RESET || !there.awaitOpen(HOLD)) {
                reset();
                return;
            }
            node.setTcpNoDelay(true);
            node.connect(port, (int) CONNECT_TIMEOUT.toMillis());
            Pump forth = new Pump(there, in, node);
            forth.begin(hello, sentAt);
            carry(forth, new Pump(network.route(to, from), node.getInputStream(), dialler));
        } catch (IOException e) { // the dialler has gone, or nobody listens behind the proxy: the dialler may know
            reset();
        } catch (InterruptedException e) {
            reset();
        } finally {
            network.closed(this);
        }
    }

    private void carry(Pump forth, Pump back) throws InterruptedException {
        start(forth::read);
        start(back::read);
        Thread backWriter = start(() -> end(back.write()));
        end(forth.write());
        backWriter.join();
        reset(); // both directions are over: nothing is lost by it
    }

    private Thread start(Runnable work) {
        Thread thread = Thread.ofVirtual().name("lab-link-" + from + "-" + to).unstarted(work);
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void end(boolean orderly) {
        if (!orderly) {
            reset();
        }
    }

    /// Breaks both halves, and tells both ends.
    void reset() {
        for (Socket socket : List.of(dialler, node)) {
            try (socket) {
                if (!dialler.isOutputShutdown() || !node.isOutputShutdown()) {
                    socket.setSoLinger(true, 0);
                }
            } catch (IOException ignored) {
                // It is closed already, which is what was wanted.
            }
        }
        threads.stream().filter(thread -> thread != Thread.currentThread()).forEach(Thread::interrupt);
    }

    private static byte[] readLine(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
        int next;
        do {
            next = in.read();
            if (next < 0 || line.size() >= MAX_HELLO_BYTES) {
                throw new IOException("no HELLO");
            }
            line.write(next);
        } while (next != '\n');
        return line.toByteArray();
    }

    private static int senderOf(byte[] hello) throws IOException {
        Matcher matcher = DIALLER.matcher(new String(hello, StandardCharsets.UTF_8));
        if (!matcher.find()) {
            throw new IOException("no HELLO of a node");
        }
        return Integer.parseInt(matcher.group(1));
    }
}
