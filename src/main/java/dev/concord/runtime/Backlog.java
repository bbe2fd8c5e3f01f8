package dev.concord.runtime;

/// How much waits for the two threads of a node, for meters.
///
/// @param submissions messages that wait for the event loop, refused beyond [#MAX_SUBMISSIONS]
/// @param events events that wait for the event loop; beyond [#MAX_EVENTS] whoever brings one waits
/// @param writes orders that wait for the disk thread
/// @param writingNanos age of the write under way, 0 if there is none
public record Backlog(int submissions, int events, int writes, long writingNanos) {
    public static final int MAX_SUBMISSIONS = SubmissionQueue.MAX_WAITING;
    public static final int MAX_EVENTS = EventLoop.INBOX_EVENTS;
}
