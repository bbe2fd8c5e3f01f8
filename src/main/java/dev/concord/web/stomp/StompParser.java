package dev.concord.web.stomp;

import dev.concord.protocol.ByteSearch;
import dev.concord.web.stomp.StompFrame.Command;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Cuts the bytes of one client into frames, exactly as STOMP 1.2 says. Frames may be split over any number of
/// WebSocket messages, and one message may hold many.
///
/// ```
/// stream  = *( *EOL frame )                                       EOL = [CR] LF; between frames it is a heart-beat
/// frame   = command EOL *( name ":" value EOL ) EOL body NUL
/// body    = content-length bytes, or, without that header, all up to the first NUL
/// ```
///
/// Work is linear in the bytes however they are cut: what was scanned is not scanned again. One thread.
final class StompParser {
    /// Most bytes of one frame, its NUL included.
    static final int MAX_FRAME_BYTES = 128 * 1024;
    /// Most bytes of command and headers together.
    static final int MAX_HEAD_BYTES = 16 * 1024;
    /// Most headers of one frame.
    static final int MAX_HEADERS = 64;
    /// Most bytes of a command line; longer ones are no command.
    static final int MAX_COMMAND_BYTES = 16;

    private static final byte[] NOTHING = new byte[0];
    private static final String[] COMMON_NAMES = {
        "destination", "receipt", "content-type", "content-length", "id", "ack", "after", "accept-version", "heart-beat"
    };

    /// Takes complete frames.
    interface Sink {
        void accept(StompFrame frame) throws StompFault;
    }

    /// The command and headers of a frame whose body is not complete.
    ///
    /// @param bodyOffset where the body begins, from the start of the frame
    private record Head(Command command, List<String> headers, int bodyOffset, int contentLength) {}

    private final Sink sink;
    private StompVersion version = StompVersion.V1_2;

    /// The beginning of a frame that is not complete.
    private byte[] rest = NOTHING;
    private int restLength;
    /// Bytes of the incomplete frame in which the end of its head, or of a body without length, was sought in vain.
    private int scanned;
    private @Nullable Head head;

    StompParser(Sink sink) {
        this.sink = sink;
    }

    /// From here on headers are read as this version says.
    void speak(StompVersion agreed) {
        version = agreed;
    }

    /// Whether a frame has begun and not ended.
    boolean isUnfinished() {
        return restLength > 0;
    }

    /// What an unfinished frame is missing.
    StompFault unfinished() {
        return StompFault.protocol(
                "the frame is not terminated by NUL",
                "after " + restLength + " bytes beginning with '" + excerpt(rest, 0, restLength)
                        + "' there is no NUL; every STOMP frame ends with a NUL byte");
    }

    void feed(byte[] bytes, int length) throws StompFault {
        if (restLength == 0) {
            int used = frames(bytes, 0, length);
            keep(bytes, used, length);
            return;
        }
        if (restLength + length > rest.length) {
            rest = Arrays.copyOf(rest, Math.max(restLength + length, 2 * restLength));
        }
        System.arraycopy(bytes, 0, rest, restLength, length);
        restLength += length;
        int used = frames(rest, 0, restLength);
        if (used > 0) {
            byte[] old = rest;
            int end = restLength;
            rest = NOTHING;
            restLength = 0;
            keep(old, used, end);
        }
    }

    private void keep(byte[] bytes, int from, int to) {
        if (from < to) {
            rest = Arrays.copyOfRange(bytes, from, Math.max(to, from + 512));
            restLength = to - from;
        }
    }

    /// Hands out all complete frames and returns where the incomplete one begins. Each starts with nothing scanned.
    private int frames(byte[] bytes, int from, int to) throws StompFault {
        int at = from;
        while (true) {
            if (scanned == 0) {
                at = skipHeartBeats(bytes, at, to);
            }
            if (at == to || scanned == 0 && bytes[at] == '\r' && at + 1 == to) { // a heart-beat cut in two
                return at;
            }
            int next = frame(bytes, at, to);
            if (next < 0) {
                if (to - at > MAX_FRAME_BYTES) {
                    throw tooLong();
                }
                return at;
            }
            scanned = 0;
            head = null;
            at = next;
        }
    }

    private static int skipHeartBeats(byte[] bytes, int from, int to) {
        int at = from;
        while (at < to && (bytes[at] == '\n' || bytes[at] == '\r' && at + 1 < to && bytes[at + 1] == '\n')) {
            at++;
        }
        return at;
    }

    /// Hands out the frame that begins at `from` and returns where it ends, or -1 if it is not complete.
    private int frame(byte[] bytes, int from, int to) throws StompFault {
        Head read = head == null ? head(bytes, from, to) : head;
        if (read == null) {
            return -1;
        }
        head = read;
        int bodyFrom = from + read.bodyOffset;
        int end = endOfBody(bytes, from, to, read);
        if (end < 0) {
            return -1;
        }
        if (end + 1 - from > MAX_FRAME_BYTES) {
            throw tooLong();
        }
        if (end > bodyFrom && !read.command.mayHaveBody()) {
            throw StompFault.protocol(
                    read.command + " with a body",
                    "a " + read.command + " frame has no body, but '" + excerpt(bytes, bodyFrom, end)
                            + "' follows its headers; is the NUL of the frame missing?");
        }
        sink.accept(new StompFrame(read.command, read.headers, bytes, bodyFrom, end));
        return end + 1;
    }

    private @Nullable Head head(byte[] bytes, int from, int to) throws StompFault {
        int bodyFrom = endOfHead(bytes, from, to);
        if (bodyFrom < 0) {
            scanned = Math.max(1, to - from - 2); // the empty line may be cut in two
            return null;
        }
        scanned = bodyFrom - from;
        int eol = ByteSearch.indexOf(bytes, (byte) '\n', from, bodyFrom);
        Command command = command(line(bytes, from, eol));
        List<String> headers = headers(bytes, eol + 1, bodyFrom, command);
        return new Head(command, headers, bodyFrom - from, contentLength(headers));
    }

    /// Where the NUL of the frame is, or -1 if it has not arrived.
    private int endOfBody(byte[] bytes, int from, int to, Head read) throws StompFault {
        if (read.contentLength < 0) {
            int end = ByteSearch.indexOf(bytes, (byte) 0, from + scanned, to);
            scanned = to - from;
            return end;
        }
        int end = from + read.bodyOffset + read.contentLength;
        if (end >= to) {
            return -1;
        }
        if (bytes[end] != 0) {
            throw StompFault.protocol(
                    "content-length does not match the body",
                    "content-length is " + read.contentLength
                            + ", but the byte after that many bytes of body is not NUL");
        }
        return end;
    }

    /// Where the body begins, or -1. A NUL before the empty line means that the line is missing.
    private int endOfHead(byte[] bytes, int from, int to) throws StompFault {
        int limit = Math.min(to, from + MAX_HEAD_BYTES);
        for (int i = from + Math.max(0, scanned - 1); i < limit; i++) {
            byte b = bytes[i];
            if (b == '\n') {
                int next = i + 1 < to && bytes[i + 1] == '\r' ? i + 2 : i + 1;
                if (next < to && bytes[next] == '\n') {
                    return next + 1;
                }
            } else if (b == 0) {
                throw noEmptyLine(bytes, from, i);
            } else if (i - from == MAX_COMMAND_BYTES && ByteSearch.indexOf(bytes, (byte) '\n', from, i) < 0) {
                throw unknownCommand(excerpt(bytes, from, to));
            }
        }
        if (to - from >= MAX_HEAD_BYTES) {
            throw StompFault.tooBig(
                    "the headers are too long",
                    "command and headers have more than " + MAX_HEAD_BYTES + " bytes, the most allowed");
        }
        return -1;
    }

    private static StompFault noEmptyLine(byte[] bytes, int from, int nul) throws StompFault {
        int eol = ByteSearch.indexOf(bytes, (byte) '\n', from, nul);
        command(line(bytes, from, eol < 0 ? nul : eol));
        return StompFault.protocol(
                "the empty line after the headers is missing",
                "NUL ends '" + excerpt(bytes, from, nul)
                        + "' before an empty line has separated the headers from the body");
    }

    private List<String> headers(byte[] bytes, int from, int bodyFrom, Command command) throws StompFault {
        List<String> headers = new ArrayList<>(8);
        int at = from;
        while (true) {
            int eol = ByteSearch.indexOf(bytes, (byte) '\n', at, bodyFrom);
            int end = eol > at && bytes[eol - 1] == '\r' ? eol - 1 : eol;
            if (end == at) {
                return headers;
            }
            if (headers.size() == 2 * MAX_HEADERS) {
                throw StompFault.tooBig("too many headers", "a frame has at most " + MAX_HEADERS + " headers");
            }
            int colon = ByteSearch.indexOf(bytes, (byte) ':', at, end);
            if (colon <= at) {
                throw StompFault.protocol(
                        "a header without a name or colon",
                        "'" + excerpt(bytes, at, end) + "' is no header; a header line is name:value");
            }
            String name = name(bytes, at, colon);
            String value = text(bytes, colon + 1, end);
            boolean escaped = !command.opensSession();
            headers.add(escaped ? version.unescape(name) : name);
            headers.add(escaped ? version.unescape(value) : value);
            at = eol + 1;
        }
    }

    private static int contentLength(List<String> headers) throws StompFault {
        for (int i = 0; i < headers.size(); i += 2) {
            if (headers.get(i).equals("content-length")) {
                return contentLength(headers.get(i + 1));
            }
        }
        return -1;
    }

    private static int contentLength(String value) throws StompFault {
        int length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw badContentLength(value);
            }
            length = 10 * length + digit;
            if (length > MAX_FRAME_BYTES) {
                throw tooLong();
            }
        }
        if (value.isEmpty()) {
            throw badContentLength(value);
        }
        return length;
    }

    private static StompFault badContentLength(String value) {
        return StompFault.protocol(
                "content-length is not a number", "content-length is '" + value + "', not a number of bytes");
    }

    private static StompFault tooLong() {
        return StompFault.tooBig("the frame is too long", "a frame has at most " + MAX_FRAME_BYTES + " bytes");
    }

    private static Command command(String line) throws StompFault {
        for (Command command : Command.values()) {
            if (command.name().equals(line)) {
                return command;
            }
        }
        throw unknownCommand(line);
    }

    private static StompFault unknownCommand(String line) {
        return StompFault.protocol(
                "unknown command",
                "'" + line + "' is no command of a STOMP client; known are " + Arrays.toString(Command.values()));
    }

    private static String line(byte[] bytes, int from, int eol) throws StompFault {
        return text(bytes, from, eol > from && bytes[eol - 1] == '\r' ? eol - 1 : eol);
    }

    /// The usual names need no new string.
    private static String name(byte[] bytes, int from, int to) throws StompFault {
        for (String name : COMMON_NAMES) {
            if (name.length() == to - from && isAt(bytes, from, name)) {
                return name;
            }
        }
        return text(bytes, from, to);
    }

    private static boolean isAt(byte[] bytes, int at, String ascii) {
        for (int i = 0; i < ascii.length(); i++) {
            if (bytes[at + i] != ascii.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static String text(byte[] bytes, int from, int to) throws StompFault {
        boolean ascii = true;
        for (int i = from; i < to; i++) {
            if (bytes[i] == '\r') {
                throw StompFault.protocol(
                        "a carriage return in a header",
                        "'" + excerpt(bytes, from, to) + "' has a CR that no LF follows; write it as \\r");
            }
            ascii &= bytes[i] > 0;
        }
        if (ascii) {
            return new String(bytes, from, to - from, StandardCharsets.US_ASCII);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, to - from))
                    .toString();
        } catch (CharacterCodingException e) {
            throw StompFault.protocol("a header is not UTF-8", "'" + excerpt(bytes, from, to) + "' is not valid UTF-8");
        }
    }

    /// The first characters, made harmless, for an error text.
    private static String excerpt(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + 40);
        String text = new String(bytes, from, end - from, StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            out.append(c == '\n' ? "⏎" : c == '\r' ? "␍" : c < 0x20 || c == 0x7f ? "�" : String.valueOf(c));
        }
        return end < to ? out + "…" : out.toString();
    }
}
