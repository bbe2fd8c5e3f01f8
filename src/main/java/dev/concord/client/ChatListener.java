package dev.concord.client;

/// What a [ChatSession] tells, always from the same thread, one call at a time.
public interface ChatListener {
    /// Messages flow, from this node.
    void connected(String url);

    /// The connection is lost, or could not be had; the next node is tried.
    void lost(String url, String why);

    /// It is over: no node lets this client in.
    void ended(String why);

    /// The newest messages of a room that was joined; live ones follow behind them, without a gap.
    void history(String room, Page page);

    /// The next message of a room, each once and in order.
    void message(String room, Message message);

    /// Retention removed messages of a room before this client could read them.
    ///
    /// @param earliest the first message that is still there
    void removed(String room, long earliest);

    /// What is known of a message of this client.
    void delivery(Draft draft, Delivery state);

    /// What the node says of its cluster, every few seconds.
    void cluster(ClusterView view);

    /// Who is in a room and who types there; only where the nodes know it.
    void presence(String room, Presence presence);
}
