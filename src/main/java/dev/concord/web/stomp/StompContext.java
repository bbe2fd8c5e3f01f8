package dev.concord.web.stomp;

import dev.concord.access.AccessControl;
import dev.concord.access.RateLimiter;
import dev.concord.chat.ChatService;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PostReader;
import dev.concord.chat.Presence;
import dev.concord.chat.Subscriptions;

/// What all sessions of a node share.
///
/// @param server what CONNECTED says of the server
record StompContext(
        AccessControl access,
        RateLimiter limiter,
        ChatService chat,
        MessageReader messages,
        PostReader posts,
        Subscriptions readers,
        RefusalText refusals,
        StompSettings settings,
        String server,
        FrameRing ring,
        AnnouncementLog announcements,
        Presence presence,
        PresenceBoard presenceBoard,
        StompStatistics statistics) {}
