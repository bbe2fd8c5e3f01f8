package dev.concord.simulation;

import dev.concord.node.SubmitResult;
import dev.concord.protocol.ChatBody;
import dev.concord.protocol.Levels;
import dev.concord.protocol.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/// Somebody who writes. One letter at a time or several in flight, always in order; after any failure it waits until
/// nothing is in flight, goes to another node, and sends everything unanswered again, same keys, same order (X1, X2).
final class Client implements Desk.Writer {
    private final Simulation simulation;
    private final int number;
    private final SplittableRandom random;
    private final int window;
    private final long thinkNanos;
    private final List<Letter> open = new ArrayList<>();
    private final List<Letter> answered = new ArrayList<>();

    private SimulatedProcess at;
    private long session;
    private int inFlight;
    private boolean troubled;
    private boolean writing = true;
    private long written;
    private long sent;
    private long knownSeq;

    Client(Simulation simulation, int number, SplittableRandom random) {
        this.simulation = simulation;
        this.number = number;
        this.random = random;
        window = random.nextBoolean() ? 1 : 2 + random.nextInt(15);
        thinkNanos = 5_000_000L + random.nextLong(300_000_000L);
        session = simulation.workload().newSession();
    }

    void start() {
        simulation.agenda().after(random.nextLong(thinkNanos) + 1, this::wake);
    }

    /// Says nothing new any more, but goes on until everything is answered.
    void stopWriting() {
        writing = false;
    }

    boolean isSettled() {
        return open.isEmpty() && inFlight == 0;
    }

    /// Every letter with an acknowledgement, in the order in which the answers came.
    List<Letter> answeredLetters() {
        return answered;
    }

    List<Letter> openLetters() {
        return open;
    }

    private void wake() {
        if (troubled) {
            if (inFlight == 0) {
                startAgain();
            }
        } else if (writing) {
            write();
        }
        simulation.agenda().after(thinkNanos / 2 + random.nextLong(thinkNanos), this::wake);
    }

    private void startAgain() {
        troubled = false;
        at = simulation.anyProcess(random);
        session = simulation.workload().newSession();
        for (Letter letter : open) {
            letter.afterSeq = letter.tries > 0 && letter.unsure > 0 ? letter.knownAtFirstTry : -1;
        }
        send(List.copyOf(open));
    }

    private void write() {
        if (at == null) {
            at = simulation.anyProcess(random);
        }
        List<Letter> batch = new ArrayList<>();
        int free = window - open.size();
        for (int i = random.nextInt(Math.max(1, free) + 1); i > 0 && open.size() < window; i--) {
            Letter letter = new Letter(Letter.Purpose.NEWS, body("k" + number + "." + ++written, reference()), null);
            letter.number = written;
            open.add(letter);
            batch.add(letter);
        }
        send(batch);
        if (!answered.isEmpty() && random.nextInt(8) == 0) {
            Letter old = answered.get(random.nextInt(answered.size()));
            boolean reuse = random.nextInt(3) == 0;
            ChatBody again = reuse ? body(old.body.id(), null) : old.body;
            Letter letter = new Letter(reuse ? Letter.Purpose.KEY_REUSE : Letter.Purpose.REPEAT, again, old);
            letter.afterSeq = old.knownAtFirstTry;
            post(simulation.anyProcess(random), simulation.workload().newSession(), List.of(letter));
        }
    }

    /// Now and then it is about an earlier one, where no later leader can be of an older level (V3).
    private @Nullable Reference reference() {
        if (answered.isEmpty() || random.nextInt(6) > 0 || !at.isUp()) {
            return null;
        }
        if (at.node().levels(at.now()).committed() < Levels.CHANGES_AND_PRESENCE) {
            return null;
        }
        Reference.Kind[] kinds = Reference.Kind.values();
        return new Reference(kinds[random.nextInt(kinds.length)], answered.get(random.nextInt(answered.size())).seq);
    }

    private ChatBody body(String id, @Nullable Reference reference) {
        if (reference != null && reference.kind() == Reference.Kind.DELETE) {
            return ChatBody.of(id, "", "general", "c" + number, "", reference);
        }
        int length = random.nextInt(20) == 0 ? random.nextInt(1_500) : random.nextInt(40);
        String text = Long.toString(random.nextLong(1L << 40), 36) + "x".repeat(length);
        return ChatBody.of(id, "", "general", "c" + number, text, reference);
    }

    private void send(List<Letter> letters) {
        if (letters.isEmpty()) {
            return;
        }
        for (Letter letter : letters) {
            if (letter.unsure == 0) { // whatever was tried before is known to be void: this is the first try
                letter.firstSent = ++sent;
                letter.firstSentNanos = simulation.nowNanos();
                letter.arrivedNanos = Long.MAX_VALUE;
                letter.unknownSinceNanos = Long.MAX_VALUE;
                letter.floorSeq = simulation.workload().highestAcknowledged();
                letter.knownAtFirstTry = knownSeq;
            }
        }
        post(at, session, letters);
    }

    private void post(SimulatedProcess to, long inSession, List<Letter> letters) {
        for (Letter letter : letters) {
            if (letter.tries > 0) {
                simulation.counters().saw(RuleCase.X1_TRIED_AGAIN);
            }
            letter.tries++;
            letter.unsure++;
            inFlight++;
            simulation.workload().submitted(letter);
        }
        long deadline = simulation.nowNanos()
                + 500_000_000L
                + random.nextLong(simulation.settings().submitTimeout().toNanos());
        simulation.agenda().after(200_000, () -> to.desk.submit(this, inSession, letters, deadline));
    }

    @Override
    public void refusedConnection(Letter letter) {
        inFlight--;
        letter.unsure--;
        failed();
    }

    @Override
    public void lost(Letter letter) {
        inFlight--;
        if (letter.purpose == Letter.Purpose.NEWS) {
            failed();
        }
    }

    @Override
    public void answered(Letter letter, SubmitResult result) {
        inFlight--;
        if (letter.purpose != Letter.Purpose.NEWS) {
            return;
        }
        switch (result) {
            case SubmitResult.Committed committed -> acknowledge(letter, committed.seq());
            case SubmitResult.Duplicate duplicate -> acknowledge(letter, duplicate.seq());
            case SubmitResult.KeyReused _ -> throw new InvariantBroken("NoKeyTwice", letter + " was called a reuse");
            case SubmitResult.DedupExpired _ -> open.remove(letter); // nobody can tell any more
            case SubmitResult.NotAppended _ -> {
                letter.unsure--;
                letter.lastRefusedNanos = simulation.nowNanos();
                if (random.nextInt(20) == 0) {
                    open.remove(letter);
                }
                failed();
            }
            case SubmitResult.Unknown _ -> failed();
        }
    }

    private void acknowledge(Letter letter, long seq) {
        knownSeq = Math.max(knownSeq, seq);
        letter.seq = seq;
        letter.acknowledged = true;
        answered.add(letter);
        open.remove(letter);
        simulation.workload().acknowledged(letter);
    }

    private void failed() {
        troubled = true;
    }

    @Override
    public String toString() {
        return "client " + number;
    }
}
