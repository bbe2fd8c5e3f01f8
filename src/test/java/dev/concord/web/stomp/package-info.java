/// Tests of STOMP over WebSocket, most of them over a real Tomcat and bare sockets.
@NullMarked
package dev.concord.web.stomp;

import org.jspecify.annotations.NullMarked;
