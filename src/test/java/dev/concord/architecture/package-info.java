/// The house rules that the build keeps: which package may know which. Start with [ArchitectureTests].
@NullMarked
package dev.concord.architecture;

import org.jspecify.annotations.NullMarked;
