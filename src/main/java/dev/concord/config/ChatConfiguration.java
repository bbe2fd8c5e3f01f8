package dev.concord.config;

import dev.concord.access.AccessMode;
import dev.concord.chat.Changes;
import dev.concord.chat.ChatLimits;
import dev.concord.chat.ChatService;
import dev.concord.chat.Cluster;
import dev.concord.chat.CommittedEntries;
import dev.concord.chat.MessageIds;
import dev.concord.chat.MessageReader;
import dev.concord.chat.PostReader;
import dev.concord.chat.PostRules;
import dev.concord.chat.Presence;
import dev.concord.chat.ReferenceRules;
import dev.concord.chat.RoomDirectory;
import dev.concord.chat.Subscriptions;
import dev.concord.runtime.ClusterNode;
import java.time.InstantSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The application above a node that has recovered its log: submitting and reading messages.
@Configuration(proxyBeanMethods = false)
public class ChatConfiguration {
    @Bean
    PostReader postReader(ChatLimits limits, ReferenceRules references) {
        return new PostReader(new PostRules(limits), new MessageIds(InstantSource.system()), references);
    }

    @Bean
    ReferenceRules referenceRules(ClusterNode node, MessageReader messages, Changes changes) {
        return new ReferenceRules(node, messages, changes);
    }

    @Bean
    Changes changes(ClusterNode node, MessageReader messages) {
        return new Changes(node.committed(), messages);
    }

    @Bean
    ChatService chatService(ClusterNode node, ChatLimits limits) {
        return new ChatService(node, limits);
    }

    @Bean
    MessageReader messageReader(ClusterNode node) {
        return new MessageReader(node.committed());
    }

    @Bean
    CommittedEntries committedEntries(ClusterNode node) {
        return new CommittedEntries(node);
    }

    @Bean(initMethod = "start")
    RoomDirectory roomDirectory(ClusterNode node) {
        return new RoomDirectory(node.committed());
    }

    @Bean(initMethod = "start", destroyMethod = "close")
    Presence presence(ClusterNode node) {
        return new Presence(node);
    }

    @Bean
    Cluster cluster(ClusterNode node, AccessMode access) {
        return new Cluster(node, access);
    }

    @Bean
    Subscriptions subscriptions(ChatLimits limits) {
        return new Subscriptions(limits);
    }
}
