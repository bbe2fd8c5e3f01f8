/// Tests of the door of the HTTP port.
@NullMarked
package dev.concord.web.security;

import org.jspecify.annotations.NullMarked;
