package dev.concord.transport;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// The MAC of the frames of one direction of one link (T3). The number of the frame is part of it, so a frame that is
/// repeated, left out or moved is as wrong as one that was changed. For one thread.
final class FrameSeal {
    static final String ALGORITHM = "HmacSHA256";

    private final Mac mac;

    FrameSeal(byte[] key) {
        mac = keyed(key);
    }

    /// The MAC of a frame as 64 hexadecimal digits.
    String of(long number, byte[] body, int from, int to) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            mac.update((byte) (number >>> shift));
        }
        mac.update(body, from, to - from);
        return HexFormat.of().formatHex(mac.doFinal());
    }

    static Mac keyed(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }
}
