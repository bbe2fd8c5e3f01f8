package dev.concord.chat;

import java.util.OptionalLong;

/// Which messages a reader wants.
///
/// @param after only messages with a greater seq, ascending from there
/// @param before only messages with a lower seq; without `after`, the nearest ones
/// @param limit most messages, 1 to [#MAX_LIMIT]
public record PageRequest(OptionalLong after, OptionalLong before, int limit, RoomFilter filter) {
    /// Messages of a page when the reader does not say.
    public static final int DEFAULT_LIMIT = 50;
    /// Most messages of one page.
    public static final int MAX_LIMIT = 1000;

    public PageRequest {
        if (limit < 1 || limit > MAX_LIMIT) {
            throw new IllegalArgumentException("a page has 1 to " + MAX_LIMIT + " messages, not " + limit);
        }
        if (after.orElse(0) < 0 || before.orElse(1) < 1) {
            throw new IllegalArgumentException("seqs count from 1");
        }
    }
}
