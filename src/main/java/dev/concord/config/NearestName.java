package dev.concord.config;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Guesses what a mistyped name was meant to be: the known name that takes the fewest single-character changes, if they
/// are few, or one that the mistyped name begins or shortens.
final class NearestName {
    private NearestName() {}

    static Optional<String> to(String name, List<String> known) {
        String plain = plain(name);
        return known.stream()
                .filter(candidate -> isNear(plain, plain(candidate)))
                .min(Comparator.comparingInt(candidate -> distance(plain, plain(candidate))));
    }

    private static boolean isNear(String name, String candidate) {
        boolean shortened = name.length() >= 4 && (candidate.contains(name) || name.contains(candidate));
        return shortened || distance(name, candidate) <= Math.max(2, candidate.length() / 3);
    }

    /// Case and separators are the most frequent slips, so they do not count.
    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }

    /// Levenshtein's distance, one row at a time.
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[b.length()];
    }
}
