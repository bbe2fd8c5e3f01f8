package dev.concord.cli.lab;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/// Listens where the other nodes look for one node, and carries their connections to where it really listens.
final class NodeProxy implements AutoCloseable {
    /// Open connections at most; eight other nodes have two each, and leave some behind while a link is cut.
    static final int MAX_CONNECTIONS = 256;

    private static final int BACKLOG = 64;
    private static final long PAUSE_NANOS = 50_000_000L;

    private final Network network;
    private final int node;
    private final InetSocketAddress target;
    private final ServerSocket server;
    private final Semaphore places = new Semaphore(MAX_CONNECTIONS);

    /// @param port where the others look for the node
    /// @param nodePort where it listens
    NodeProxy(Network network, int node, int port, int nodePort) throws IOException {
        this.network = network;
        this.node = node;
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.target = new InetSocketAddress(loopback, nodePort);
        this.server = LabServer.listening(new InetSocketAddress(loopback, port), BACKLOG, "--peer-base");
    }

    void start() {
        Thread.ofVirtual().name("lab-proxy-" + node).start(this::accept);
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket dialler = server.accept();
                if (places.tryAcquire()) {
                    Thread.ofVirtual().name("lab-link").start(() -> carry(dialler));
                } else {
                    dialler.close();
                }
            } catch (IOException e) { // closed, or out of descriptors: that may pass
                LockSupport.parkNanos(this, PAUSE_NANOS);
            }
        }
    }

    private void carry(Socket dialler) {
        try {
            new ProxiedConnection(network, dialler, node, target).run();
        } finally {
            places.release();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
