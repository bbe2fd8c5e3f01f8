package dev.concord.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import java.util.Set;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

/// T3: the MAC of a frame.
class FrameSealTests {
    private static final byte[] KEY = new byte[32];
    private static final byte[] OTHER_KEY = {
        1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0
    };

    private static byte[] frame(int length) {
        byte[] frame = new byte[length];
        new Random(length).nextBytes(frame);
        return frame;
    }

    private static String mac(byte[] key, long number, byte[] frame) {
        return new FrameSeal(key).of(number, frame, 0, frame.length);
    }

    /// Opens it as what NIST SP 800-38D calls additional authenticated data of an empty text.
    private static void open(byte[] key, long number, byte[] frame, String mac) throws GeneralSecurityException {
        byte[] nonce = HexFormat.of().parseHex(String.format("%024x", number));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        cipher.updateAAD(frame);
        cipher.doFinal(HexFormat.of().parseHex(mac));
    }

    @Test
    void isTheTagOfAesGcmUnderTheNumberOfTheFrame() throws GeneralSecurityException {
        FrameSeal seal = new FrameSeal(OTHER_KEY);
        long number = 0;
        for (int length : new int[] {0, 1, 15, 16, 17, 200, 4_096, 100_000}) {
            number += 1L << 31;
            byte[] frame = frame(length);
            String mac = seal.of(number, frame, 0, length);

            assertThat(mac).hasSize(32);
            open(OTHER_KEY, number, frame, mac);
            long wrong = number + 1;
            assertThatThrownBy(() -> open(OTHER_KEY, wrong, frame, mac)).isInstanceOf(AEADBadTagException.class);
        }
    }

    @Test
    void isAnotherOneForEachKeyNumberLengthAndByte() {
        byte[] frame = frame(300);
        Set<String> macs = new HashSet<>();
        macs.add(mac(KEY, 1, frame));
        macs.add(mac(OTHER_KEY, 1, frame));
        macs.add(mac(KEY, 2, frame));
        macs.add(mac(KEY, 1, Arrays.copyOf(frame, 299)));
        macs.add(mac(KEY, 1, Arrays.copyOf(frame, 301)));
        for (int at = 0; at < frame.length; at++) {
            byte[] changed = frame.clone();
            changed[at] ^= 1;
            macs.add(mac(KEY, 1, changed));
        }

        assertThat(macs).hasSize(5 + frame.length);
    }

    @Test
    void coversThePartThatItIsGivenAndNoMore() {
        byte[] frame = frame(50);

        assertThat(new FrameSeal(KEY).of(1, frame, 10, 40)).isEqualTo(mac(KEY, 1, Arrays.copyOfRange(frame, 10, 40)));
    }

    @Test
    void sealsNothingTwiceUnderOneNumber() {
        FrameSeal seal = new FrameSeal(KEY);
        seal.of(1, frame(3), 0, 3);

        assertThatThrownBy(() -> seal.of(1, frame(4), 0, 4)).hasMessage("frame 1 cannot be sealed");
    }
}
