package dev.concord.transport;

import dev.concord.protocol.Channel;
import dev.concord.protocol.Refusal;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// What the links have done since the start, for meters. Written by socket threads, read by any thread.
public final class TransportStatistics {
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();
    private final LongAdder framesIn = new LongAdder();
    private final LongAdder framesOut = new LongAdder();
    private final LongAdder messagesIn = new LongAdder();
    private final LongAdder messagesOut = new LongAdder();
    private final LongAdder unconnected = new LongAdder();
    private final LongAdder unsendable = new LongAdder();
    private final LongAdder inboundLinks = new LongAdder();
    private final LongAdder outboundLinks = new LongAdder();
    private final LongAdder turnedAway = new LongAdder();
    private final Map<Channel, LongAdder> dropped = counters(Channel.class);
    private final Map<Refusal, LongAdder> refusalsSent = counters(Refusal.class);
    private final Map<Refusal, LongAdder> refusalsReceived = counters(Refusal.class);
    private final Map<Violation, LongAdder> violations = counters(Violation.class);

    TransportStatistics() {}

    /// A counter for each constant. The map itself never changes, so any thread may read it.
    private static <E extends Enum<E>> Map<E, LongAdder> counters(Class<E> kinds) {
        Map<E, LongAdder> counters = new EnumMap<>(kinds);
        for (E kind : kinds.getEnumConstants()) {
            counters.put(kind, new LongAdder());
        }
        return Collections.unmodifiableMap(counters);
    }

    private static <E> LongAdder of(Map<E, LongAdder> counters, E kind) {
        return Objects.requireNonNull(counters.get(kind));
    }

    public long bytesIn() {
        return bytesIn.sum();
    }

    public long bytesOut() {
        return bytesOut.sum();
    }

    public long framesIn() {
        return framesIn.sum();
    }

    public long framesOut() {
        return framesOut.sum();
    }

    public long messagesIn() {
        return messagesIn.sum();
    }

    public long messagesOut() {
        return messagesOut.sum();
    }

    /// Messages dropped because their queue was full (T6).
    public long dropped(Channel channel) {
        return of(dropped, channel).sum();
    }

    /// Messages not even queued, because there was no link to the peer.
    public long unconnected() {
        return unconnected.sum();
    }

    /// Messages beyond what a link can carry; each is a fault of this node and has its line in the log.
    public long unsendable() {
        return unsendable.sum();
    }

    /// Links that peers have opened and that are open now.
    public long inboundLinks() {
        return inboundLinks.sum();
    }

    /// Links that this node has opened and that are open now.
    public long outboundLinks() {
        return outboundLinks.sum();
    }

    /// Connections closed because there were too many.
    public long turnedAway() {
        return turnedAway.sum();
    }

    /// Links that this node refused.
    public long refusalsSent(Refusal reason) {
        return of(refusalsSent, reason).sum();
    }

    /// Links that peers refused to this node.
    public long refusalsReceived(Refusal reason) {
        return of(refusalsReceived, reason).sum();
    }

    /// Links closed because the peer broke a rule (T1).
    public long violations(Violation violation) {
        return of(violations, violation).sum();
    }

    void received(int bytes) {
        bytesIn.add(bytes);
    }

    void frameIn() {
        framesIn.increment();
    }

    void messageIn() {
        messagesIn.increment();
    }

    void written(int bytes) {
        bytesOut.add(bytes);
    }

    void frameOut(int messages, int bytes) {
        framesOut.increment();
        messagesOut.add(messages);
        bytesOut.add(bytes);
    }

    void drop(Channel channel) {
        of(dropped, channel).increment();
    }

    void noLink() {
        unconnected.increment();
    }

    void cannotSend() {
        unsendable.increment();
    }

    void inboundLinks(int change) {
        inboundLinks.add(change);
    }

    void outboundLinks(int change) {
        outboundLinks.add(change);
    }

    void turnAway() {
        turnedAway.increment();
    }

    void refused(Refusal reason) {
        of(refusalsSent, reason).increment();
    }

    void wasRefused(Refusal reason) {
        of(refusalsReceived, reason).increment();
    }

    void violated(Violation violation) {
        of(violations, violation).increment();
    }
}
