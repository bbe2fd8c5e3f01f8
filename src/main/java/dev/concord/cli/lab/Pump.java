package dev.concord.cli.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/// Carries the bytes of one direction of a connection over a [Link]. Reading and writing are threads of their own, so
/// that a delay holds everything up by the same time instead of making the line narrow. The end of the bytes travels
/// like the bytes: behind a cut nobody learns of it.
final class Pump {
    static final int MAX_CHUNKS = 64;
    static final int CHUNK_BYTES = 64 * 1024;

    private final Link link;
    private final InputStream in;
    private final Socket out;
    private final BlockingQueue<Piece> queue = new ArrayBlockingQueue<>(MAX_CHUNKS);

    private sealed interface Piece {
        long sentAt();

        record Bytes(long sentAt, ByteBuffer bytes) implements Piece {}

        record End(long sentAt) implements Piece {}

        record Broken(long sentAt) implements Piece {}
    }

    Pump(Link link, InputStream in, Socket out) {
        this.link = link;
        this.in = in;
        this.out = out;
    }

    /// Sends bytes that were read already, ahead of all others.
    void begin(byte[] bytes, long sentAt) {
        queue.add(new Piece.Bytes(sentAt, ByteBuffer.wrap(bytes)));
    }

    /// Takes what the sender sends until it ends.
    void read() {
        byte[] buffer = new byte[CHUNK_BYTES];
        try {
            while (true) {
                Piece piece = next(buffer);
                queue.put(piece);
                if (!(piece instanceof Piece.Bytes)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private Piece next(byte[] buffer) {
        try {
            int read = in.read(buffer);
            long now = System.nanoTime();
            return read < 0 ? new Piece.End(now) : new Piece.Bytes(now, ByteBuffer.wrap(Arrays.copyOf(buffer, read)));
        } catch (IOException e) {
            return new Piece.Broken(System.nanoTime());
        }
    }

    /// Hands it to the receiver; returns whether it came to an orderly end.
    boolean write() {
        try {
            WritableByteChannel receiver = Channels.newChannel(out.getOutputStream());
            while (true) {
                Piece piece = queue.take();
                link.await(piece.sentAt());
                switch (piece) {
                    case Piece.Bytes(long at, ByteBuffer bytes) -> receiver.write(bytes);
                    case Piece.End end -> {
                        out.shutdownOutput();
                        return true;
                    }
                    case Piece.Broken broken -> {
                        return false;
                    }
                }
            }
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
