package dev.concord.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// Small changes of bytes, of the kinds that parsers get wrong.
enum Mutation {
    FLIP_A_BIT {
        @Override
        byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random) {
            byte[] changed = input.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            return changed;
        }
    },
    SET_A_BYTE {
        @Override
        byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random) {
            byte[] changed = input.clone();
            changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
            return changed;
        }
    },
    INSERT_A_WORD {
        @Override
        byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random) {
            return splice(input, random.nextInt(input.length + 1), 0, pick(WORDS, random));
        }
    },
    REPLACE_BY_A_WORD {
        @Override
        byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random) {
            int from = random.nextInt(input.length);
            return splice(input, from, random.nextInt(Math.min(16, input.length - from) + 1), pick(WORDS, random));
        }
    },
    REPLACE_A_NUMBER {
        @Override
        byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random) {
            int from = random.nextInt(input.length);
            while (from < input.length && !isDigit(input[from])) {
                from++;
            }
            int to = from;
            while (to < input.length && isDigit(input[to])) {
                to++;
            }
            return splice(input, from, to - from, pick(NUMBERS, random));
        }
    },
    DELETE_A_PART {
        @Override
        byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random) {
            int from = random.nextInt(input.length);
            return splice(input, from, 1 + random.nextInt(input.length - from), new byte[0]);
        }
    },
    REPEAT_A_PART {
        @Override
        byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random) {
            return splice(input, random.nextInt(input.length + 1), 0, part(input, random));
        }
    },
    TAKE_A_PART_OF_ANOTHER {
        @Override
        byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random) {
            int from = random.nextInt(input.length);
            return splice(input, from, random.nextInt(input.length - from + 1), part(pick(corpus, random), random));
        }
    };

    private static final List<byte[]> WORDS = bytes(
            "\"",
            "\\",
            "{",
            "}",
            "[",
            "]",
            ",",
            ":",
            "null",
            "true",
            "\n",
            "\r\n",
            "\0",
            " ",
            "\t",
            "- ",
            "#",
            "&a ",
            "*a",
            "!!str ",
            "\\ud800",
            "\\u0000",
            "\\n",
            "\u00fc",
            "\ud83d\ude00",
            "\ufeff",
            "\u202e",
            "%s",
            "../",
            "\"a\":1,",
            "[".repeat(40),
            "{\"a\":".repeat(40),
            "a".repeat(300),
            "content-length:5\n",
            "type",
            "count");
    private static final List<byte[]> NUMBERS = bytes(
            "0",
            "-1",
            "1",
            "00",
            "1.5",
            "1e9",
            "255",
            "256",
            "16384",
            "16385",
            "65535",
            "65536",
            "2147483647",
            "2147483648",
            "4294967296",
            "9007199254740991",
            "9007199254740992",
            "9223372036854775807",
            "9223372036854775808",
            "1" + "0".repeat(40));

    /// A changed copy of `input`, which is not empty.
    abstract byte[] apply(byte[] input, List<byte[]> corpus, RandomGenerator random);

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private static List<byte[]> bytes(String... texts) {
        return Stream.concat(
                        Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8)),
                        Stream.of(new byte[] {(byte) 0xff}, new byte[] {(byte) 0xc3}, new byte[] {
                            (byte) 0xed, (byte) 0xa0, (byte) 0x80
                        }))
                .toList();
    }

    private static byte[] pick(List<byte[]> from, RandomGenerator random) {
        return from.get(random.nextInt(from.size()));
    }

    private static byte[] part(byte[] of, RandomGenerator random) {
        int from = random.nextInt(of.length);
        return Arrays.copyOfRange(of, from, from + 1 + random.nextInt(of.length - from));
    }

    private static byte[] splice(byte[] input, int at, int removed, byte[] inserted) {
        byte[] changed = new byte[input.length - removed + inserted.length];
        System.arraycopy(input, 0, changed, 0, at);
        System.arraycopy(inserted, 0, changed, at, inserted.length);
        System.arraycopy(input, at + removed, changed, at + inserted.length, input.length - at - removed);
        return changed;
    }
}
