// The elections as a sequence diagram: a lifeline for each node, an arrow for each message, time going down. Sending and
// receiving are events of their own, in the order in which they happened, so a slow message slants and a lost one ends
// on its way. A table beside it says the same to those who do not see it.

import { el, svg, setText } from "./dom.js";

const MAX_LINES = 240; // shown at once; the lab keeps 1,000
const HEAD = 8;
const SEND_STEP = 26;
const RECEIVE_STEP = 13;
const NOTE_STEP = 30;
const GAP_STEP = 30;
const GAP_MICROS = 1_500_000;
const LOST_AFTER_MICROS = 3_000_000;
const NEAR_END = 40;

const KIND = { ELECTION: "election", ELECTION_OK: "answer", CLAIM: "claim", PROMISE: "promise", COORDINATOR: "coordinator" };
const LEGEND = [
  ["election", "ELECTION", "is a higher node able to lead?"],
  ["answer", "ELECTION_OK", "its answer"],
  ["claim", "CLAIM", "promise me this term (with ?: would you?)"],
  ["promise", "PROMISE", "the voter’s answer"],
  ["coordinator", "COORDINATOR", "I lead this term"],
];
const OK_TEXT = { TAKING_OVER: "taking over", LEADER_ALIVE: "leader alive", UNABLE: "unable" };
const OK_SENTENCE = { TAKING_OVER: "I am able, I outrank you, and I take over", UNABLE: "I cannot lead now" };
const NO_SENTENCE = { LEADER_ALIVE: "I hear a leader", STALE_TERM: "I know a term as high as that" };

/** What fits above an arrow. */
export function labelOf(line) {
  const { type, details } = line;
  switch (type) {
    case "ELECTION":
      return details.reason === "HANDOVER" ? "ELECTION handover" : "ELECTION";
    case "ELECTION_OK":
      return `OK ${OK_TEXT[details.verdict]}`;
    case "CLAIM":
      return `CLAIM ${details.claimTerm}${details.probe ? "?" : ""}`;
    case "PROMISE":
      return details.granted ? `PROMISE ${details.claimTerm}${details.probe ? "?" : ""}` : "refused";
    case "COORDINATOR":
      return `COORDINATOR ${line.term}`;
    default:
      return type;
  }
}

/** What the message says, in a sentence. */
export function sentenceOf({ type, term, details }) {
  switch (type) {
    case "ELECTION":
      return details.reason === "HANDOVER"
        ? `I lead, and I hand over to you (round ${details.round}, term ${term})`
        : `I hear no leader: are you able to lead? (round ${details.round}, term ${term})`;
    case "ELECTION_OK":
      return `${details.verdict === "LEADER_ALIVE" ? `Node ${details.leader} leads` : OK_SENTENCE[details.verdict]} (round ${details.round}, term ${term})`;
    case "CLAIM":
      return details.probe ? `Would you promise me term ${details.claimTerm}? Nothing changes yet` : `Promise me term ${details.claimTerm}`;
    case "PROMISE":
      if (!details.granted) return `No term ${details.claimTerm}: ${NO_SENTENCE[details.reason]}`;
      return `${details.probe ? "I would promise" : "I promise, on disk,"} term ${details.claimTerm}; my log ends at entry ${details.lastIndex} of term ${details.lastTerm}`;
    case "COORDINATOR":
      return `I lead term ${term}, which begins at entry ${details.termStart}`;
    default:
      return details.text;
  }
}

export class ProtocolDiagram {
  constructor() {
    this.nodes = [];
    this.lines = new Map();
    this.heads = el("div", { className: "lab-lifelines", "aria-hidden": "true" });
    this.picture = svg("svg", { "aria-hidden": "true", class: "lab-sequence" });
    this.empty = el("p", { className: "empty" }, "No election yet. Kill the leader, and see.");
    this.scroller = el(
      "div",
      { className: "lab-scroller", tabIndex: 0, role: "group", "aria-labelledby": "lab-protocol-title", "aria-describedby": "lab-said" },
      this.heads,
      this.picture,
      this.empty,
    );
    this.said = el("p", { className: "lab-said", id: "lab-said", "aria-live": "polite" }, "Point at an arrow, or use ↑ and ↓ here.");
    this.rows = el("tbody");
    this.table = el(
      "details",
      { className: "lab-table" },
      el("summary", {}, "As a table"),
      el(
        "div",
        { className: "lab-scroll", tabIndex: 0, role: "region", "aria-label": "Messages of elections" },
        el(
          "table",
          {},
          el("thead", {}, el("tr", {}, ...["Time", "From", "To", "Message", "Says", "Arrived"].map((name) => el("th", { scope: "col" }, name)))),
          this.rows,
        ),
      ),
    );
    const legend = el("ul", { className: "lab-legend" }, ...LEGEND.map(([kind, name, text]) => el("li", { className: `k-${kind}`, title: text }, name)));
    this.element = el("div", { className: "lab-protocol" }, legend, this.scroller, this.said, this.table);
    this.table.addEventListener("toggle", () => this.drawTable());
    this.scroller.addEventListener("keydown", (event) => this.key(event));
    this.picture.addEventListener("pointerover", (event) => this.point(event.target.closest("[data-line]")?.dataset.line));
    this.picture.addEventListener("click", (event) => this.point(event.target.closest("[data-line]")?.dataset.line));
    new ResizeObserver(() => this.soon()).observe(this.scroller);
  }

  setNodes(ids) {
    if (ids.join() === this.nodes.join()) return;
    this.nodes = ids;
    this.heads.replaceChildren(...ids.map((id) => el("span", {}, `${id}`)));
    this.soon();
  }

  add(lines) {
    for (const line of lines) {
      line.sent = micros(line.sentAt);
      line.received = micros(line.receivedAt);
      line.at = line.sent ?? line.received;
      this.lines.set(line.number, line);
    }
    while (this.lines.size > 2 * MAX_LINES) this.lines.delete(this.lines.keys().next().value);
    this.soon();
  }

  /** Draws once for all that came together. */
  soon() {
    if (this.waiting) return;
    this.waiting = true;
    requestAnimationFrame(() => {
      this.waiting = false;
      this.draw();
    });
  }

  draw() {
    const width = this.scroller.clientWidth;
    if (!width || !this.nodes.length) return;
    const wasAtEnd = this.scroller.scrollHeight - this.scroller.scrollTop - this.scroller.clientHeight < NEAR_END;
    this.shown = [...this.lines.values()].sort((a, b) => a.at - b.at || a.number - b.number).slice(-MAX_LINES);
    this.empty.hidden = this.shown.length > 0;
    this.picture.toggleAttribute("hidden", !this.shown.length);
    const layout = new Layout(this.nodes, width);
    layout.place(this.shown);
    this.picture.setAttribute("viewBox", `0 0 ${width} ${layout.height}`);
    this.picture.setAttribute("width", width);
    this.picture.setAttribute("height", layout.height);
    this.picture.replaceChildren(...layout.parts());
    if (wasAtEnd) this.scroller.scrollTop = this.scroller.scrollHeight;
    this.mark();
    this.drawTable();
    clearTimeout(this.later);
    if (this.shown.some((line) => line.type !== "LAB" && !line.receivedAt && !isLost(line))) this.later = setTimeout(() => this.soon(), 1000);
  }

  drawTable() {
    if (!this.table.open) return;
    this.rows.replaceChildren(
      ...this.shown.toReversed().map((line) =>
        el(
          "tr",
          {},
          el("td", { className: "num" }, timeOf(line)),
          el("td", {}, line.from ? `${line.from}` : "all"),
          el("td", {}, line.to ? `${line.to}` : "–"),
          el("td", {}, line.type === "LAB" ? "(you)" : line.type),
          el("td", {}, sentenceOf(line)),
          el("td", {}, arrival(line)),
        ),
      ),
    );
  }

  key(event) {
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (!step || !this.shown?.length) return;
    event.preventDefault();
    const at = this.shown.findIndex((line) => line.number === this.current);
    const next = at < 0 ? this.shown.length - 1 : Math.min(Math.max(at + step, 0), this.shown.length - 1);
    this.point(this.shown[next].number);
    this.picture.querySelector(".current")?.scrollIntoView({ block: "nearest" });
  }

  point(number) {
    const line = this.lines.get(Number(number));
    if (!line) return;
    this.current = line.number;
    const who = line.type === "LAB" ? (line.from ? `Node ${line.from}` : "You") : `Node ${line.from} to node ${line.to}, ${line.type}`;
    setText(this.said, `${timeOf(line)}  ${who}: ${sentenceOf(line)}. ${arrival(line)}`);
    this.mark();
  }

  mark() {
    this.picture.querySelectorAll(".current").forEach((part) => part.classList.remove("current"));
    this.picture.querySelector(`[data-line="${this.current}"]`)?.classList.add("current");
  }
}

/** Where everything goes, from the events in their order. */
class Layout {
  constructor(nodes, width) {
    this.width = width;
    this.x = new Map(nodes.map((id, at) => [id, (width * (at + 0.5)) / nodes.length]));
    this.height = HEAD;
    this.places = new Map();
    this.spans = []; // pieces of lifelines: {node, from, to, how}
    this.life = new Map(nodes.map((id) => [id, { how: "alive", since: 0 }]));
    this.gaps = [];
    this.leader = 0;
  }

  place(lines) {
    let last = null;
    for (const { at, line, isEnd } of eventsOf(lines)) {
      if (last !== null && at - last > GAP_MICROS) {
        this.height += GAP_STEP;
        this.gaps.push({ y: this.height - 6, micros: at - last });
      }
      last = at;
      this.height += line.type === "LAB" ? NOTE_STEP : isEnd ? RECEIVE_STEP : SEND_STEP;
      const place = this.places.get(line) || {};
      this.places.set(line, place);
      if (isEnd) place.end = this.height;
      else place.start = this.height;
      if (line.type === "LAB") this.done(line);
      else if (line.type === "COORDINATOR") this.won(line.from);
      else if (!isEnd && asks(line) && this.life.get(line.from)?.how === "leads") this.span(line.from, "alive"); // it had stepped down
    }
    this.height += SEND_STEP;
    for (const node of this.life.keys()) this.span(node, "alive");
  }

  /** What a person did changes how a lifeline is drawn from here on. */
  done({ from, details: { text } }) {
    const next = { killed: "dead", paused: "paused", "goes on": "alive", started: "alive", "cut off from the others": "cut", "no longer cut off": "alive" };
    if (from === 0) this.life.forEach((life, node) => life.how !== "alive" && life.how !== "leads" && this.span(node, "alive"));
    else if (next[text] && this.life.has(from)) this.span(from, next[text]);
  }

  won(leader) {
    for (const [node, life] of this.life) if (life.how === "leads" && node !== leader) this.span(node, "alive");
    if (this.life.get(leader)?.how !== "leads") this.span(leader, "leads");
  }

  span(node, how) {
    const life = this.life.get(node);
    if (!life) return;
    if (this.height > life.since) this.spans.push({ node, from: life.since, to: this.height, how: life.how });
    this.life.set(node, { how, since: this.height });
  }

  parts() {
    return [...this.spans.map((span) => this.lifeline(span)), ...this.gaps.map((gap) => this.gap(gap)), ...[...this.places].map(([line, place]) => (line.type === "LAB" ? this.note(line, place) : this.arrow(line, place)))];
  }

  lifeline({ node, from, to, how }) {
    const x = this.x.get(node);
    return svg("line", { class: `life ${how}`, x1: x, x2: x, y1: from, y2: to });
  }

  gap({ y, micros: length }) {
    return svg("text", { class: "gap", x: this.width / 2, y, "text-anchor": "middle" }, `${(length / 1e6).toFixed(1)} s later`);
  }

  note(line, { start }) {
    const text = line.from ? `node ${line.from}: ${line.details.text}` : line.details.text;
    return svg(
      "g",
      { class: "note", "data-line": line.number },
      svg("line", { x1: 0, x2: this.width, y1: start, y2: start }),
      svg("text", { x: this.width / 2, y: start + 4, "text-anchor": "middle" }, text),
    );
  }

  arrow(line, { start, end }) {
    const [a, b] = [this.x.get(line.from), this.x.get(line.to)];
    if (a === undefined || b === undefined) return svg("g");
    const lost = !line.receivedAt && isLost(line);
    const orphan = !line.sentAt;
    const direction = Math.sign(b - a);
    const y1 = start ?? end - RECEIVE_STEP;
    const y2 = end ?? y1 + RECEIVE_STEP;
    const reach = line.receivedAt ? 1 : lost ? 0.62 : 0.85;
    const from = { x: a + direction * 5, y: y1 };
    const to = { x: a + (b - a) * reach - direction * (reach === 1 ? 6 : 0), y: y1 + (y2 - y1) * reach };
    const angle = Math.atan2(to.y - from.y, to.x - from.x);
    const group = svg("g", { class: `arrow k-${KIND[line.type]}${lost ? " lost" : ""}${orphan ? " orphan" : ""}${line.details.probe ? " probe" : ""}${line.details.granted === false ? " refused" : ""}`, "data-line": line.number });
    group.append(svg("line", { class: "hit", x1: from.x, y1: from.y, x2: to.x, y2: to.y }), svg("line", { class: "shaft", x1: from.x, y1: from.y, x2: to.x, y2: to.y }));
    group.append(svg("path", { class: "tip", d: lost ? crossAt(to) : tipAt(to, angle) }));
    // At the sender's end: no two messages are sent at the same height, so no two labels meet.
    group.append(svg("text", { x: from.x + direction * 4, y: from.y - 5, "text-anchor": direction > 0 ? "start" : "end" }, labelOf(line)));
    return group;
  }
}

/** Whether only somebody who does not lead says this. */
function asks({ type, details }) {
  return type === "CLAIM" || (type === "ELECTION" && details.reason === "SUSPECT");
}

function eventsOf(lines) {
  const events = [];
  for (const line of lines) {
    if (line.sent !== null) events.push({ at: line.sent, line, isEnd: false });
    if (line.received !== null) events.push({ at: line.received, line, isEnd: true });
  }
  return events.sort((a, b) => a.at - b.at || a.line.number - b.line.number || a.isEnd - b.isEnd);
}

function tipAt({ x, y }, angle) {
  const side = (turn) => `${x - 8 * Math.cos(angle + turn)} ${y - 8 * Math.sin(angle + turn)}`;
  return `M${x} ${y}L${side(0.42)}L${side(-0.42)}Z`;
}

function crossAt({ x, y }) {
  return `M${x - 4} ${y - 4}l8 8m0 -8l-8 8`;
}

function isLost(line) {
  return !line.receivedAt && Date.now() * 1000 - line.at > LOST_AFTER_MICROS;
}

function arrival(line) {
  if (line.type === "LAB") return "";
  if (line.received !== null && line.sent !== null) return `Arrived after ${((line.received - line.sent) / 1000).toFixed(1)} ms.`;
  if (line.received !== null) return "Arrived; its sender died before it could tell.";
  return isLost(line) ? "It never arrived." : "Under way.";
}

function timeOf({ at }) {
  const date = new Date(at / 1000);
  const two = (value) => `${value}`.padStart(2, "0");
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}.${`${date.getMilliseconds()}`.padStart(3, "0")}`;
}

/** Microseconds since 1970 of a time with six digits behind its second. */
function micros(text) {
  return text ? Date.parse(`${text.slice(0, 19)}Z`) * 1000 + Number(text.slice(20, 26)) : null;
}
