package dev.concord.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.core.io.AbstractResource;
import org.springframework.core.io.Resource;
import org.springframework.web.servlet.resource.ResourceResolverChain;

/// The files of the page, asked for as the web server does it: by virtual threads.
class PageFilesTests {
    private final List<Thread> looking = Collections.synchronizedList(new ArrayList<>());
    private final List<Thread> reading = Collections.synchronizedList(new ArrayList<>());
    private boolean broken;

    @Test
    void aVirtualThreadNeverReadsTheJar() throws Exception {
        Resource file = ask(new PageFiles(new JarReader()), "page.js");

        assertThat(file.getContentAsByteArray()).asString().isEqualTo("the text of page.js");
        assertThat(looking).hasSize(1).noneMatch(Thread::isVirtual);
        assertThat(reading).hasSize(1).noneMatch(Thread::isVirtual);
    }

    @Test
    void aFileIsReadOnce() throws Exception {
        PageFiles files = new PageFiles(new JarReader());

        Resource first = ask(files, "page.js");

        assertThat(ask(files, "page.js")).isSameAs(first);
        assertThat(ask(files, "other.js")).isNotSameAs(first);
        assertThat(reading).hasSize(2);
    }

    @Test
    void whatGoesBeyondTheLimitIsServedAndNotKept() throws Exception {
        PageFiles files = new PageFiles(new JarReader(), "the text of page.js".length());

        Resource kept = ask(files, "page.js");
        Resource tooMuch = ask(files, "a.js");

        assertThat(ask(files, "page.js")).isSameAs(kept);
        assertThat(ask(files, "a.js")).isNotSameAs(tooMuch);
        assertThat(tooMuch.getContentAsByteArray()).asString().isEqualTo("the text of a.js");
    }

    @Test
    void whatIsNotThereIsNotFound() throws Exception {
        assertThat(new JarReader().<@Nullable Resource>read(() -> null)).isNull();
        assertThat(ask(new PageFiles(new JarReader()), "")).isNull();
    }

    @Test
    void aJarThatCannotBeReadIsAnError() {
        broken = true;

        assertThatThrownBy(() -> ask(new PageFiles(new JarReader()), "page.js"))
                .hasRootCauseMessage("the disk is gone")
                .hasCauseInstanceOf(UncheckedIOException.class);
    }

    private Resource ask(PageFiles files, String path) throws Exception {
        FutureTask<Resource> asked = new FutureTask<>(() -> files.resolveResource(null, path, List.of(), new Jar()));
        Thread.ofVirtual().start(asked);
        return asked.get();
    }

    /// Has every file whose name is not empty.
    private final class Jar implements ResourceResolverChain {
        @Override
        public @Nullable Resource resolveResource(
                @Nullable HttpServletRequest request, String path, List<? extends Resource> locations) {
            looking.add(Thread.currentThread());
            return path.isEmpty() ? null : new Entry(path);
        }

        @Override
        public @Nullable String resolveUrlPath(String path, List<? extends Resource> locations) {
            return path;
        }
    }

    private final class Entry extends AbstractResource {
        private final String name;

        Entry(String name) {
            this.name = name;
        }

        @Override
        public String getDescription() {
            return name;
        }

        @Override
        public URL getURL() throws IOException {
            return URI.create("file:/" + name).toURL();
        }

        @Override
        public long lastModified() {
            return 0;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            if (broken) {
                throw new IOException("the disk is gone");
            }
            reading.add(Thread.currentThread());
            return new ByteArrayInputStream(("the text of " + name).getBytes(StandardCharsets.UTF_8));
        }
    }
}
