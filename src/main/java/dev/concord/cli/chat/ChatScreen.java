package dev.concord.cli.chat;

import dev.concord.client.ChatListener;
import dev.concord.client.ChatSession;
import dev.concord.client.ClusterView;
import dev.concord.client.Delivery;
import dev.concord.client.Draft;
import dev.concord.client.Message;
import dev.concord.client.NodeApi;
import dev.concord.client.Page;
import dev.concord.client.Presence;
import dev.concord.client.ProblemException;
import java.io.IOException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jline.terminal.Size;

/// The full screen of a conversation: rooms above, messages in the middle, the cluster below them, and the line that is
/// typed at the bottom.
///
/// **Threads.** One owns everything that is seen. Keys, the session and reading of history hand it their news over a
/// bounded queue; a terminal that takes nothing more therefore holds up the session, and the session the node.
public final class ChatScreen {
    /// News that may wait to be shown.
    static final int MAX_NEWS = 1_000;
    /// Hints of one person's typing are told to others at most this often.
    static final long TYPING_MS = 2_000;

    /// Messages of history that are read at once.
    static final int OLDER_PAGE = 200;

    static final int ROWS_AROUND = 3;
    private static final int SMALLEST_HEIGHT = 5;
    private static final int SMALLEST_WIDTH = 20;

    private final BlockingQueue<Runnable> news = new ArrayBlockingQueue<>(MAX_NEWS);
    private final RawTerminal terminal;
    private final ChatState state;
    private final StatusBar bars;
    private final InputLine input = new InputLine();
    private final Viewport viewport = new Viewport();
    private final Painter painter;
    private final ChatSession session;
    private final ChatCommands commands;
    private Size size;
    private long lastBefore;
    private long typedAt;
    private boolean quitting;
    private boolean over;
    private String lastWords = "";

    /// @param table how the nodes of the cluster are shown
    public record Options(
            List<NodeApi> nodes, String me, String room, boolean colours, Function<ClusterView, String> table) {
        public Options {
            nodes = List.copyOf(nodes);
        }
    }

    private ChatScreen(RawTerminal terminal, Options options) {
        this.terminal = terminal;
        this.size = terminal.size();
        this.state = new ChatState(options.me, options.room);
        this.bars = new StatusBar(state);
        this.painter = new Painter(options.colours);
        this.session = new ChatSession(options.nodes, options.me, new News());
        this.commands = new ChatCommands(state, session, input, this::show, this::inBackground, options.table);
    }

    /// Shows the screen until the person leaves.
    ///
    /// @return why it ended if not because the person wanted it; else an empty text
    public static String run(Options options) throws IOException, InterruptedException {
        try (RawTerminal terminal = RawTerminal.open()) {
            return new ChatScreen(terminal, options).run();
        }
    }

    private String run() throws InterruptedException {
        terminal.onResize(() -> hand(this::resized));
        Thread.ofPlatform().daemon().name("concord-keys").start(new KeyReader(terminal.keys(), this::hand, this::key));
        try (session) {
            session.start();
            session.join(state.room().name());
            paint();
            while (!over) {
                Runnable first = news.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    first.run();
                    drain();
                }
                paint();
            }
        }
        return lastWords;
    }

    private void drain() {
        List<Runnable> more = new ArrayList<>();
        news.drainTo(more);
        more.forEach(Runnable::run);
    }

    /// News for the thread of the screen. Waits while there are too many.
    private void hand(Runnable what) {
        try {
            news.put(what);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void inBackground(Supplier<Runnable> work) {
        Thread.ofVirtual().start(() -> hand(work.get()));
    }

    // --- drawing

    private void resized() {
        size = terminal.size();
        painter.forget();
    }

    private int width() {
        return Math.max(SMALLEST_WIDTH, size.getColumns());
    }

    private int height() {
        return Math.max(SMALLEST_HEIGHT, size.getRows()) - ROWS_AROUND;
    }

    private MessageRows format() {
        return new MessageRows(width(), state.me(), ZoneId.systemDefault());
    }

    private void paint() {
        if (viewport.isFollowing() && state.isSeen(state.room().name())) {
            state.room().seen();
        }
        List<Row> seen = viewport.rows(state.room(), format(), height());
        List<Row> rows = new ArrayList<>();
        rows.add(bars.rooms(width()));
        for (int i = seen.size(); i < height(); i++) {
            rows.add(new Row());
        }
        rows.addAll(seen);
        int below = viewport.isFollowing() ? -1 : newBelow();
        rows.add(bars.cluster(width(), session.unsettled(), below));
        InputRow line = InputRow.of(commands.prompt(), input, width());
        terminal.print(painter.paint(rows, width(), line.before(), line.after()));
    }

    private int newBelow() {
        return (int) state.room().timeline().posts().stream()
                .filter(post -> post.seq() > lastBefore)
                .count();
    }

    // --- keys

    private void key(Key key, String text) {
        if (key != Key.INTERRUPT && key != Key.END_OF_INPUT && key != Key.FOCUS_OUT) {
            quitting = false;
        }
        switch (key) {
            case TEXT, PASTE -> typed(text);
            case NEW_LINE -> input.insert("\n");
            case ENTER -> enter();
            case BACKSPACE -> input.backspace();
            case DELETE -> input.delete();
            case LEFT -> input.left();
            case RIGHT -> input.right();
            case WORD_LEFT -> input.wordLeft();
            case WORD_RIGHT -> input.wordRight();
            case HOME -> input.home();
            case END -> input.end();
            case OLDER -> input.older();
            case NEWER -> input.newer();
            case KILL_WORD -> input.killWord();
            case KILL_TO_START -> input.killToStart();
            case KILL_TO_END -> input.killToEnd();
            case YANK -> input.yank();
            case PAGE_UP -> scrollUp(Math.max(1, height() - 2));
            case PAGE_DOWN -> scrollDown(Math.max(1, height() - 2));
            case LINE_UP -> scrollUp(1);
            case LINE_DOWN -> scrollDown(1);
            case NEXT_ROOM -> show(state.neighbour(1));
            case PREVIOUS_ROOM -> show(state.neighbour(-1));
            case COMPLETE -> commands.complete();
            case REDRAW -> resized();
            case FOCUS_IN -> state.focus(true);
            case FOCUS_OUT -> {
                state.focus(false);
                if (state.room().unread() == 0) {
                    state.room().forgetUnreadLine();
                }
            }
            case ESCAPE -> escape();
            case INTERRUPT -> interrupt();
            case END_OF_INPUT -> {
                if (input.isEmpty()) {
                    quit();
                } else {
                    input.delete();
                }
            }
        }
    }

    private void typed(String text) {
        state.focus(true);
        input.insert(text);
        long now = System.nanoTime() / 1_000_000;
        if (!input.text().startsWith("/") && now - typedAt > TYPING_MS) {
            typedAt = now;
            session.typing(state.room().name());
        }
    }

    private void enter() {
        String line = input.take();
        viewport.follow();
        if (commands.run(line)) {
            quit();
        }
    }

    private void escape() {
        if (commands.cancel()) {
            return;
        }
        viewport.follow();
        state.room().clearNotices();
        state.room().dismissRefused();
        state.room().forgetUnreadLine();
    }

    private void interrupt() {
        if (input.isEmpty()) {
            quit();
        } else {
            input.clear();
            commands.cancel();
        }
    }

    /// Leaves, unless something would be left behind: then the second time.
    private void quit() {
        int unsettled = session.unsettled();
        if (unsettled == 0 || quitting) {
            lastWords = unsettled == 0 ? "" : unsettled + " of your messages may not be stored";
            over = true;
            return;
        }
        quitting = true;
        state.room()
                .notice(
                        Style.WARNING,
                        unsettled + (unsettled == 1 ? " message is" : " messages are")
                                + " not durable yet. Wait, or leave them behind: the same again.");
    }

    private void show(String room) {
        if (!state.isJoined(room)) {
            state.room(room);
            session.join(room);
        }
        state.show(room);
        viewport.follow();
    }

    // --- scrolling

    private void scrollUp(int rows) {
        if (viewport.isFollowing()) {
            lastBefore = state.room().timeline().last();
        }
        if (viewport.up(state.room(), format(), rows, height())) {
            readOlder(state.room());
        }
    }

    private void scrollDown(int rows) {
        viewport.down(state.room(), format(), rows);
    }

    private void readOlder(RoomView room) {
        long before = room.claimOlder();
        if (before == 0) {
            return;
        }
        inBackground(() -> {
            try {
                Page page = session.older(room.name(), before, OLDER_PAGE);
                return () -> room.older(page);
            } catch (IOException | ProblemException e) {
                return () -> {
                    room.olderFailed();
                    room.notice(Style.BAD, "older messages cannot be read: " + e.getMessage());
                };
            }
        });
    }

    /// What the session tells, told on to the thread of the screen.
    private final class News implements ChatListener {
        @Override
        public void connected(String url) {
            hand(() -> state.connected(url));
        }

        @Override
        public void lost(String url, String why) {
            hand(() -> state.lost(url.replaceFirst("^https?://", "") + ": " + why));
        }

        @Override
        public void ended(String why) {
            hand(() -> {
                lastWords = why;
                over = true;
            });
        }

        @Override
        public void history(String room, Page page) {
            hand(() -> state.room(room).newest(page));
        }

        @Override
        public void message(String room, Message message) {
            hand(() -> {
                if (state.isJoined(room)) {
                    state.room(room).live(message, state.isSeen(room) && viewport.isFollowing(), state.me());
                }
            });
        }

        @Override
        public void removed(String room, long earliest) {
            hand(() -> state.room(room)
                    .notice(Style.WARNING, "messages before #" + earliest + " were removed by retention meanwhile"));
        }

        @Override
        public void delivery(Draft draft, Delivery delivery) {
            hand(() -> {
                String room = draft.room();
                state.room(room == null ? state.room().name() : room).delivery(draft, delivery);
            });
        }

        @Override
        public void cluster(ClusterView view) {
            hand(() -> state.cluster(view));
        }

        @Override
        public void presence(String room, Presence presence) {
            hand(() -> {
                if (state.isJoined(room)) {
                    state.room(room).presence(presence);
                }
            });
        }
    }
}
