package dev.concord.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/// The clients, and everything they ever said.
final class Workload {
    private final Simulation simulation;
    private final List<Client> clients = new ArrayList<>();
    private final Map<String, Letter> news = new HashMap<>();
    private final List<Letter> letters = new ArrayList<>();
    private long lastSession;
    private long highestAcknowledged;
    private long acknowledgements;

    Workload(Simulation simulation) {
        this.simulation = simulation;
    }

    void start(int count, SplittableRandom random) {
        for (int i = 0; i < count; i++) {
            Client client = new Client(simulation, clients.size() + 1, random.split());
            clients.add(client);
            client.start();
        }
    }

    void stopWriting() {
        clients.forEach(Client::stopWriting);
    }

    boolean isSettled() {
        return clients.stream().allMatch(Client::isSettled);
    }

    List<Client> clients() {
        return clients;
    }

    long newSession() {
        return ++lastSession;
    }

    void submitted(Letter letter) {
        if (letter.purpose == Letter.Purpose.NEWS && letter.tries == 1) {
            news.put(letter.key, letter);
            letters.add(letter);
        }
    }

    /// Everything that was meant to be said, in order of its first try.
    List<Letter> letters() {
        return letters;
    }

    /// The letter that was first sent under this key, or null.
    Letter letter(String key) {
        return news.get(key);
    }

    void acknowledged(Letter letter) {
        acknowledgements++;
        highestAcknowledged = Math.max(highestAcknowledged, letter.seq);
    }

    long highestAcknowledged() {
        return highestAcknowledged;
    }

    long acknowledgements() {
        return acknowledgements;
    }
}
