/// Real processes of the packaged jar, real sockets, real files: what a user would see, with SIGKILL and SIGSTOP as the
/// only fault injectors. Run by failsafe after the jar is built.
@NullMarked
package dev.concord.system;

import org.jspecify.annotations.NullMarked;
