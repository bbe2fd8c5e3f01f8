package dev.concord.access;

import java.security.Principal;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// On whose behalf a request or a session acts. Its name is the `user` of the messages it sends, within which their ids
/// are unique (X1).
public final class Caller implements Principal {
    /// Names are shown in logs and stored with each message: short, and nothing that could pass for something else.
    public static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@:|-]{0,63}");

    /// Everybody, where nothing is asked.
    public static final Caller ANYBODY = new Caller("", Role.ADMIN, Instant.MAX, () -> true);

    private final String name;
    private final Role role;
    private final Instant expiresAt;
    private final BooleanSupplier known;

    /// @param expiresAt when the credential ends, [Instant#MAX] for never
    /// @param known whether the credential has not been withdrawn meanwhile
    public Caller(String name, Role role, Instant expiresAt, BooleanSupplier known) {
        this.name = name;
        this.role = role;
        this.expiresAt = expiresAt;
        this.known = known;
    }

    /// The caller that the edge has let in.
    ///
    /// @param principal of the request; a request that came in without one was not asked
    public static Caller of(@Nullable Principal principal) {
        return principal instanceof Caller caller ? caller : ANYBODY;
    }

    @Override
    public String getName() {
        return name;
    }

    public Role role() {
        return role;
    }

    public boolean may(Role needed) {
        return role.includes(needed);
    }

    /// Whether the credential is still good; whoever serves a caller for long asks from time to time.
    public boolean isGood() {
        return (expiresAt.equals(Instant.MAX) || Instant.now().isBefore(expiresAt)) && known.getAsBoolean();
    }

    @Override
    public String toString() {
        return name.isEmpty() ? "anybody" : name + " (" + role.text() + ")";
    }
}
