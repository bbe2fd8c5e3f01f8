package dev.concord.cli.chat;

import java.util.List;

/// The typed line as it fits into the width of the screen: what is before the cursor, and what is behind it.
record InputRow(Row before, Row after) {
    private static final String BREAK = "⏎";

    static InputRow of(String prompt, InputLine input, int width) {
        int room = Math.max(4, width - TextWidth.of(prompt) - 1);
        List<String> left = TextWidth.clusters(shown(input.beforeCursor()));
        List<String> right = TextWidth.clusters(shown(input.afterCursor()));
        int behind = Math.min(room / 4, widthOf(right));
        StringBuilder before = new StringBuilder();
        int used = 0;
        int first = left.size();
        while (first > 0 && used + TextWidth.ofCluster(left.get(first - 1)) <= room - behind - 1) {
            used += TextWidth.ofCluster(left.get(--first));
        }
        left.subList(first, left.size()).forEach(before::append);
        String cut = first > 0 ? "‹" : "";
        StringBuilder after = new StringBuilder();
        for (String cluster : right) {
            used += TextWidth.ofCluster(cluster);
            if (used > room - 1) {
                break;
            }
            after.append(cluster);
        }
        return new InputRow(
                new Row().add(Style.BOLD, prompt).add(Style.DIM, cut).add(before.toString()),
                Row.of(Style.PLAIN, after.toString()));
    }

    private static String shown(String text) {
        return HarmlessText.lines(text).replace("\n", BREAK);
    }

    private static int widthOf(List<String> clusters) {
        return clusters.stream().mapToInt(TextWidth::ofCluster).sum();
    }
}
