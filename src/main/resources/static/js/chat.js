// The chat: one room at a time, what is said in it, and what one does there.

import { Composer } from "./composer.js";
import { State } from "./concord-client.js";
import { $, announce, el, number, setText } from "./dom.js";
import { History } from "./history.js";
import { messageRow, showState } from "./message-row.js";
import { textNodes } from "./message-text.js";
import { Rooms } from "./rooms.js";

const QUOTES = 300;
/** Stands for a quoted message that retention has removed. */
const REMOVED = Symbol("removed");
const BUNCH_MS = 16;
/** What waits for longer is said to be kept here: one may want to leave, or to look at another node's page. */
const KEPT_AFTER_MS = 3000;

export class Chat {
  constructor(client, people) {
    this.client = client;
    this.people = people;
    this.below = 0;
    this.arrived = [];
    this.quotes = new Map(); // seq → message, as far as known
    this.context = {
      me: client.name,
      view: "current",
      isMine: (message) => Boolean(client.name) && message.sender === client.name,
      quote: (seq) => this.quote(seq),
    };
    this.history = new History({
      scroller: $("scroller"),
      list: $("messages"),
      edge: $("top-edge"),
      client,
      context: this.context,
      changed: () => this.viewChanged(),
    });
    this.rooms = new Rooms(client, (room) => this.go(room));
    this.composer = new Composer({
      say: (text, mode) => this.say(text, mode),
      editLast: () => this.editLast(),
      typing: () => client.typing(this.room),
    });
    client.addEventListener("connection", (e) => e.detail.state === "live" && this.room && this.enable());
    client.addEventListener("message", (e) => this.message(e.detail));
    client.addEventListener("delivery", (e) => this.delivery(e.detail));
    client.addEventListener("removed", (e) => this.removed(e.detail));
    setInterval(() => this.showKept(), 1000);
    addEventListener("hashchange", () => this.open(roomOfAddress()));
    document.addEventListener("visibilitychange", () => this.viewChanged());
    $("jump").addEventListener("click", () => this.toEnd());
    for (const list of [$("messages"), $("pending")]) {
      list.addEventListener("click", (event) => this.clicked(event));
      list.addEventListener("keydown", (event) => this.rowKey(event));
    }
    $("scroller").addEventListener("keydown", (event) => this.scrollerKey(event));
  }

  async start() {
    await this.rooms.start();
    this.enable();
    await this.open(roomOfAddress());
  }

  named(name) {
    this.context.me = name;
    this.enable();
    if (this.room) this.open(this.room, true);
  }

  /** One writes with a name, and where the node lets one. */
  enable() {
    this.composer.enable(Boolean(this.client.name), this.client.mayWrite);
    document.body.classList.toggle("reader", !this.client.mayWrite);
  }

  go(room) {
    document.body.dataset.view = "chat";
    if (roomOfAddress() === room) this.open(room);
    else location.hash = encodeURIComponent(room);
    $("text").focus();
  }

  async open(room, again = false) {
    if (room === this.room && !again) return;
    this.room = room;
    this.below = 0;
    setText($("room-title"), `#${room}`);
    this.rooms.select(room);
    this.people.room(room);
    this.composer.room(room);
    this.showPending();
    const unreadAfter = this.rooms.unread(room) ? this.rooms.readUpTo(room) : null;
    await this.history.open(room, { unreadAfter });
    if (room === this.room) this.viewChanged();
  }

  /** Messages are shown in bunches: a busy cluster has more of them than a screen has frames. */
  message(message) {
    this.arrived.push(message);
    this.timer ||= setTimeout(() => this.show(), BUNCH_MS);
  }

  /** While this page was away, retention has removed what it had not seen yet. */
  removed({ from, to }) {
    this.show();
    if (this.history.atEnd) this.history.skip(from, to);
    announce(`Messages ${number(from)} to ${number(to)} were removed by retention.`);
  }

  show() {
    const messages = this.arrived;
    this.arrived = [];
    this.timer = 0;
    const wasAtBottom = this.history.isAtBottom();
    let newest = null;
    for (const message of messages) {
      const isMine = this.context.isMine(message);
      const mentionsMe = !isMine && !message.delete && textNodes(message.text, this.context.me).mentionsMe;
      this.rooms.live(message, mentionsMe);
      this.dropPending(message.id);
      this.quotes.delete(message.edit || message.delete);
      if (isMine || message.room !== this.room || message.edit || message.delete) continue;
      if (!wasAtBottom) this.below++;
      newest = message;
    }
    this.history.live(messages);
    if (newest) announce(`${newest.sender}: ${newest.text.slice(0, 200)}`);
    this.viewChanged();
  }

  /** What is in view counts as read, if somebody is there to read it. */
  viewChanged() {
    const atBottom = this.history.isAtBottom();
    if (atBottom) this.below = 0;
    const jump = $("jump");
    jump.hidden = atBottom || this.history.loading;
    setText(jump, this.below ? `${number(this.below)} new below ↓` : "Newest ↓");
    if (atBottom && !document.hidden) this.rooms.markRead(this.room);
    const room = this.rooms.rooms.get(this.room);
    setText($("room-facts"), room ? `${number(room.count)} message${room.count === 1 ? "" : "s"}` : "new room");
  }

  async toEnd() {
    await this.history.toEnd();
    this.viewChanged();
  }

  say(text, { reply, edit }) {
    this.client.send({ room: this.room, text, reply, edit });
    if (!edit) this.toEnd();
  }

  /** A message of one's own has got further. */
  delivery(entry) {
    if (entry.state === State.REFUSED) announce(`Refused: ${entry.why}`);
    this.history.state(entry);
    if (entry.state === State.DURABLE) {
      // Its row waits for the stream, which shows it at its place; a node that lags shows it a moment later.
      if (entry.seq <= this.client.live.cursor) this.dropPending(entry.id);
      else this.pendingRow(entry)?.isConnected && showState(this.pendingRow(entry), entry);
    } else this.showPending();
  }

  pendingRow(entry) {
    return $("pending").querySelector(`[data-id="${CSS.escape(entry.id)}"]`);
  }

  dropPending(id) {
    this.pendingRow({ id })?.remove();
  }

  showPending() {
    const list = $("pending");
    const entries = this.client.pending.filter((entry) => entry.room === this.room);
    const bottom = this.history.isAtBottom();
    for (const row of [...list.children]) {
      if (row.dataset.room !== this.room) row.remove();
    }
    for (const entry of entries) {
      if (this.history.find((message) => message.id === entry.id)) continue; // the stream was faster than the answer
      let row = this.pendingRow(entry);
      if (!row) {
        const what = entry.edit ? `Change to “${entry.text}”` : entry.delete ? "Deletion" : entry.text;
        row = messageRow({ ...entry, text: what, edit: undefined, delete: undefined }, this.context);
        row.classList.add("first");
        row.dataset.room = entry.room;
        list.append(row);
      }
      showState(row, entry);
    }
    if (bottom) this.history.toBottom();
  }

  /** Browsers keep storage for each address apart, so another node's page knows nothing of what waits here. */
  showKept() {
    const old = Date.now() - KEPT_AFTER_MS;
    const waiting = this.client.pending.filter((entry) => entry.state !== State.REFUSED && entry.saidAt < old).length;
    const what = waiting === 1 ? "1 message waits" : `${number(waiting)} messages wait`;
    $("kept").hidden = !waiting;
    setText(
      $("kept"),
      waiting ? `${what} in this browser, and will be sent from here. If you leave, come back to ${location.origin}.` : "",
    );
  }

  /** What a message replies to; fetched if it is not at hand. */
  quote(seq) {
    const who = el("b", {});
    const what = el("span", {}, `message ${seq}`);
    const button = el("button", { type: "button", className: "quote", title: `Go to message ${seq}` }, who, what);
    button.dataset.goto = seq;
    this.quoted(seq).then((message) => {
      if (message === REMOVED) gone(button);
      if (!message || message === REMOVED) return;
      who.textContent = message.sender;
      what.textContent = message.deleted ? "deleted" : message.text.slice(0, 160);
    });
    return button;
  }

  async quoted(seq) {
    const shown = this.history?.find((message) => message.seq === seq);
    if (shown) return shown;
    if (!this.quotes.has(seq)) {
      this.quotes.set(seq, this.client.history({ before: seq + 1, limit: 1, view: this.context.view }).then(
        (page) => page.messages.find((message) => message.seq === seq),
        (e) => {
          if (e.status === 410) return REMOVED;
          this.quotes.delete(seq); // asked again for the next row that quotes it
          return null;
        },
      ));
      if (this.quotes.size > QUOTES) this.quotes.delete(this.quotes.keys().next().value);
    }
    return this.quotes.get(seq);
  }

  clicked(event) {
    const button = event.target.closest("button");
    if (!button) return;
    const row = button.closest(".message");
    if (button.dataset.goto) this.goTo(button);
    else if (button.classList.contains("edited")) this.showChanges(Number(row.dataset.seq));
    else if (button.dataset.does) this.act(button.dataset.does, row);
  }

  /** Goes to what is quoted. Retention may have removed it since; then one stays where one is, and reads so. */
  async goTo(button) {
    const seq = Number(button.dataset.goto);
    const isShown = this.history.find((message) => message.seq === seq);
    const isRemoved = !isShown && (await this.client.message(seq).then(() => false, (e) => e.status === 410));
    if (isRemoved) {
      gone(button);
      announce(button.textContent);
    } else this.history.goTo(seq);
  }

  act(what, row) {
    const entry = this.client.pending.find((e) => e.id === row.dataset.id);
    if (what === "dismiss" || what === "again") {
      this.client.dismiss(row.dataset.id);
      row.remove();
      if (what === "again" && entry) {
        $("text").value = entry.text;
        this.composer.changed();
        $("text").focus();
      }
      return;
    }
    const message = this.history.find((m) => m.id === row.dataset.id);
    if (!message?.seq || message.deleted || !this.client.mayWrite) return;
    if (what === "reply") this.composer.reply(message);
    if (!this.context.isMine(message)) return;
    if (what === "edit") this.composer.edit(message);
    if (what === "delete") this.client.send({ room: this.room, text: "", delete: message.seq });
  }

  editLast() {
    const message = this.history.find((m) => this.context.isMine(m) && !m.deleted);
    if (message) this.composer.edit(message);
  }

  rowKey(event) {
    const row = event.target.closest(".message");
    if (!row || event.altKey || event.ctrlKey || event.metaKey) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    const act = { r: "reply", e: "edit", Delete: "delete" }[event.key];
    if (step) {
      const rows = [...document.querySelectorAll("#messages .message, #pending .message")];
      const next = rows[rows.indexOf(row) + step];
      event.preventDefault();
      event.stopPropagation();
      if (next) next.focus();
      else if (step > 0) $("text").focus();
    } else if (act && event.target === row) {
      event.preventDefault();
      this.act(act, row);
    }
  }

  scrollerKey(event) {
    if (event.target !== $("scroller") || event.key !== "ArrowUp") return;
    const rows = document.querySelectorAll("#messages .message");
    event.preventDefault();
    rows[rows.length - 1]?.focus();
  }

  async showChanges(seq) {
    let texts;
    try {
      const { messages } = await this.client.changes(seq);
      texts = messages.map((message) => [message.at, message.delete ? "Deleted" : message.text]);
    } catch (e) {
      texts = [[new Date().toISOString(), e.message]];
    }
    $("changes-list").replaceChildren(
      ...texts.map(([at, text]) => el("li", {}, el("time", { dateTime: at }, new Date(at).toLocaleString()), text)),
    );
    $("changes-dialog").showModal();
  }
}

/** The button of a quote leads nowhere any more. */
function gone(button) {
  const text = `Message ${number(Number(button.dataset.goto))} was removed by retention`;
  button.disabled = true;
  button.title = text;
  button.replaceChildren(el("span", {}, text));
}

export function roomOfAddress() {
  let room = "";
  try {
    room = decodeURIComponent(location.hash.slice(1));
  } catch {
    // not an address of ours
  }
  return /^[a-z0-9][a-z0-9._-]{0,63}$/.test(room) ? room : "general";
}
