package dev.concord.web;

import dev.concord.chat.MessageJson;
import dev.concord.protocol.LogEntry;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/// Bytes on their way out, gathered in an array that grows. Used by one thread.
final class Bytes {
    private static final int FIRST_BYTES = 1024;
    /// An array that grew beyond this is not kept: a stream that once carried a great message stays small.
    private static final int KEPT_BYTES = 16 * 1024;

    private byte[] array = new byte[FIRST_BYTES];
    private int length;

    int length() {
        return length;
    }

    byte[] array() {
        return array;
    }

    @SuppressWarnings("deprecation") // the one call that copies ASCII without a detour over a new array
    Bytes ascii(String text) {
        ensure(text.length());
        text.getBytes(0, text.length(), array, length);
        length += text.length();
        return this;
    }

    Bytes number(long value) {
        ensure(20);
        length = MessageJson.number(value, array, length);
        return this;
    }

    Bytes message(LogEntry entry) {
        ensure(MessageJson.length(entry));
        length = MessageJson.write(entry, array, length);
        return this;
    }

    Bytes slice(byte[] source, int from, int to) {
        ensure(to - from);
        System.arraycopy(source, from, array, length, to - from);
        length += to - from;
        return this;
    }

    Bytes slice(byte[] source) {
        return slice(source, 0, source.length);
    }

    /// Takes back the last byte.
    Bytes dropLast() {
        length--;
        return this;
    }

    /// Writes everything out and is empty again.
    void drainTo(OutputStream out) throws IOException {
        int count = length;
        length = 0;
        out.write(array, 0, count);
        if (array.length > KEPT_BYTES) {
            array = new byte[FIRST_BYTES];
        }
    }

    private void ensure(int more) {
        if (array.length - length < more) {
            array = Arrays.copyOf(array, Math.max(array.length * 2, length + more));
        }
    }
}
