package dev.concord.fuzz;

import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// Attacks a parser with changed copies of good inputs. What it accepts joins the inputs that are changed
/// further, so the changes wander away from what people wrote.
///
/// `-Dfuzz.inputs=1000000` makes more of them, `-Dfuzz.seed=7` others. A failure names seed, number and bytes.
public final class Fuzzer {
    private static final int INPUTS = Integer.getInteger("fuzz.inputs", 30_000);
    private static final long SEED = Long.getLong("fuzz.seed", 1);
    private static final int MOST_INPUTS_KEPT = 2_000;
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_CHANGES = 4;
    private static final Mutation[] MUTATIONS = Mutation.values();

    private Fuzzer() {}

    /// A parser under attack.
    @FunctionalInterface
    public interface Target {
        /// Reads an input and checks what came of it.
        ///
        /// @return whether it was accepted; false if it was refused in the way that is intended
        /// @throws Exception if it was refused in any other way
        boolean accepts(byte[] input) throws Exception;
    }

    /// Lets the target read the good inputs, which it must accept, and then changed ones.
    public static void attack(String name, List<byte[]> good, Target target) {
        attack(name, good, INPUTS, target);
    }

    /// The same for a target that is slow: one input of so many.
    public static void attackSlowly(String name, int oneOf, List<byte[]> good, Target target) {
        attack(name, good, Math.max(1, INPUTS / oneOf), target);
    }

    private static void attack(String name, List<byte[]> good, int inputs, Target target) {
        List<byte[]> corpus = new ArrayList<>(good);
        for (int i = 0; i < good.size(); i++) {
            if (!accepts(target, good.get(i), name, -1 - i)) {
                throw new AssertionError(name + " refuses good input " + i);
            }
        }
        RandomGenerator random = RandomGeneratorFactory.of("L64X128MixRandom").create(SEED);
        int accepted = 0;
        long start = System.nanoTime();
        for (int i = 0; i < inputs; i++) {
            byte[] input = changed(corpus, random);
            if (accepts(target, input, name, i)) {
                accepted++;
                keep(input, good.size(), corpus, random);
            }
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                Locale.ROOT,
                "fuzz: %s, %,d inputs, %,d accepted, %,.0f a second, seed %d%n",
                name,
                inputs,
                accepted,
                inputs / seconds,
                SEED);
    }

    private static byte[] changed(List<byte[]> corpus, RandomGenerator random) {
        byte[] input = corpus.get(random.nextInt(corpus.size()));
        for (int changes = 1 + random.nextInt(MOST_CHANGES); changes > 0 && input.length > 0; changes--) {
            byte[] next = MUTATIONS[random.nextInt(MUTATIONS.length)].apply(input, corpus, random);
            input = next.length > MOST_BYTES ? input : next;
        }
        return input;
    }

    private static void keep(byte[] input, int good, List<byte[]> corpus, RandomGenerator random) {
        if (input.length == 0) {
            return;
        }
        if (corpus.size() < MOST_INPUTS_KEPT) {
            corpus.add(input);
        } else {
            corpus.set(good + random.nextInt(corpus.size() - good), input);
        }
    }

    private static boolean accepts(Target target, byte[] input, String name, int number) {
        try {
            return target.accepts(input);
        } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
            throw new AssertionError(
                    "%s, seed %d, input %d: %s%nbase64: %s"
                            .formatted(
                                    name, SEED, number, e, Base64.getEncoder().encodeToString(input)),
                    e);
        }
    }
}
