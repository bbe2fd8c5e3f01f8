package dev.concord.storage;

import java.io.IOException;

/// Damage on the way out of a read, which may still turn out to be a cut under the reader.
final class DamageFoundException extends IOException {
    private static final long serialVersionUID = 1;

    private final transient Damage damage;

    DamageFoundException(Damage damage) {
        super(damage.toString());
        this.damage = damage;
    }

    Damage damage() {
        return damage;
    }
}
