package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.concord.access.AccessMode;
import dev.concord.access.Caller;
import dev.concord.chat.Cluster;
import dev.concord.chat.Cursor;
import dev.concord.chat.RefusalObserver;
import dev.concord.chat.RoomFilter;
import dev.concord.chat.Subscriptions;
import dev.concord.protocol.ChatBody;
import dev.concord.runtime.SingleNode;
import dev.concord.web.contract.AsyncApiContract;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

class EventStreamTests extends HttpTest {
    @Autowired
    Subscriptions subscriptions;

    /// A subscriber that speaks to the socket itself, so that it can stop reading; HTTP/1.0, so that its
    /// lines are not cut into chunks.
    private final class Subscriber implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;

        Subscriber(String query, String... headers) throws Exception {
            socket = new Socket();
            socket.setReceiveBufferSize(16 * 1024);
            socket.connect(new java.net.InetSocketAddress("localhost", port));
            socket.setSoTimeout(60_000);
            String more = headers.length == 0 ? "" : headers[0] + ": " + headers[1] + "\r\n";
            socket.getOutputStream()
                    .write(("GET /api/messages/stream" + query + " HTTP/1.0\r\nHost: localhost\r\n" + more + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        }

        /// Waits until the stream has begun.
        Subscriber begun() throws Exception {
            String line = in.readLine();
            while (!line.startsWith(": concord")) {
                line = in.readLine();
            }
            return this;
        }

        /// The seq of the next event; id and data must agree.
        long next() throws Exception {
            String line = in.readLine();
            while (!line.startsWith("id: ")) {
                line = in.readLine();
            }
            long id = Long.parseLong(line.substring("id: ".length()));
            String data = in.readLine();
            while (!data.startsWith("data: ")) { // a chunk may begin here
                data = in.readLine();
            }
            assertThat(data).startsWith("data: {\"seq\":" + id + ",");
            AsyncApiContract.INSTANCE.event(null, data.substring("data: ".length()));
            return id;
        }

        List<Long> next(int count) throws Exception {
            List<Long> seqs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                seqs.add(next());
            }
            return seqs;
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private void sayMany(int count, String room, String text) throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < count; i++) {
            lines.append("{\"sender\":\"ada\",\"text\":\"" + text + "\",\"room\":\"" + room + "\"}\n");
        }
        bulk(lines.toString());
    }

    @Nested
    class AReader {
        @Test
        void withoutACursorGetsWhatIsSaidFromNowOn() throws Exception {
            say("general", "before");
            try (Subscriber reader = new Subscriber("").begun()) {
                long seq = say("general", "after");

                assertThat(reader.next()).isEqualTo(seq);
            }
        }

        @Test
        void goesFromTheHistoryToWhatIsSaidNowWithoutGapOrDuplicate() throws Exception {
            long before = commit();
            sayMany(500, "general", "history");
            try (Subscriber reader = new Subscriber("?after=" + before).begun()) {
                assertThat(reader.next()).isEqualTo(before + 1);
                sayMany(500, "general", "live");

                assertThat(reader.next(999))
                        .isEqualTo(LongStream.rangeClosed(before + 2, before + 1000)
                                .boxed()
                                .toList());
            }
        }

        @Test
        void goesOnWhereItStoppedAfterItsLastEvent() throws Exception {
            long before = commit();
            sayMany(100, "general", "hello");
            long last;
            try (Subscriber reader = new Subscriber("?after=" + before)) {
                last = reader.next(40).getLast();
            }
            try (Subscriber again = new Subscriber("?after=" + before, "Last-Event-ID", Long.toString(last))) {
                assertThat(again.next(60))
                        .isEqualTo(LongStream.rangeClosed(before + 41, before + 100)
                                .boxed()
                                .toList());
            }
        }

        @Test
        void ofARoomGetsThatRoomOnly() throws Exception {
            String room = newId();
            long before = commit();
            sayMany(10, "general", "x");
            long first = say(room, "ours");
            sayMany(10, "general", "x");
            long second = say(room, "ours");
            try (Subscriber reader = new Subscriber("?room=" + room + "&after=" + before)) {
                assertThat(reader.next(2)).containsExactly(first, second);
            }
        }

        @Test
        void thatStopsReadingStopsNobodyElseAndGetsEverythingLater() throws Exception {
            long before = commit();
            int messages = 2000;
            int readers = 1000;
            try (Subscriber stalled = new Subscriber("?after=" + before).begun()) {
                CountDownLatch begun = new CountDownLatch(readers);
                CountDownLatch complete = new CountDownLatch(readers);
                AtomicInteger inOrder = new AtomicInteger();
                for (int i = 0; i < readers; i++) {
                    Thread.ofVirtual().start(() -> {
                        try (Subscriber reader = new Subscriber("?after=" + before).begun()) {
                            begun.countDown();
                            List<Long> seqs = reader.next(20);
                            if (seqs.equals(LongStream.rangeClosed(before + 1, before + 20)
                                    .boxed()
                                    .toList())) {
                                inOrder.incrementAndGet();
                            }
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        } finally {
                            complete.countDown();
                        }
                    });
                }
                assertThat(begun.await(60, TimeUnit.SECONDS)).isTrue();
                sayMany(messages, "general", "y".repeat(10_000));

                assertThat(complete.await(60, TimeUnit.SECONDS)).isTrue();
                assertThat(inOrder).hasValue(readers);
                assertThat(stalled.next(messages))
                        .isEqualTo(LongStream.rangeClosed(before + 1, before + messages)
                                .boxed()
                                .toList());
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"?after=-1,after", "?after=x,after", "?room=NO,room", "?since=1,since"})
    void aBadParameterIs400AndNamed(String query, String field) throws Exception {
        HttpResponse<String> answer = get("/api/messages/stream" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("field").asString()).isEqualTo(field);
    }

    @Test
    void aBadLastEventIdIs400() throws Exception {
        HttpResponse<String> answer = get("/api/messages/stream", "Last-Event-ID", "yesterday");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(json(answer).get("field").asString()).isEqualTo("Last-Event-ID");
    }

    @Test
    void moreReadersThanTheLimitAre429() throws Exception {
        List<Subscriber> readers = new ArrayList<>();
        try {
            for (int i = 0; i < WebTestApplication.MAX_SUBSCRIPTIONS; i++) {
                readers.add(new Subscriber("").begun());
            }
            HttpResponse<String> answer = get("/api/messages/stream");

            assertThat(answer.statusCode()).isEqualTo(429);
            assertThat(answer.headers().firstValue("Retry-After")).isPresent();
        } finally {
            for (Subscriber reader : readers) {
                reader.close();
            }
            Eventually.isTrue(
                    () -> { // a closed connection is noticed when something is written to it
                        sayMany(1, "general", "is anybody there?");
                        return subscriptions.open(Subscriptions.Kind.SSE) == 0;
                    });
        }
    }

    @Nested
    class AQuietStream {
        private final SingleNode quiet = new SingleNode();
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        private String runUntil(String expected, RoomFilter room) throws Exception {
            Cursor cursor = new Cursor(quiet.committed(), 0, room);
            Answers answers = new Answers(new Cluster(quiet, AccessMode.LOOPBACK), RefusalObserver.NONE);
            Thread stream = Thread.ofVirtual().start(() -> {
                try {
                    new EventStream(cursor, out, Duration.ofMillis(10), answers, Caller.ANYBODY).run();
                } catch (Exception e) {
                    Thread.currentThread().interrupt(); // the test ends it
                }
            });
            Eventually.isTrue(() -> out.toString(StandardCharsets.UTF_8).contains(expected));
            stream.interrupt();
            stream.join();
            return out.toString(StandardCharsets.UTF_8);
        }

        @Test
        void showsThatItLives() throws Exception {
            assertThat(runUntil(": keep-alive\n\n", RoomFilter.ALL)).startsWith(": concord\n");
        }

        @Test
        void ofARoomAdvancesTheCursorOfItsReaderPastTheOthers() throws Exception {
            quiet.log()
                    .commit(List.of(
                            ChatBody.of("1", "", "dev", "ada", "x"), ChatBody.of("2", "", "general", "ada", "x")));

            assertThat(runUntil(": keep-alive\nid: 2\n\n", RoomFilter.of("dev")))
                    .contains("id: 1\ndata: {");
        }
    }
}
