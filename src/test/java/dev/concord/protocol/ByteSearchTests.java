package dev.concord.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ByteSearchTests {
    private static final long SEED = 20_261_126;
    private static final String SPECIAL = "\n\0\"\\ ~\u007f\u001f:\u0080\u00ff\u0081";

    @Test
    void findsWhatALoopOverEachByteFinds() {
        SplittableRandom random = new SplittableRandom(SEED);
        for (int run = 0; run < 20_000; run++) {
            byte[] bytes = bytes(random);
            int from = random.nextInt(bytes.length + 1);
            int to = random.nextInt(from, bytes.length + 1);
            byte wanted = (byte) SPECIAL.charAt(random.nextInt(SPECIAL.length()));

            assertThat(ByteSearch.indexOf(bytes, wanted, from, to))
                    .as("seed %d, run %d", SEED, run)
                    .isEqualTo(slowIndexOf(bytes, wanted, from, to));
            assertThat(ByteSearch.endOfPlain(bytes, from, to))
                    .as("seed %d, run %d", SEED, run)
                    .isEqualTo(slowEndOfPlain(bytes, from, to));
        }
    }

    @Test
    void stopsAtEachByteThatIsNotPlainWhereverItStands() {
        for (int value = 0; value < 256; value++) {
            for (int place = 0; place < 17; place++) {
                byte[] bytes = "x".repeat(17).getBytes(StandardCharsets.US_ASCII);
                bytes[place] = (byte) value;

                assertThat(ByteSearch.endOfPlain(bytes, 0, 17))
                        .as("byte %d at %d", value, place)
                        .isEqualTo(slowEndOfPlain(bytes, 0, 17));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "why?", "\"quoted\"", "back\\slash", "tab\t", "del\u007f", "hé", "😀", "ÿ?", ""})
    void lettersOfEveryKindAreWrittenAsTheyWereBefore(String value) {
        CanonicalWriter fast = new CanonicalWriter(8).string(value);
        CanonicalReader reader = new CanonicalReader(fast.array(), 0, fast.length());

        assertThat(reader.string()).isEqualTo(value);
        assertThat(reader.atEnd()).isTrue();
    }

    private static byte[] bytes(SplittableRandom random) {
        byte[] bytes = new byte[random.nextInt(40)];
        for (int i = 0; i < bytes.length; i++) {
            boolean special = random.nextInt(12) == 0;
            bytes[i] = (byte) (special ? SPECIAL.charAt(random.nextInt(SPECIAL.length())) : random.nextInt('a', 'z'));
        }
        return bytes;
    }

    private static int slowIndexOf(byte[] bytes, byte wanted, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] == wanted) {
                return i;
            }
        }
        return -1;
    }

    private static int slowEndOfPlain(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            int c = bytes[i];
            if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
                return i;
            }
        }
        return to;
    }
}
