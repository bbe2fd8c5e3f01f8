package dev.concord.access;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import java.util.UUID;

/// A file with one random secret, for its owner's eyes only.
public final class SecretFile {
    /// 256 bits: nobody guesses them, whatever he has recorded.
    static final int SECRET_BYTES = 32;
    /// A larger file is not a secret but a mistake.
    static final int MAX_BYTES = 4 * 1024;

    private static final SecureRandom RANDOM = new SecureRandom();

    private SecretFile() {}

    /// A new secret as 64 hexadecimal digits.
    public static String random() {
        return HexFormat.of().formatHex(randomBytes());
    }

    static byte[] randomBytes() {
        byte[] secret = new byte[SECRET_BYTES];
        RANDOM.nextBytes(secret);
        return secret;
    }

    /// Makes the file with a new secret, unless it is there. Of several processes that do so at the same time one wins,
    /// and none ever sees half a file: it gets its name only when it is complete and on the disk.
    ///
    /// @return whether this call made it
    public static boolean createIfMissing(Path file) throws IOException {
        if (Files.exists(file)) {
            return false;
        }
        Path draft = file.toAbsolutePath().resolveSibling("." + file.getFileName() + "." + UUID.randomUUID());
        try {
            Set<StandardOpenOption> options =
                    new HashSet<>(Arrays.asList(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
            try (FileChannel channel = FileChannel.open(draft, options, FileRights.ownerOnly())) {
                ByteBuffer line = ByteBuffer.wrap((random() + "\n").getBytes(StandardCharsets.US_ASCII));
                while (line.hasRemaining()) {
                    channel.write(line);
                }
                channel.force(true);
            }
            Files.createLink(file, draft);
            return true;
        } catch (FileAlreadyExistsException e) {
            return false; // another process was faster
        } finally {
            Files.deleteIfExists(draft);
        }
    }

    /// What is in the file, without white space around it. Its rights were not looked at.
    public static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new UnsafeFileException(file + " is larger than " + MAX_BYTES + " bytes, which no secret is");
        }
        return Files.readString(file).strip();
    }
}
