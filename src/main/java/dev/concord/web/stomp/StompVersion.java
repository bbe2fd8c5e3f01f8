package dev.concord.web.stomp;

import org.jspecify.annotations.Nullable;

/// The versions of STOMP spoken here, oldest first. They differ in the escapes of header names and values: none in 1.0,
/// `\n \c \\` in 1.1, and `\r` too in 1.2.
enum StompVersion {
    V1_0("1.0"),
    V1_1("1.1"),
    V1_2("1.2");

    /// What this server accepts, for CONNECTED and ERROR.
    static final String ALL = "1.0,1.1,1.2";

    private final String text;

    StompVersion(String text) {
        this.text = text;
    }

    /// The newest version that the client accepts too.
    ///
    /// @param acceptVersion the header `accept-version`; absent means 1.0
    static StompVersion negotiate(@Nullable String acceptVersion) throws StompFault {
        if (acceptVersion == null) {
            return V1_0;
        }
        String offered = "," + acceptVersion.replace(" ", "") + ",";
        for (StompVersion version : new StompVersion[] {V1_2, V1_1, V1_0}) {
            if (offered.contains("," + version.text + ",")) {
                return version;
            }
        }
        throw StompFault.protocol(
                        "no common version", "accept-version is '" + acceptVersion + "'; this server speaks " + ALL)
                .with("version", ALL);
    }

    /// A header name or value as it stands in a frame.
    String escape(String value) {
        if (this == V1_0) {
            return value;
        }
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' || c == ':' || c == '\n' || c == '\r') {
                return escapeFrom(value, i);
            }
        }
        return value;
    }

    private String escapeFrom(String value, int first) {
        StringBuilder out = new StringBuilder(value.length() + 8).append(value, 0, first);
        for (int i = first; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> out.append("\\\\");
                case ':' -> out.append("\\c");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append(this == V1_2 ? "\\r" : "");
                default -> out.append(c);
            }
        }
        return out.toString();
    }

    /// Reverses [#escape]; an escape that this version does not define is a fault.
    String unescape(String value) throws StompFault {
        int backslash = value.indexOf('\\');
        if (this == V1_0 || backslash < 0) {
            return value;
        }
        StringBuilder out = new StringBuilder(value.length());
        int at = 0;
        while (backslash >= 0) {
            out.append(value, at, backslash).append(escaped(value, backslash));
            at = backslash + 2;
            backslash = value.indexOf('\\', at);
        }
        return out.append(value, at, value.length()).toString();
    }

    private char escaped(String value, int backslash) throws StompFault {
        char letter = backslash + 1 < value.length() ? value.charAt(backslash + 1) : ' ';
        if (letter == 'n') {
            return '\n';
        } else if (letter == 'c') {
            return ':';
        } else if (letter == '\\') {
            return '\\';
        } else if (letter == 'r' && this == V1_2) {
            return '\r';
        }
        throw StompFault.protocol(
                "undefined escape in a header",
                "'" + value + "' has an escape at position " + backslash + " that STOMP " + text
                        + " does not define; allowed are \\n \\c \\\\" + (this == V1_2 ? " \\r" : ""));
    }

    @Override
    public String toString() {
        return text;
    }
}
