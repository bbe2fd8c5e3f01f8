package dev.concord.cli.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jline.utils.WCWidth;

/// How many columns text takes in a terminal. What a person sees as one character may be many code points (a letter
/// and its accents, a family, a flag), and takes one column, or two where it is wide.
final class TextWidth {
    /// Code points of one visible character that are drawn; a heap of accents is cut here.
    static final int MAX_POINTS = 16;

    private static final int PICTURE_SELECTOR = 0xFE0F;
    private static final int FIRST_REGIONAL = 0x1F1E6;
    private static final int LAST_REGIONAL = 0x1F1FF;
    private static final Pattern CLUSTER = Pattern.compile("\\X");
    private static final String CUT = "…";

    private TextWidth() {}

    /// The visible characters of a text.
    static List<String> clusters(String text) {
        List<String> clusters = new ArrayList<>();
        Matcher matcher = CLUSTER.matcher(text);
        while (matcher.find()) {
            clusters.add(bounded(matcher.group()));
        }
        return clusters;
    }

    private static String bounded(String cluster) {
        return cluster.codePointCount(0, cluster.length()) <= MAX_POINTS
                ? cluster
                : cluster.substring(0, cluster.offsetByCodePoints(0, MAX_POINTS));
    }

    static int of(String text) {
        int width = 0;
        for (String cluster : clusters(text)) {
            width += ofCluster(cluster);
        }
        return width;
    }

    static int ofCluster(String cluster) {
        int first = cluster.codePointAt(0);
        boolean isFlag = first >= FIRST_REGIONAL && first <= LAST_REGIONAL;
        if (isFlag || cluster.indexOf(PICTURE_SELECTOR) >= 0) {
            return 2;
        }
        return Math.max(0, WCWidth.wcwidth(first));
    }

    /// The text, cut with a sign if it is wider than this.
    static String fit(String text, int width) {
        if (of(text) <= width) {
            return text;
        }
        return width < 1 ? "" : head(text, width - 1) + CUT;
    }

    /// The text in exactly this many columns.
    static String pad(String text, int width) {
        String fitted = fit(text, width);
        return fitted + " ".repeat(width - of(fitted));
    }

    /// The same, at the right.
    static String padLeft(String text, int width) {
        String fitted = fit(text, width);
        return " ".repeat(width - of(fitted)) + fitted;
    }

    private static String head(String text, int width) {
        StringBuilder head = new StringBuilder();
        int used = 0;
        for (String cluster : clusters(text)) {
            used += ofCluster(cluster);
            if (used > width) {
                break;
            }
            head.append(cluster);
        }
        return head.toString();
    }

    /// Lines of at most this width, broken at spaces where there are any, and at line breaks.
    static List<String> wrap(String text, int width) {
        List<String> lines = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            wrapParagraph(paragraph, Math.max(2, width), lines);
        }
        return lines;
    }

    private static void wrapParagraph(String paragraph, int width, List<String> lines) {
        StringBuilder line = new StringBuilder();
        int used = 0;
        int lastSpace = -1;
        for (String cluster : clusters(paragraph)) {
            int columns = ofCluster(cluster);
            if (cluster.equals(" ") && used + columns > width) { // the break itself
                lines.add(line.toString());
                line.setLength(0);
                used = 0;
                lastSpace = -1;
                continue;
            }
            while (used > 0 && used + columns > width) {
                String rest = lastSpace >= 0 ? line.substring(lastSpace + 1) : "";
                lines.add(lastSpace >= 0 ? line.substring(0, lastSpace) : line.toString());
                line.setLength(0);
                line.append(rest);
                used = of(rest);
                lastSpace = -1;
            }
            if (cluster.equals(" ")) {
                lastSpace = line.length();
            }
            line.append(cluster);
            used += columns;
        }
        lines.add(line.toString());
    }
}
