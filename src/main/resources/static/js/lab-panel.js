// The lab of `concord up --lab`: buttons that break the cluster, and the elections that follow as a picture. What is
// shown comes from the lab alone, which lives on when nodes die.

import { el, setText } from "./dom.js";
import { ProtocolDiagram } from "./lab-protocol.js";

const REFUSED_SHOWN_MS = 6000;

const DISK = [
  [0, "as it is"],
  [50, "+50 ms"],
  [250, "+250 ms"],
  [1000, "+1 s"],
  [4000, "+4 s"],
];

const LINK = [
  ["none 0", "open"],
  ["none 50", "+50 ms"],
  ["none 200", "+200 ms"],
  ["none 1000", "+1 s"],
  ["silence 0", "silent"],
  ["reset 0", "reset"],
];

const STATE = { running: "runs", paused: "paused", ended: "dead" };

export class Lab {
  constructor(url, section) {
    this.url = url;
    this.nodes = new Map();
    this.links = new Map();
    this.diagram = new ProtocolDiagram();
    this.problem = el("p", { className: "error", role: "alert" });
    this.nodeList = el("ul", { className: "lab-nodes" });
    this.matrix = el("table", { className: "lab-links" });
    this.healing = el("button", { type: "button", className: "quiet", onclick: () => this.order("heal") }, "Make all well");
    section.setAttribute("aria-labelledby", "lab-title");
    section.removeAttribute("aria-label");
    section.replaceChildren(
      el("div", { className: "lab-head" }, el("h2", { id: "lab-title" }, "The lab: break it"), this.healing),
      this.problem,
      this.nodeList,
      el("h3", {}, "Links"),
      el("div", { className: "lab-scroll" }, this.matrix),
      el("h3", { id: "lab-protocol-title" }, "Who says what in an election"),
      this.diagram.element,
    );
    section.hidden = false;
  }

  start() {
    const events = new EventSource(`${this.url}/lab/events`);
    events.addEventListener("state", (event) => this.show(JSON.parse(event.data)));
    events.addEventListener("protocol", (event) => this.diagram.add(JSON.parse(event.data).lines));
    events.addEventListener("open", () => this.say(""));
    events.addEventListener("error", () => this.say("The lab does not answer: concord up has ended, or a moment of patience is needed."));
  }

  say(text) {
    setText(this.problem, text);
  }

  async order(path, body) {
    clearTimeout(this.forget);
    try {
      const answer = await fetch(`${this.url}/lab/${path}`, {
        method: "POST",
        headers: body ? { "Content-Type": "application/json" } : {},
        body: body && JSON.stringify(body),
      });
      const told = await answer.json();
      this.say(answer.ok ? "" : told.detail);
      if (answer.ok) this.show(told);
    } catch {
      this.say("The lab does not answer.");
    }
    this.forget = setTimeout(() => this.say(""), REFUSED_SHOWN_MS);
    if (this.shown) this.show(this.shown); // a choice that was refused goes back to what is
  }

  show(state) {
    this.shown = state;
    this.diagram.setNodes(state.nodes.map((node) => node.id));
    state.nodes.forEach((node) => this.row(node.id).show(node));
    if (!this.links.size) this.layOut(state.nodes.map((node) => node.id));
    state.links.forEach((link) => this.links.get(`${link.from} ${link.to}`)?.show(link));
  }

  row(id) {
    if (!this.nodes.has(id)) {
      const row = new NodeRow(this, id);
      this.nodes.set(id, row);
      this.nodeList.append(row.element);
    }
    return this.nodes.get(id);
  }

  layOut(ids) {
    this.matrix.append(
      el("caption", { className: "sr" }, "Links between the nodes, a row for each sender and a column for each receiver"),
      el("thead", {}, el("tr", {}, el("td", {}, "from / to"), ...ids.map((to) => el("th", { scope: "col" }, `${to}`)))),
      el(
        "tbody",
        {},
        ...ids.map((from) =>
          el(
            "tr",
            {},
            el("th", { scope: "row" }, `${from}`),
            ...ids.map((to) => {
              if (from === to) return el("td", { className: "self" }, "·");
              const cell = new LinkCell(this, from, to);
              this.links.set(`${from} ${to}`, cell);
              return el("td", {}, cell.element);
            }),
          ),
        ),
      ),
    );
  }
}

/** One node: how it is, and what can be done to it. */
class NodeRow {
  constructor(lab, id) {
    this.lab = lab;
    this.id = id;
    this.name = el("b", {}, `Node ${id}`);
    this.state = el("span", { className: "lab-state" });
    this.life = this.button();
    this.pause = this.button();
    this.cut = this.button();
    this.disk = el(
      "select",
      { id: `lab-disk-${id}`, onchange: () => this.order("disk", { delayMs: Number(this.disk.value) }) },
      ...DISK.map(([value, text]) => el("option", { value: `${value}` }, text)),
    );
    const label = el("label", { className: "lab-disk", htmlFor: this.disk.id }, "Disk", el("span", { className: "sr" }, ` of node ${id}`));
    this.element = el(
      "li",
      {},
      el("p", { className: "lab-name" }, el("span", { className: "lab-dot", "aria-hidden": "true" }), this.name, this.state),
      el("p", { className: "lab-disk-line" }, label, this.disk),
      el("p", { className: "lab-buttons" }, this.life, this.pause, this.cut),
    );
  }

  button() {
    const button = el("button", { type: "button", className: "quiet" });
    button.addEventListener("click", () => this.order(button.dataset.order));
    return button;
  }

  async order(order, body) {
    await this.lab.order(`nodes/${this.id}/${order}`, body);
  }

  show(node) {
    const isDead = node.process === "ended";
    const isPaused = node.process === "paused";
    this.element.dataset.state = node.process === "running" && node.cut ? "cut" : node.process;
    setText(this.state, STATE[node.process] + (node.cut ? ", cut off" : ""));
    this.state.title = isDead ? "" : `process ${node.pid}`;
    this.set(this.life, isDead ? "start" : "kill", isDead ? "Start" : "Kill", true);
    this.set(this.pause, isPaused ? "resume" : "pause", isPaused ? "Go on" : "Pause", !isDead);
    this.set(this.cut, node.cut ? "heal" : "cut", node.cut ? "Heal" : "Cut off", true);
    choose(this.disk, `${node.diskDelayMs}`, `+${node.diskDelayMs} ms`);
    this.disk.disabled = node.process !== "running";
  }

  set(button, order, text, isPossible) {
    button.dataset.order = order;
    button.disabled = !isPossible;
    setText(button, text);
    button.setAttribute("aria-label", `${text} node ${this.id}`);
  }
}

/** One direction between two nodes. */
class LinkCell {
  constructor(lab, from, to) {
    this.element = el("select", { "aria-label": `Link from node ${from} to node ${to}` }, ...LINK.map(([value, text]) => el("option", { value }, text)));
    this.element.addEventListener("change", () => {
      const [cut, delay] = this.element.value.split(" ");
      lab.order(`links/${from}/${to}`, { cut, delayMs: Number(delay) });
    });
  }

  show(link) {
    const delay = link.cut === "none" ? link.delayMs : 0;
    choose(this.element, `${link.cut} ${delay}`, `+${delay} ms`);
    this.element.dataset.state = link.cut === "none" ? (delay ? "slow" : "open") : "cut";
    this.element.title = link.connections === 1 ? "1 connection" : `${link.connections} connections`;
  }
}

/** Selects a value, also one that nobody could choose here. */
function choose(select, value, text) {
  if (document.activeElement === select && select.matches(":open")) return; // somebody is choosing
  if (![...select.options].some((option) => option.value === value)) select.append(el("option", { value }, text));
  if (select.value !== value) select.value = value;
}
