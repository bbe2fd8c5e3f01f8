package dev.concord.access;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.Optional;
import java.util.Set;

/// Who else may read or change a file that holds secrets.
///
/// What the operator can mend is refused. What he cannot, because the file belongs to somebody else, is only warned of:
/// container platforms mount secrets as files of root that everybody in the container may read.
public final class FileRights {
    private static final boolean POSIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
    private static final Path PROCESS = Path.of("/proc/self");

    private FileRights() {}

    /// The rights with which a secret is created: for its owner alone.
    static FileAttribute<?>[] ownerOnly() {
        return POSIX
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    /// Checks a file whose content is secret.
    ///
    /// @return what to warn of, if anything
    /// @throws UnsafeFileException if others may change it, or may read it although this user could forbid that
    public static Optional<String> checkSecret(Path file) throws IOException {
        checkUnchangeable(file);
        if (!POSIX || !others(file).contains(PosixFilePermission.OTHERS_READ)) {
            return Optional.empty();
        }
        if (isOwn(file)) {
            throw new UnsafeFileException(file + " can be read by every user of this machine: chmod 600 " + file);
        }
        return Optional.of(file + " can be read by every user of this machine; its owner, "
                + Files.getOwner(file).getName() + ", can forbid that");
    }

    /// Checks a file that decides whom to trust: nobody but its owner may change it.
    public static void checkUnchangeable(Path file) throws IOException {
        if (!POSIX) {
            return;
        }
        Set<PosixFilePermission> rights = others(file);
        if (rights.contains(PosixFilePermission.OTHERS_WRITE) || rights.contains(PosixFilePermission.GROUP_WRITE)) {
            throw new UnsafeFileException(file + " can be changed by other users: chmod go-w " + file);
        }
    }

    private static Set<PosixFilePermission> others(Path file) throws IOException {
        return Files.getPosixFilePermissions(file);
    }

    private static boolean isOwn(Path file) throws IOException {
        UserPrincipal self = Files.exists(PROCESS)
                ? Files.getOwner(PROCESS)
                : FileSystems.getDefault()
                        .getUserPrincipalLookupService()
                        .lookupPrincipalByName(System.getProperty("user.name"));
        return Files.getOwner(file).equals(self);
    }
}
