package dev.concord.transport;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The MAC of the frames of one direction of one link (T3): AES-256-GMAC (NIST SP 800-38D), the tag of AES-GCM over a
/// frame as associated data, with nothing encrypted. The number of the frame is its nonce, so a frame that is repeated,
/// left out or moved is as wrong as one that was changed. For one thread.
///
/// GMAC may see each nonce once under one key: the key belongs to one direction of one link, whose handshake has
/// fresh nonces of both ends, and the numbers of its frames only rise.
final class FrameSeal {
    private static final String ALGORITHM = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int MAC_BITS = 128;

    private final Cipher cipher;
    private final SecretKeySpec key;
    private final byte[] nonce = new byte[NONCE_BYTES];

    /// @param key 32 bytes, for this direction of this link alone
    FrameSeal(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
        try {
            cipher = Cipher.getInstance(ALGORITHM);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no " + ALGORITHM, e);
        }
    }

    /// The MAC of a frame as 32 hexadecimal digits.
    ///
    /// @param number higher than that of the call before
    String of(long number, byte[] body, int from, int to) {
        ByteBuffer.wrap(nonce).putLong(NONCE_BYTES - Long.BYTES, number);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(MAC_BITS, nonce));
            cipher.updateAAD(body, from, to - from);
            return HexFormat.of().formatHex(cipher.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("frame " + number + " cannot be sealed", e);
        }
    }
}
