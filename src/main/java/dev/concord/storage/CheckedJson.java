package dev.concord.storage;

import dev.concord.protocol.CanonicalWriter;
import dev.concord.protocol.MalformedEntryException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/// The form of the small files (meta, mark, seal): one JSON object on one line whose last field is the CRC-32C of what
/// stands before it, as in an entry of the log.
final class CheckedJson {
    private static final byte[] CRC = ",\"crc\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int TAIL_LENGTH = CRC.length + 8 + 2;
    private static final JsonMapper JSON = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .build();

    private CheckedJson() {}

    /// The line of a value, with its line feed.
    static byte[] write(Object value) {
        byte[] json = JSON.writeValueAsBytes(value);
        int length = json.length - 1; // the closing brace goes behind the checksum
        byte[] line = Arrays.copyOf(json, length + TAIL_LENGTH + 1);
        System.arraycopy(CRC, 0, line, length, CRC.length);
        byte[] tail = (HexFormat.of().toHexDigits(crc(json, length)) + "\"}\n").getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(tail, 0, line, length + CRC.length, tail.length);
        return line;
    }

    /// Ends an object whose fields stand in `out`: `{"a":1` becomes `{"a":1,"crc":"…"}`. For what is written too often
    /// to
    /// go through a mapper.
    static void end(CanonicalWriter out) {
        int crc = crc(out.array(), out.length());
        out.bytes(CRC, 0, CRC.length).checksum(crc).literal("\"}");
    }

    /// Reads such a line; spaces and line feeds behind it do not count.
    ///
    /// @throws MalformedEntryException saying what is wrong with it
    static <T> T read(byte[] bytes, Class<T> type) {
        int end = bytes.length;
        while (end > 0 && (bytes[end - 1] == '\n' || bytes[end - 1] == ' ')) {
            end--;
        }
        int length = end - TAIL_LENGTH;
        if (length < 1 || !Arrays.equals(bytes, length, length + CRC.length, CRC, 0, CRC.length)) {
            throw new MalformedEntryException("it does not end with a checksum");
        }
        String stated = new String(bytes, length + CRC.length, 8, StandardCharsets.US_ASCII);
        if (bytes[end - 2] != '"'
                || bytes[end - 1] != '}'
                || !stated.equals(HexFormat.of().toHexDigits(crc(bytes, length)))) {
            throw new MalformedEntryException("the checksum does not match");
        }
        byte[] json = Arrays.copyOf(bytes, length + 1);
        json[length] = '}';
        try {
            return JSON.readValue(json, type);
        } catch (JacksonException e) {
            throw new MalformedEntryException("it is not understood: " + e.getOriginalMessage());
        }
    }

    private static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }
}
