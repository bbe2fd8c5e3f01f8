// The account of this page: what it sent, and what it saw come back. Nothing here is taken on trust. A message counts as
// durable when it was acknowledged, and as proven when the stream then showed it at exactly the place that the
// acknowledgement named. One that the stream shows elsewhere or not at all is lost; one that it shows twice is doubled.

import { State } from "./concord-client.js";
import { $, duration, el, number, session, setText, store, stored } from "./dom.js";

const KEY = "concord.ledger";
const REMEMBERED = 2000;

export class Ledger {
  constructor(client) {
    this.client = client;
    const empty = { sent: 0, durable: 0, retried: 0, refused: 0, lost: 0, doubled: 0, gaps: 0, proven: 0, longestMs: 0 };
    const kept = JSON.parse(stored(session, KEY, "{}"));
    this.count = { ...empty, ...kept.count };
    this.own = new Map(kept.own || []); // id → {retried, seq acknowledged, seenAt: seq in the stream}
    this.read = 0;
    this.from = 0;
    this.upTo = 0;
    this.waiting = new Map(); // id → when it was said
    client.addEventListener("delivery", (e) => this.delivery(e.detail));
    client.addEventListener("message", (e) => this.message(e.detail));
    client.addEventListener("repeated", () => this.add("doubled"));
    client.addEventListener("gap", () => this.add("gaps"));
    setInterval(() => this.waiting.size && this.render(), 250);
    this.render();
    for (const [id, own] of this.own) if (own.seq && !own.seenAt) this.lookUp(id, own);
  }

  delivery(entry) {
    let own = this.own.get(entry.id);
    if (!own) {
      own = { retried: false, seq: 0, seenAt: 0 };
      this.own.set(entry.id, own);
      while (this.own.size > REMEMBERED) this.own.delete(this.own.keys().next().value);
      this.count.sent++;
    }
    if (entry.tries > 1 && !own.retried) {
      own.retried = true;
      this.count.retried++;
    }
    if (entry.state === State.REFUSED) {
      if (!own.refused) this.count.refused++;
      own.refused = true;
      this.waiting.delete(entry.id);
    } else if (entry.state === State.DURABLE) {
      this.durable(entry, own);
    } else {
      this.waiting.set(entry.id, entry.saidAt);
    }
    this.changed();
  }

  durable(entry, own) {
    this.waiting.delete(entry.id);
    if (own.seq) return;
    own.seq = entry.seq;
    this.count.durable++;
    this.count.longestMs = Math.max(this.count.longestMs, entry.durableAt - entry.saidAt);
    if (own.seenAt) this.judge(own);
    else if (entry.seq <= this.client.live.cursor) this.lookUp(entry.id, own);
  }

  message(message) {
    this.read++;
    this.from ||= message.seq;
    this.upTo = message.seq;
    const own = this.own.get(message.id);
    if (own) {
      if (own.seenAt) this.count.doubled++;
      else {
        own.seenAt = message.seq;
        if (own.seq) this.judge(own);
      }
    }
    this.changed();
  }

  /** Acknowledged and seen: at the same place? */
  judge(own) {
    this.count[own.seq === own.seenAt ? "proven" : "lost"]++;
  }

  /** The stream began behind this message, so it is looked up where it should be. */
  async lookUp(id, own) {
    try {
      const message = await this.client.message(own.seq);
      if (own.seenAt) return;
      own.seenAt = own.seq;
      if (message.id === id) this.count.proven++;
      else this.count.lost++;
      this.changed();
    } catch (e) {
      if (e.status === 410) own.seenAt = own.seq; // removed by retention since
      else setTimeout(() => own.seenAt || this.lookUp(id, own), 2000);
    }
  }

  add(what) {
    this.count[what]++;
    this.changed();
  }

  changed() {
    if (this.drawing) return;
    this.drawing = setTimeout(() => {
      this.drawing = 0;
      store(session, KEY, JSON.stringify({ count: this.count, own: [...this.own].slice(-REMEMBERED) }));
      this.render();
    }, 30);
  }

  render() {
    const { count } = this;
    const since = Math.min(...this.waiting.values());
    const longest = Math.max(count.longestMs, this.waiting.size ? Date.now() - since : 0);
    const rows = [
      ["Sent", number(count.sent), ""],
      ["Durable", number(count.durable), count.durable && count.durable === count.proven ? "good" : ""],
      ["Retried", number(count.retried), ""],
      ["Lost", number(count.lost), count.lost ? "bad" : "good"],
      ["Doubled", number(count.doubled), count.doubled ? "bad" : "good"],
      ["Longest pause", longest ? duration(longest) : "–", ""],
    ];
    const list = $("ledger");
    if (!list.children.length) list.append(...rows.map(([name]) => el("div", {}, el("dt", {}, name), el("dd"))));
    rows.forEach(([, value, tone], i) => {
      setText(list.children[i].lastElementChild, value);
      list.children[i].className = tone;
    });
    setText($("ledger-proof"), this.proof());
  }

  proof() {
    const { count } = this;
    const parts = [];
    if (count.durable) {
      parts.push(`${number(count.proven)} of ${number(count.durable)} acknowledged messages were seen exactly once, at their number.`);
    }
    if (this.read) {
      const gaps = count.gaps ? `with ${count.gaps} gaps, read again from the log` : "without a gap";
      const range = `Numbers ${number(this.from)} to ${number(this.upTo)} came in order, ${gaps}.`;
      parts.push(this.read === 1 ? `Number ${number(this.upTo)} came.` : range);
    }
    if (count.refused) parts.push(`${number(count.refused)} refused.`);
    if (this.waiting.size) parts.push(`${this.waiting.size} under way.`);
    return parts.join(" ") || "Everything that you send is compared with what comes back.";
  }
}
