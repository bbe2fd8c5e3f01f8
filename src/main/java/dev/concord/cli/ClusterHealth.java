package dev.concord.cli;

import dev.concord.client.ClusterView;
import dev.concord.client.ClusterView.MemberView;

/// One word for a whole cluster, and the sentence that explains it.
enum ClusterHealth {
    /// Everybody is there.
    HEALTHY(0),
    /// Messages are acknowledged, but somebody is missing or not caught up.
    DEGRADED(1),
    /// No message can be acknowledged now.
    NO_QUORUM(2);

    private final int exitCode;

    ClusterHealth(int exitCode) {
        this.exitCode = exitCode;
    }

    /// As `concord status` ends.
    int exitCode() {
        return exitCode;
    }

    static ClusterHealth of(ClusterView view) {
        if (!view.isWritable()) {
            return NO_QUORUM;
        }
        return view.members().stream().allMatch(member -> member.isAlive() && !member.isLearner()) ? HEALTHY : DEGRADED;
    }

    /// What is the matter, for a person.
    String sentence(ClusterView view) {
        return switch (this) {
            case HEALTHY -> "healthy: " + remaining(view);
            case DEGRADED -> "degraded: " + troubled(view) + "; " + remaining(view);
            case NO_QUORUM -> refusing(view);
        };
    }

    private static String refusing(ClusterView view) {
        if (view.clusterId().isEmpty()) {
            return "no quorum: the cluster is not founded yet; start the other nodes of the configuration";
        }
        if (view.beyondRepair()) {
            return "no leader, and none to come: the logs of too many nodes are damaged. If the others are lost for good,"
                    + " stop all nodes and run concord recover --data FOLDER... with every folder that is left";
        }
        if (view.members().stream().anyMatch(MemberView::isRepairing)) {
            return "no leader: " + troubled(view)
                    + "; messages are refused until enough nodes with a whole log are back";
        }
        return "no quorum: messages are refused until a majority of the nodes is back";
    }

    private static String remaining(ClusterView view) {
        return switch ((int) view.canLose()) {
            case 0 -> view.members().size() == 1 ? "one node, nothing may fail" : "no more node may fail";
            case 1 -> "1 more node may fail";
            default -> view.canLose() + " more nodes may fail";
        };
    }

    private static String troubled(ClusterView view) {
        StringBuilder text = new StringBuilder();
        for (MemberView member : view.members()) {
            if (!member.isAlive() || member.isLearner()) {
                text.append(text.isEmpty() ? "" : ", ")
                        .append("node ")
                        .append(member.id())
                        .append(" is ");
                text.append(member.isAlive() ? "catching up" : member.state());
            }
        }
        return text.toString();
    }
}
