// What was said and is not yet known to be stored. Each message has an id from the start, so sending it again is safe:
// the cluster stores it once, however often it comes and at whichever node.
//
// The outbox is in localStorage, an item for each message, so it survives a reload and a crash. Messages go out one after
// another, in the order in which they were said.

import { Unreachable } from "./concord-nodes.js";

const PREFIX = "concord.outbox.";
/** A tab that has not touched its messages for so long is gone, and another one sends them. */
const ABANDONED_MS = 15000;
const TOUCH_MS = 5000;
const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 3000;
/** A refusal that may pass, such as of a reply to what this node has not heard of yet, is taken for final after so many. */
const MOST_REFUSALS = 8;

/** What may become of a message. The last two are final. */
export const State = Object.freeze({
  QUEUED: "queued",
  SENDING: "sending",
  UNKNOWN: "unknown",
  DURABLE: "durable",
  REFUSED: "refused",
});

export class Outbox {
  /**
   * @param {import("./concord-nodes.js").Nodes} nodes
   * @param {(entry: object) => void} changed is told of each change of a message's state
   * @param {() => number} commit the newest message that this client knows of
   */
  constructor(nodes, changed, commit, tab) {
    this.nodes = nodes;
    this.changed = changed;
    this.commit = commit;
    this.tab = tab;
    this.entries = [];
    this.running = false;
    this.held = false;
    this.wake = () => {};
    this.isPersistent = true;
  }

  /** Takes up what an earlier life of this tab, or a tab that is gone, has left. */
  restore() {
    for (let i = 0; i < localStorage.length; i++) {
      const key = localStorage.key(i);
      if (!key.startsWith(PREFIX)) continue;
      const entry = read(key);
      if (!entry || this.entries.some((known) => known.id === entry.id)) continue;
      if (entry.tab !== this.tab && Date.now() - entry.touchedAt < ABANDONED_MS) continue;
      // Whether a message that was under way has arrived, nobody here knows.
      if (entry.state === State.SENDING) entry.state = State.UNKNOWN;
      this.entries.push({ ...entry, tab: this.tab, restored: true });
    }
    this.entries.sort((a, b) => a.saidAt - b.saidAt || a.number - b.number);
    for (const entry of this.entries) this.save(entry);
  }

  start() {
    try {
      this.restore();
    } catch {
      this.isPersistent = false; // a browser that keeps nothing: the outbox then lives as long as the page
    }
    this.toucher = setInterval(() => this.entries.forEach((entry) => this.save(entry)), TOUCH_MS);
    this.entries.forEach((entry) => this.changed(entry));
    this.pump();
  }

  stop() {
    clearInterval(this.toucher);
    this.stopped = true;
    this.wake();
  }

  /** @param {{room: string, sender: string, text: string, reply?: number, edit?: number, delete?: number}} message */
  add(message) {
    const entry = {
      ...message,
      id: newId(),
      state: State.QUEUED,
      tries: 0,
      saidAt: Date.now(),
      number: this.entries.length,
      knownCommit: null,
      uncertain: false,
      why: "",
      tab: this.tab,
    };
    this.entries.push(entry);
    this.tell(entry);
    this.pump();
    return entry;
  }

  /** Forgets a refused message. */
  dismiss(id) {
    this.entries = this.entries.filter((entry) => entry.id !== id || entry.state !== State.REFUSED);
    if (!this.entries.some((entry) => entry.id === id)) remove(id);
  }

  /** Goes on at once: there is a node again, or a token. */
  resume() {
    this.held = false;
    this.wake();
    this.pump();
  }

  async pump() {
    if (this.running) return;
    this.running = true;
    let pause = FIRST_PAUSE_MS;
    try {
      while (!this.stopped && !this.held) {
        const entry = this.entries.find((e) => e.state !== State.REFUSED);
        if (!entry) return;
        const wait = await this.attempt(entry);
        if (wait === 0) {
          pause = FIRST_PAUSE_MS;
          continue;
        }
        await this.sleep(Math.min(Math.max(wait, pause), LONGEST_PAUSE_MS));
        pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      }
    } finally {
      this.running = false;
    }
  }

  /** One try at one node. @returns {Promise<number>} 0 if the message is settled, else ms to wait before the next */
  async attempt(entry) {
    const node = this.nodes.order()[0];
    entry.tries++;
    if (entry.knownCommit === null) entry.knownCommit = this.commit();
    entry.state = entry.uncertain ? State.UNKNOWN : State.SENDING;
    entry.node = node.id;
    this.tell(entry);
    let answer;
    try {
      answer = await this.nodes.askOne(node.url, "/api/messages", {
        method: "POST",
        body: JSON.stringify(wire(entry)),
        headers: { "Content-Type": "application/json", "Concord-Commit": String(entry.knownCommit) },
      });
    } catch (e) {
      if (!(e instanceof Unreachable)) throw e;
      this.nodes.failed(node.url);
      return this.again(entry, true, e.message, 1);
    }
    if (answer.status === 200 || answer.status === 201) {
      this.nodes.succeeded(node.url);
      return this.settled(entry, answer.body);
    }
    return this.turnedDown(entry, answer, node);
  }

  settled(entry, message) {
    Object.assign(entry, {
      state: State.DURABLE,
      seq: message.seq,
      term: message.term,
      durableOn: message.durableOn || [],
      durableAt: Date.now(),
      why: "",
    });
    this.entries = this.entries.filter((other) => other !== entry);
    remove(entry.id);
    this.changed(entry);
    return 0;
  }

  turnedDown(entry, { status, body }, node) {
    const problem = body || {};
    const why = problem.detail || problem.title || `HTTP ${status}`;
    if (status === 401) {
      this.held = true; // until there is another token
      return this.again(entry, false, "a token is needed", 1);
    }
    if (status >= 500 || status === 429 || status === 408) {
      // 503 says that it was surely not stored; everything else beyond 500 leaves that open.
      if (status !== 429) this.nodes.failed(node.url);
      return this.again(entry, status >= 500 && status !== 503, why, problem.retryAfterMs || 1);
    }
    entry.refusals = (entry.refusals || 0) + 1;
    if (problem.retryable && entry.refusals < MOST_REFUSALS) return this.again(entry, false, why, FIRST_PAUSE_MS);
    entry.state = State.REFUSED;
    entry.problem = problem;
    entry.why = why;
    this.tell(entry);
    return 0;
  }

  again(entry, uncertain, why, wait) {
    entry.uncertain ||= uncertain;
    entry.state = entry.uncertain ? State.UNKNOWN : State.QUEUED;
    entry.why = why;
    this.tell(entry);
    return wait;
  }

  tell(entry) {
    this.save(entry);
    this.changed(entry);
  }

  save(entry) {
    if (!this.isPersistent) return;
    try {
      localStorage.setItem(PREFIX + entry.id, JSON.stringify({ ...entry, touchedAt: Date.now() }));
    } catch {
      this.isPersistent = false;
    }
  }

  sleep(ms) {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

function wire(entry) {
  const body = { id: entry.id, room: entry.room, sender: entry.sender, text: entry.text };
  for (const field of ["reply", "edit", "delete"]) {
    if (entry[field]) body[field] = entry[field];
  }
  return body;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

function remove(id) {
  try {
    localStorage.removeItem(PREFIX + id);
  } catch {
    // nothing was kept
  }
}

/** A random UUID. crypto.randomUUID exists only on pages that came over TLS or from this machine. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
