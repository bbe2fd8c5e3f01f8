package dev.concord.access;

import dev.concord.node.EventAction;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The tokens of one file. Who asks finds a changed file at most [#LOOK_EVERY] later, without a restart: a new token
/// works, and one whose line is gone does not. A file that has become unreadable or wrong changes nothing, and is
/// complained of once.
///
/// Looking a token up by its hash in a map tells an attacker by its time nothing of use: he would have to choose the
/// hash, not the token.
public final class TokenFile implements Authenticator {
    /// How often the file is looked at, while anybody asks.
    static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    static final int MAX_BYTES = 4 << 20;

    private static final Logger LOGGER = LoggerFactory.getLogger(TokenFile.class);

    private final Path file;
    private final AtomicLong lookedAt = new AtomicLong(System.nanoTime());
    private volatile Map<String, TokenLine> lineByHash;
    private volatile Stamp stamp;

    /// What tells one state of a file from another.
    private record Stamp(
            Instant modified, long size, @Nullable Object key) {
        static Stamp of(Path file) throws IOException {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(attributes.lastModifiedTime().toInstant(), attributes.size(), attributes.fileKey());
        }
    }

    private TokenFile(Path file, Stamp stamp, Map<String, TokenLine> lineByHash) {
        this.file = file;
        this.stamp = stamp;
        this.lineByHash = lineByHash;
    }

    /// Reads the file for the first time.
    ///
    /// @throws IOException if it cannot be read, or others may change it, or a line is wrong; the message names it
    public static TokenFile open(Path file) throws IOException {
        Stamp stamp = Stamp.of(file);
        return new TokenFile(file, stamp, read(file));
    }

    /// Adds a line, and makes the file if it is not there.
    public static void append(Path file, TokenLine line) throws IOException {
        try (FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND), FileRights.ownerOnly())) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    @Override
    public boolean isFor(String token) {
        return token.startsWith(AccessToken.PREFIX);
    }

    @Override
    public Caller authenticate(String token) throws TokenRefusedException {
        lookAgain();
        String hash = AccessToken.hash(token);
        TokenLine line = lineByHash.get(hash);
        if (line == null) {
            throw new TokenRefusedException("the token is unknown");
        }
        if (!Instant.now().isBefore(line.expiresAt())) {
            throw new TokenRefusedException("the token has expired at " + line.expiresAt());
        }
        return new Caller(line.name(), line.role(), line.expiresAt(), () -> isKnown(line));
    }

    private boolean isKnown(TokenLine line) {
        lookAgain();
        return line.equals(lineByHash.get(line.hash()));
    }

    private void lookAgain() {
        long before = lookedAt.get();
        long now = System.nanoTime();
        if (now - before >= LOOK_EVERY.toNanos() && lookedAt.compareAndSet(before, now)) {
            reload();
        }
    }

    private void reload() {
        Stamp seen = stamp;
        try {
            Stamp found = Stamp.of(file);
            if (found.equals(seen)) {
                return;
            }
            stamp = found;
            lineByHash = read(file);
            LOGGER.atInfo()
                    .addKeyValue(EventAction.FIELD, EventAction.TOKENS_READ)
                    .log("Read {} client tokens from {}", lineByHash.size(), file);
        } catch (IOException e) {
            Stamp gone = new Stamp(Instant.MIN, 0, null);
            if (!gone.equals(seen)) {
                LOGGER.atError()
                        .addKeyValue(EventAction.FIELD, EventAction.TOKENS_UNREADABLE)
                        .log("The client tokens stay as they were, because of {}", reason(e));
            }
            stamp = Files.exists(file) ? stamp : gone;
        }
    }

    private static String reason(IOException e) {
        return e instanceof UnsafeFileException ? String.valueOf(e.getMessage()) : e.toString();
    }

    private static Map<String, TokenLine> read(Path file) throws IOException {
        FileRights.checkUnchangeable(file);
        if (Files.size(file) > MAX_BYTES) {
            throw new UnsafeFileException(file + " is larger than " + MAX_BYTES + " bytes");
        }
        Map<String, TokenLine> byHash = new HashMap<>();
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            String text = lines.get(i);
            if (text.isBlank() || text.stripLeading().startsWith("#")) {
                continue;
            }
            try {
                TokenLine line = TokenLine.parse(text);
                if (byHash.put(line.hash(), line) != null) {
                    throw new IllegalArgumentException("the same hash stands in an earlier line");
                }
            } catch (IllegalArgumentException e) {
                throw new UnsafeFileException(
                        file + ", line " + (i + 1) + ": " + e.getMessage() + "; concord token create makes such lines");
            }
        }
        return Map.copyOf(byHash);
    }
}
