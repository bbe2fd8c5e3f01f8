package dev.concord.cli.chat;

import java.util.ArrayList;
import java.util.List;

/// One line of the screen: pieces of text, each in a style.
final class Row {
    private static final String RESET = "\u001b[0m";

    private record Span(Style style, String text) {}

    private final List<Span> spans = new ArrayList<>();

    static Row of(Style style, String text) {
        return new Row().add(style, text);
    }

    Row add(Style style, String text) {
        if (!text.isEmpty()) {
            spans.add(new Span(style, text));
        }
        return this;
    }

    Row add(Row other) {
        spans.addAll(other.spans);
        return this;
    }

    Row add(String text) {
        return add(Style.PLAIN, text);
    }

    int width() {
        return spans.stream().mapToInt(span -> TextWidth.of(span.text)).sum();
    }

    /// Fills up to this width.
    Row fill(Style style, int width) {
        return add(style, " ".repeat(Math.max(0, width - width())));
    }

    /// The same, cut at this width.
    Row cut(int width) {
        Row cut = new Row();
        int left = width;
        for (Span span : spans) {
            String text = TextWidth.fit(span.text, left);
            cut.add(span.style, text);
            left -= TextWidth.of(text);
        }
        return cut;
    }

    String text() {
        StringBuilder text = new StringBuilder();
        spans.forEach(span -> text.append(span.text));
        return text.toString();
    }

    /// As it is written to a terminal.
    String encode(boolean colours) {
        StringBuilder text = new StringBuilder();
        for (Span span : spans) {
            String code = span.style.code(colours);
            if (code.isEmpty()) {
                text.append(span.text);
            } else {
                text.append("\u001b[")
                        .append(code)
                        .append('m')
                        .append(span.text)
                        .append(RESET);
            }
        }
        return text.toString();
    }
}
