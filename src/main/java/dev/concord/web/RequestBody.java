package dev.concord.web;

import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Arrays;

/// Reads the body of a request, up to a limit: what is larger is refused by its announced length, or as soon as more
/// has come, and never parsed.
final class RequestBody {
    /// Time for the body of an order to the cluster.
    static final Duration ORDER_PATIENCE = Duration.ofSeconds(10);

    private static final int FIRST_BYTES = 1024;

    private RequestBody() {}

    /// @param patience time for the whole body: a client that sends a byte now and then holds nothing for ever
    static byte[] read(HttpServletRequest request, int most, Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        refuseEncoded(request);
        long announced = request.getContentLengthLong();
        if (announced > most) {
            throw tooLarge(announced + " bytes", most);
        }
        InputStream in = request.getInputStream();
        byte[] body = new byte[announced >= 0 ? (int) announced : FIRST_BYTES];
        int length = 0;
        while (true) {
            if (length == body.length) {
                int next = in.read();
                if (next < 0) {
                    return body;
                }
                if (length == most) {
                    throw tooLarge("more than " + most + " bytes", most);
                }
                body = Arrays.copyOf(body, Math.min(most, Math.max(2 * length, FIRST_BYTES)));
                body[length++] = (byte) next;
            }
            int count = in.read(body, length, body.length - length);
            if (count < 0) {
                return Arrays.copyOf(body, length);
            }
            length += count;
            if ((announced < 0 || length < announced) && System.nanoTime() - deadline > 0) {
                throw new ProblemException(
                        ProblemCode.TOO_SLOW, "the body was not complete after " + patience.toMillis() + " ms");
            }
        }
    }

    /// A body may only be sent as it is: what a compressed one unfolds to could not be limited before it is parsed.
    static void refuseEncoded(HttpServletRequest request) {
        String encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new ProblemException(
                    ProblemCode.UNSUPPORTED_MEDIA_TYPE,
                    "Content-Encoding " + encoding + " is not supported; send the body as it is");
        }
    }

    private static ProblemException tooLarge(String size, int most) {
        return new ProblemException(
                ProblemCode.TOO_LARGE, "the body has " + size + ", at most " + most + " are accepted");
    }
}
