// The list of rooms, with how much is unread in each. What was read is kept in this browser.

import { $, el, local, number, store, stored } from "./dom.js";

const ROOM = /^[a-z0-9][a-z0-9._-]{0,63}$/;
const READ_KEY = "concord.read";
const REFRESH_MS = 30000;
/** Most rooms that are shown at once; the field finds the others. */
const SHOWN = 200;

export class Rooms {
  /** @param open(room) is called to go to a room */
  constructor(client, open) {
    this.client = client;
    this.open = open;
    this.rooms = new Map(); // name → {count, lastSeq, mentions}
    this.joined = new Set();
    this.read = parsed(stored(local, READ_KEY, "{}"));
    $("room-form").addEventListener("submit", (event) => this.submitted(event));
    $("room-name").addEventListener("input", () => this.render());
    $("room-list").addEventListener("click", (event) => {
      const room = event.target.closest("button")?.dataset.room;
      if (room) this.open(room);
    });
  }

  async start() {
    await this.refresh();
    setInterval(() => document.hidden || this.refresh(), REFRESH_MS);
  }

  async refresh() {
    let listing;
    try {
      listing = await this.client.rooms();
    } catch {
      return; // asked again soon
    }
    const first = !Object.keys(this.read).length;
    for (const { room, count, lastSeq } of listing.rooms) {
      const known = this.rooms.get(room);
      if (known && known.lastSeq >= lastSeq) continue;
      this.rooms.set(room, { count, lastSeq, mentions: known?.mentions || 0 });
      if (first) this.read[room] = { count, seq: lastSeq }; // a newcomer has nothing unread
    }
    this.render();
  }

  /** A message came in live, anywhere. */
  live(message, mentionsMe) {
    const room = this.rooms.get(message.room) || { count: 0, lastSeq: 0, mentions: 0 };
    if (message.seq <= room.lastSeq) return;
    room.count++;
    room.lastSeq = message.seq;
    if (mentionsMe) room.mentions++;
    this.rooms.set(message.room, room);
    if (message.edit || message.delete) {
      this.read[message.room] ||= { count: 0, seq: 0 };
      this.read[message.room].count++; // nothing to be read
    }
    this.render();
  }

  /** Everything in this room was seen. */
  markRead(name) {
    const room = this.rooms.get(name);
    if (!room) return;
    if (this.read[name]?.seq === room.lastSeq && !room.mentions) return;
    room.mentions = 0;
    this.read[name] = { count: room.count, seq: room.lastSeq };
    store(local, READ_KEY, JSON.stringify(this.read));
    this.render();
  }

  /** The seq up to which this room was read, null if it was never opened. */
  readUpTo(name) {
    return this.read[name]?.seq || null;
  }

  unread(name) {
    const room = this.rooms.get(name);
    return room ? Math.max(0, room.count - (this.read[name]?.count || 0)) : 0;
  }

  totalMentions() {
    let total = 0;
    for (const [name, room] of this.rooms) if (name !== this.current) total += room.mentions;
    return total;
  }

  select(name) {
    this.current = name;
    this.joined.add(name);
    this.render();
  }

  names() {
    return [...new Set([...this.rooms.keys(), ...this.joined, "general"])].sort();
  }

  beside(step) {
    const names = this.names();
    return names[(names.indexOf(this.current) + step + names.length) % names.length];
  }

  submitted(event) {
    event.preventDefault();
    const field = $("room-name");
    const name = field.value.trim().toLowerCase().replace(/^#/, "").replace(/\s+/g, "-");
    const good = ROOM.test(name);
    $("room-error").textContent = good
      ? ""
      : "A room has a name of 1 to 64 letters a–z, digits, dots, dashes and underscores; it begins with a letter or digit.";
    field.toggleAttribute("aria-invalid", !good);
    if (!good) return;
    field.value = "";
    this.open(name);
  }

  render() {
    if (this.drawing) return;
    this.drawing = requestAnimationFrame(() => {
      this.drawing = 0;
      this.draw();
    });
  }

  draw() {
    const sought = $("room-name").value.trim().toLowerCase();
    const names = this.names().filter((name) => !sought || name.includes(sought) || name === this.current);
    const focused = document.activeElement?.dataset?.room;
    $("room-list").replaceChildren(...names.slice(0, SHOWN).map((name) => this.item(name)));
    if (focused) $("room-list").querySelector(`[data-room="${CSS.escape(focused)}"]`)?.focus();
    const mentions = this.totalMentions();
    document.title = `${mentions ? `(${mentions}) ` : ""}#${this.current || "general"} · Concord`;
  }

  item(name) {
    const isCurrent = name === this.current;
    const unread = isCurrent ? 0 : this.unread(name);
    const mentions = isCurrent ? 0 : this.rooms.get(name)?.mentions || 0;
    const button = el("button", { type: "button", "aria-current": isCurrent ? "page" : null }, el("span", { className: "name" }, name));
    button.dataset.room = name;
    if (unread) {
      button.append(
        el("span", { className: mentions ? "count mentioned" : "count", "aria-hidden": "true" }, unread > 999 ? "999+" : `${unread}`),
        el("span", { className: "sr" }, `, ${number(unread)} unread${mentions ? `, ${mentions} for you` : ""}`),
      );
    }
    return el("li", { className: unread ? "unread" : "" }, button);
  }
}

function parsed(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}
