package dev.concord.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Cuts the text of a connection into frames. Bodies here are JSON or plain sentences, which hold no NUL, so a NUL is
/// always the end of a frame, and `content-length` tells nothing more.
final class StompDecoder {
    /// Longest frame: a message at its largest, or a long list of people, with room to spare.
    static final int MAX_FRAME_CHARS = 512 * 1024;

    private final StringBuilder pending = new StringBuilder();

    /// Takes one frame.
    interface Sink {
        void frame(StompFrame frame) throws IOException, ProblemException;
    }

    /// Takes the next piece of text, whole frames or not.
    ///
    /// @throws BadAnswerException if this is no STOMP
    void feed(CharSequence piece, Sink frames) throws IOException, ProblemException {
        int searched = pending.length();
        pending.append(piece);
        int from = 0;
        for (int end = nul(searched); end >= 0; end = nul(end + 1)) {
            frames.frame(parse(pending.substring(from, end)));
            from = end + 1;
        }
        pending.delete(0, from);
        dropBeats();
        if (pending.length() > MAX_FRAME_CHARS) {
            throw new BadAnswerException("a frame of more than " + MAX_FRAME_CHARS + " characters");
        }
    }

    private int nul(int from) {
        return pending.indexOf("\0", from);
    }

    /// Ends of line between frames are heart-beats.
    private void dropBeats() {
        int beats = 0;
        while (beats < pending.length() && isLineEnd(pending.charAt(beats))) {
            beats++;
        }
        pending.delete(0, beats);
    }

    private static boolean isLineEnd(char c) {
        return c == '\n' || c == '\r';
    }

    private static StompFrame parse(String text) throws BadAnswerException {
        int start = 0;
        while (start < text.length() && isLineEnd(text.charAt(start))) {
            start++;
        }
        int head = text.indexOf("\n\n", start);
        int other = text.indexOf("\r\n\r\n", start);
        boolean carriage = other >= 0 && (head < 0 || other < head);
        int end = carriage ? other : head;
        if (end < 0) {
            throw new BadAnswerException("this is no STOMP frame");
        }
        List<String> lines = new ArrayList<>(text.substring(start, end).lines().toList());
        String command = lines.isEmpty() ? "" : lines.removeFirst();
        Map<String, String> headers = new LinkedHashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            if (colon < 0) {
                throw new BadAnswerException("a header without a colon");
            }
            boolean plain = StompFrame.isPlain(command);
            String name = line.substring(0, colon);
            String value = line.substring(colon + 1);
            headers.putIfAbsent(plain ? name : unescape(name), plain ? value : unescape(value));
        }
        return new StompFrame(command, headers, text.substring(end + (carriage ? 4 : 2)));
    }

    private static String unescape(String value) throws BadAnswerException {
        if (value.indexOf('\\') < 0) {
            return value;
        }
        StringBuilder plain = new StringBuilder(value.length());
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c != '\\') {
                plain.append(c);
                continue;
            }
            char escaped = ++i < value.length() ? value.charAt(i) : ' ';
            plain.append(
                    switch (escaped) {
                        case 'n' -> '\n';
                        case 'r' -> '\r';
                        case 'c' -> ':';
                        case '\\' -> '\\';
                        default -> throw new BadAnswerException("an escape that STOMP does not know");
                    });
        }
        return plain.toString();
    }
}
