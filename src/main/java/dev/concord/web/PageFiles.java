package dev.concord.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.Resource;
import org.springframework.web.servlet.resource.ResourceResolver;
import org.springframework.web.servlet.resource.ResourceResolverChain;
import org.springframework.web.servlet.resource.TransformedResource;

/// The files of the pages, out of memory. The jar is asked by [JarReader] alone, never by the thread of a request.
///
/// Safe for all threads.
public final class PageFiles implements ResourceResolver {
    /// Bytes of files that are kept. All there are take less; what would go beyond is read anew each time.
    public static final int MAX_BYTES = 8 << 20;

    private final JarReader jar;
    private final int maxBytes;
    // Both are of the thread of the reader alone.
    private final Map<String, Resource> kept = new HashMap<>();
    private int bytes;

    public PageFiles(JarReader jar) {
        this(jar, MAX_BYTES);
    }

    PageFiles(JarReader jar, int maxBytes) {
        this.jar = jar;
        this.maxBytes = maxBytes;
    }

    @Override
    public @Nullable Resource resolveResource(
            @Nullable HttpServletRequest request,
            String path,
            List<? extends Resource> locations,
            ResourceResolverChain chain) {
        return jar.read(() -> inMemory(chain.resolveResource(request, path, locations)));
    }

    @Override
    public @Nullable String resolveUrlPath(
            String path, List<? extends Resource> locations, ResourceResolverChain chain) {
        return jar.read(() -> chain.resolveUrlPath(path, locations));
    }

    private @Nullable Resource inMemory(@Nullable Resource found) throws IOException {
        if (found == null) {
            return null;
        }
        String key = found.getURL().toString();
        Resource known = kept.get(key);
        if (known != null) {
            return known;
        }
        byte[] content = found.getContentAsByteArray();
        Resource file = new TransformedResource(found, content);
        if (content.length <= maxBytes - bytes) {
            bytes += content.length;
            kept.put(key, file);
        }
        return file;
    }
}
