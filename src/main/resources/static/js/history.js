// The messages of one room, of which only a window is held: at most WINDOW rows, wherever in ten thousand messages one
// reads. Scrolling near an edge fetches the next page there and lets go of rows at the other end; what is in view does not
// move meanwhile.

import { day, el, number } from "./dom.js";
import { messageRow, showState } from "./message-row.js";

const PAGE = 60;
export const WINDOW = 240;
const NEAR_PX = 900;
/** Live changes that are remembered, for pages that were read before them and come later. */
const CHANGES = 500;
const TOGETHER_MS = 5 * 60 * 1000;

export class History {
  /**
   * @param {object} parts scroller, list, edge: elements; client; context: for rows; changed(): the view has moved
   */
  constructor({ scroller, list, edge, client, context, changed }) {
    Object.assign(this, { scroller, list, edge, client, context, changed });
    this.rows = [];
    this.states = new Map(); // id → what became of own messages
    this.generation = 0;
    scroller.addEventListener("scroll", () => this.scrolled(), { passive: true });
  }

  /** Shows a room from its end, or around a message. */
  async open(room, { unreadAfter = null, around = null } = {}) {
    const generation = ++this.generation;
    Object.assign(this, { room, unreadAfter, rows: [], older: null, atEnd: false, loading: true, early: [], changes: [] });
    this.gap = null; // what retention removed between the last row and the next one to come
    this.list.replaceChildren();
    this.edgeText("Loading …");
    const query = around ? { before: around + Math.ceil(PAGE / 2) } : {};
    const page = await this.fetch(query, generation);
    if (!page) return;
    this.older = page.prev;
    this.newer = page.next;
    this.insert(this.upToDate(page), 0);
    this.atEnd = !around || this.isLast(page);
    this.take(this.early.filter((message) => message.seq > page.commit));
    this.early = [];
    this.loading = false;
    this.showEdge();
    this.toBottom();
    if (around) this.reveal(around);
    else this.list.querySelector(".unread-line")?.scrollIntoView({ block: "center" });
    this.scrolled();
  }

  async fetch(query, generation) {
    for (let pause = 300; generation === this.generation; pause = Math.min(2 * pause, 5000)) {
      try {
        const seen = this.client.live.cursor;
        const page = await this.client.history({ room: this.room, limit: PAGE, view: this.context.view, ...query });
        if (generation !== this.generation) return null;
        if (page.commit >= seen) {
          this.earliest = page.earliest;
          return page;
        }
        this.edgeText("Waiting for a node that is behind …"); // it has not heard yet what this page has shown
      } catch (e) {
        if (generation !== this.generation) return null;
        if (e.status === 400 && e.problem.field === "view") {
          this.context.view = undefined; // an older program, in the middle of an upgrade: it shows the log as it is
          continue;
        }
        if (e.status === 410 && e.problem.earliest) return this.removed(query, e.problem.earliest);
        this.edgeText(e.status ? e.message : "No node can be reached. Trying again …");
        if (e.status && e.status < 500 && e.status !== 401) return null;
      }
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
    return null;
  }

  /** Retention has removed what a page was to begin with: an empty page, which leads on to what is left. */
  removed(query, earliest) {
    this.earliest = earliest;
    if (query.after !== undefined) this.skip(query.after + 1, earliest - 1);
    return { messages: [], earliest, commit: this.client.live.cursor, next: earliest - 1, prev: null };
  }

  /** The next row stands behind messages that are gone, and says so. */
  skip(from, to) {
    this.earliest = to + 1;
    if (this.rows.length) this.gap = { from: this.gap?.from ?? from, to }; // more may go before that row has come
    else this.showEdge();
  }

  /** Messages came in live, in their order. */
  live(messages) {
    const mine = messages.filter((message) => message.room === this.room);
    if (this.loading && !this.rows.length) this.early.push(...mine);
    else this.take(mine);
  }

  take(messages) {
    const stay = this.isAtBottom();
    let fresh = [];
    for (const message of messages) {
      if (message.edit || message.delete) {
        this.changes.push(message);
        if (this.changes.length > CHANGES) this.changes.shift();
        this.change(message, fresh);
      }
      else if (this.atEnd && message.seq > (this.rows.at(-1)?.message.seq ?? 0)) fresh.push(message);
    }
    if (!fresh.length) return;
    const free = Math.max(0, WINDOW - this.rows.length);
    if (!stay && this.rows.length && fresh.length > free) {
      fresh = fresh.slice(0, free);
      this.newer = (fresh.at(-1) ?? this.rows.at(-1).message).seq;
      this.atEnd = false; // one reads further up: the others are fetched on the way down
      if (!fresh.length) return;
    }
    if (fresh.length > WINDOW) {
      fresh = fresh.slice(-WINDOW); // more than the window holds, at once: only the newest are shown
      while (this.rows.length) this.remove(this.rows.pop());
      this.gap = null; // who reads upwards from here comes to the edge
      this.older = fresh[0].seq;
    }
    this.insert(fresh, this.rows.length);
    if (this.rows.length === fresh.length) this.showEdge();
    if (stay) {
      this.trimTop();
      this.toBottom();
    }
  }

  /** The messages of a page with the changes that came live while it was on its way. */
  upToDate(page) {
    const later = this.changes.filter((change) => change.seq > page.commit);
    return page.messages.map((message) =>
      later.filter((change) => (change.edit || change.delete) === message.seq).reduce(changed, message),
    );
  }

  /** An edit or a deletion of a message that may be in view. */
  change(change, fresh) {
    const target = change.edit || change.delete;
    const waiting = fresh.findIndex((message) => message.seq === target);
    if (waiting >= 0) {
      fresh[waiting] = changed(fresh[waiting], change);
      return;
    }
    const index = this.rows.findIndex((row) => row.message.seq === target);
    if (index < 0) return;
    this.redraw(index, changed(this.rows[index].message, change));
    this.rows.forEach((row, i) => row.message.reply === target && this.redraw(i, row.message)); // they quote it
  }

  redraw(index, message) {
    const bottom = this.isAtBottom();
    const row = this.rowOf(message);
    const focused = this.rows[index].element === document.activeElement;
    this.rows[index].element.replaceWith(row.element);
    row.divider = this.rows[index].divider;
    row.gap = this.rows[index].gap;
    this.rows[index] = row;
    this.decorate(index);
    if (focused) row.element.focus();
    if (bottom) this.toBottom();
  }

  state(entry) {
    this.states.set(entry.id, entry);
    if (this.states.size > 500) this.states.delete(this.states.keys().next().value);
    const row = this.rows.find((r) => r.message.id === entry.id);
    if (!row) return;
    const bottom = this.isAtBottom();
    showState(row.element, entry);
    if (bottom) this.toBottom();
  }

  rowOf(message) {
    const element = messageRow(message, this.context);
    const entry = this.states.get(message.id);
    if (entry) showState(element, entry);
    return { message, element, divider: null };
  }

  insert(messages, at) {
    const fresh = messages.filter((m) => !m.edit && !m.delete).map((message) => this.rowOf(message));
    if (!fresh.length) return;
    const reference = this.rows[at] ? this.rows[at].divider || this.rows[at].element : null;
    if (at === this.rows.length && at > 0) {
      fresh[0].gap = this.gap;
      this.gap = null;
    }
    for (const row of fresh) this.list.insertBefore(row.element, reference);
    this.rows.splice(at, 0, ...fresh);
    for (let i = at; i <= at + fresh.length && i < this.rows.length; i++) this.decorate(i);
  }

  /** Joins a row with the one before it, or sets it apart: another person, another day, what is new. */
  decorate(index) {
    const { message, element, gap } = this.rows[index];
    const before = this.rows[index - 1]?.message;
    const at = new Date(message.at);
    const otherDay = !before ? !this.older : new Date(before.at).toDateString() !== at.toDateString();
    const isUnread =
      this.unreadAfter !== null && message.seq > this.unreadAfter && (!before || before.seq <= this.unreadAfter);
    let divider = null;
    if (gap) divider = el("li", { className: "divider removed" }, `Messages ${number(gap.from)} to ${number(gap.to)} were removed by retention`);
    else if (isUnread) divider = el("li", { className: "divider unread-line" }, "New");
    else if (otherDay) divider = el("li", { className: "divider" }, day(at));
    this.rows[index].divider?.remove();
    this.rows[index].divider = divider;
    if (divider) this.list.insertBefore(divider, element);
    const joins =
      before && !divider && before.sender === message.sender && at - new Date(before.at) < TOGETHER_MS && !message.reply;
    element.classList.toggle("first", !joins);
  }

  isLast(page) {
    return page.next >= page.commit;
  }

  async loadOlder() {
    if (this.loading || this.older === null) return;
    this.loading = true;
    const generation = this.generation;
    const page = await this.fetch({ before: this.older }, generation);
    if (generation !== this.generation) return; // another room or place was opened meanwhile, and is loading itself
    if (page) {
      this.keepingPlace(() => {
        this.older = page.prev;
        this.insert(this.upToDate(page), 0);
        this.trimBottom();
      });
      this.showEdge();
    }
    this.loading = false;
    if (page) this.scrolled();
  }

  async loadNewer() {
    if (this.loading || this.atEnd) return;
    this.loading = true;
    const generation = this.generation;
    const page = await this.fetch({ after: this.newer }, generation);
    if (generation !== this.generation) return;
    if (page) {
      this.keepingPlace(() => {
        this.newer = page.next;
        this.insert(this.upToDate(page), this.rows.length);
        this.atEnd = this.isLast(page) && page.commit >= this.client.live.cursor;
        this.trimTop();
      });
    }
    this.loading = false;
    if (page) this.scrolled();
  }

  trimTop() {
    while (this.rows.length > WINDOW) {
      this.remove(this.rows.shift());
      this.older = this.rows[0].message.seq;
    }
    if (this.rows.length) this.decorate(0);
    if (this.rows.length && this.older !== null) this.showEdge();
  }

  trimBottom() {
    while (this.rows.length > WINDOW) {
      this.remove(this.rows.pop());
      this.gap = null; // it was behind this row
      this.newer = this.rows.at(-1).message.seq;
      this.atEnd = false;
    }
  }

  remove(row) {
    row.element.remove();
    row.divider?.remove();
  }

  /** Changes rows without moving what is in view. */
  keepingPlace(change) {
    const top = this.scroller.getBoundingClientRect().top;
    const anchor = this.rows.find((row) => row.element.getBoundingClientRect().bottom > top)?.element;
    const before = anchor?.getBoundingClientRect().top;
    change();
    if (anchor?.isConnected) this.scroller.scrollTop += anchor.getBoundingClientRect().top - before;
  }

  scrolled() {
    if (!this.room || this.loading) return;
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    if (scrollTop < NEAR_PX && this.older !== null) this.loadOlder();
    else if (scrollHeight - scrollTop - clientHeight < NEAR_PX) this.loadNewer();
    this.changed();
  }

  isAtBottom() {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return this.atEnd && scrollHeight - scrollTop - clientHeight < 40;
  }

  toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  /** Goes to the newest message, from wherever one is. */
  async toEnd() {
    if (!this.atEnd) await this.open(this.room, { unreadAfter: this.unreadAfter });
    this.toBottom();
  }

  /** Goes to a message, fetching its surroundings if need be. */
  async goTo(seq) {
    if (!this.rows.some((row) => row.message.seq === seq)) await this.open(this.room, { around: seq });
    else this.reveal(seq);
  }

  reveal(seq) {
    const row = this.rows.find((r) => r.message.seq === seq)?.element;
    if (!row) return;
    row.scrollIntoView({ block: "center" });
    row.classList.remove("flash");
    requestAnimationFrame(() => row.classList.add("flash"));
    row.focus({ preventScroll: true });
  }

  /** The message shown for this seq or id, if it is in the window. */
  find(test) {
    return this.rows.findLast((row) => test(row.message))?.message;
  }

  showEdge() {
    if (this.older !== null) this.edgeText("Loading …");
    else if (this.earliest > 1) this.edgeText(`What was said before message ${number(this.earliest)} was removed by retention.`);
    else if (this.rows.length) this.edgeText(`This is where #${this.room} begins.`);
    else this.edgeText(`Nobody has said anything in #${this.room} yet. The first message makes the room.`);
  }

  edgeText(text) {
    this.edge.hidden = !text;
    this.edge.textContent = text;
  }
}

/** A message as it is after this edit or deletion. What is deleted stays so. */
function changed(message, change) {
  if (message.deleted) return message;
  const by = { seq: change.seq, at: change.at };
  return change.edit ? { ...message, text: change.text, edited: by } : { ...message, text: "", deleted: by };
}
