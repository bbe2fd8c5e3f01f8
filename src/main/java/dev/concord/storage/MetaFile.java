package dev.concord.storage;

import dev.concord.node.EventAction;
import dev.concord.protocol.ClusterId;
import dev.concord.protocol.Levels;
import dev.concord.protocol.MalformedEntryException;
import dev.concord.protocol.Member;
import dev.concord.protocol.Meta;
import dev.concord.protocol.NodeId;
import dev.concord.protocol.StoreId;
import dev.concord.protocol.Term;
import dev.concord.runtime.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The meta record in its two copies. A change counts once both have it, so either copy is right about everything that
/// was ever promised, and one damaged copy is no loss; two are the loss of the node's identity (S5).
final class MetaFile {
    private static final Logger LOG = LoggerFactory.getLogger(MetaFile.class);
    private final DataDirectory directory;
    private Meta meta;
    private long revision;

    private MetaFile(DataDirectory directory, Meta meta, long revision) {
        this.directory = directory;
        this.meta = meta;
        this.revision = revision;
    }

    /// What one copy holds; `problem` is empty if it can be used.
    record Copy(Path file, boolean present, @Nullable Meta meta, long revision, String problem) {}

    static List<Copy> copies(DataDirectory directory) throws IOException {
        return List.of(copy(directory.metaA()), copy(directory.metaB()));
    }

    /// The newest copy that can be used, or null.
    static @Nullable Copy newest(List<Copy> copies) {
        Copy newest = null;
        for (Copy copy : copies) {
            if (copy.meta != null && (newest == null || copy.revision > newest.revision)) {
                newest = copy;
            }
        }
        return newest;
    }

    /// Reads the record, or makes one with a new store id in a directory that has neither record nor log.
    static MetaFile open(DataDirectory directory, NodeId self, boolean hasLog, Levels levels) throws IOException {
        StoredLevel.require(directory.root(), levels);
        List<Copy> copies = copies(directory);
        Copy newest = newest(copies);
        if (newest == null || newest.meta == null) {
            if (hasLog || copies.stream().anyMatch(Copy::present)) {
                throw identityLost(directory, copies);
            }
            Meta fresh = Meta.fresh(new Member(self, new StoreId(UUID.randomUUID())), levels.oldest());
            MetaFile file = new MetaFile(directory, fresh, 0);
            file.write(fresh);
            return file;
        }
        Meta meta = newest.meta;
        if (!meta.self().id().equals(self)) {
            throw new StorageException("The data directory " + directory.root() + " belongs to node "
                    + meta.self().id() + ", but this node is configured as node " + self
                    + ". Correct node_id or log_dir.");
        }
        return new MetaFile(directory, meta, newest.revision);
    }

    /// Writes the record of another identity over what is there.
    static void replace(DataDirectory directory, Meta meta) throws IOException {
        Copy newest = newest(copies(directory));
        new MetaFile(directory, meta, newest == null ? 0 : newest.revision).write(meta);
    }

    /// Makes the copies equal again after one was damaged or a change was interrupted. Called once the log was found
    /// good, because a start that is refused changes nothing.
    void mend() throws IOException {
        List<Copy> bad = new ArrayList<>();
        for (Copy copy : copies(directory)) {
            if (copy.meta == null || copy.revision != revision) {
                bad.add(copy);
            }
        }
        for (Copy copy : bad) {
            LOG.atWarn()
                    .addKeyValue(EventAction.FIELD, EventAction.META_REWRITTEN)
                    .log("{}: {}; written again from the other copy", copy.file, copy.problem);
            if (copy.present && copy.meta == null) {
                directory.toQuarantine(copy.file);
            }
        }
        if (!bad.isEmpty()) {
            write(meta);
        }
    }

    Meta meta() {
        return meta;
    }

    void write(Meta next) throws IOException {
        byte[] line = CheckedJson.write(MetaText.of(next, revision + 1));
        DataDirectory.replace(directory.metaA(), line);
        DataDirectory.replace(directory.metaB(), line);
        meta = next;
        revision++;
    }

    private static Copy copy(Path file) throws IOException {
        if (!Files.exists(file)) {
            return new Copy(file, false, null, 0, "it is missing");
        }
        try {
            MetaText text = CheckedJson.read(Files.readAllBytes(file), MetaText.class);
            return new Copy(file, true, text.toMeta(), text.revision, "it is older than the other copy");
        } catch (MalformedEntryException | IllegalArgumentException e) {
            return new Copy(file, true, null, 0, String.valueOf(e.getMessage()));
        }
    }

    private static StorageException identityLost(DataDirectory directory, List<Copy> copies) {
        StringBuilder text = new StringBuilder("The identity of this node is lost: no copy of its meta record in ")
                .append(directory.root())
                .append(" can be used");
        for (Copy copy : copies) {
            text.append("; ").append(copy.file.getFileName()).append(": ").append(copy.problem);
        }
        return new StorageException(text.append(". ").append(Damage.REMEDY).toString());
    }

    private record MemberText(int nodeId, String storeId) {
        static MemberText of(Member member) {
            return new MemberText(member.id().value(), member.store().toString());
        }

        Member toMember() {
            return new Member(new NodeId(nodeId), StoreId.of(storeId));
        }
    }

    /// `version` is the level.
    private record MetaText(
            int version,
            long revision,
            @Nullable String clusterId,
            int nodeId,
            String storeId,
            long currentTerm,
            @Nullable MemberText promisedTo,
            boolean repairing,
            boolean removed) {

        static MetaText of(Meta meta, long revision) {
            ClusterId cluster = meta.clusterId();
            Member promised = meta.promisedTo();
            return new MetaText(
                    meta.level(),
                    revision,
                    cluster == null ? null : cluster.toString(),
                    meta.self().id().value(),
                    meta.self().store().toString(),
                    meta.currentTerm().value(),
                    promised == null ? null : MemberText.of(promised),
                    meta.repairing(),
                    meta.removed());
        }

        Meta toMeta() {
            return new Meta(
                    clusterId == null ? null : ClusterId.of(clusterId),
                    new MemberText(nodeId, storeId).toMember(),
                    new Term(currentTerm),
                    promisedTo == null ? null : promisedTo.toMember(),
                    repairing,
                    removed,
                    version);
        }
    }
}
