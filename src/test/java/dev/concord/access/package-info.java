@NullMarked
package dev.concord.access;

import org.jspecify.annotations.NullMarked;
