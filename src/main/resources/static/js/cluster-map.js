// The cluster as a picture: nodes, who leads, and messages on their way. What moves has happened: a message travels when
// it is handed over, reaches the disks that the acknowledgement named, and then the others as they report it.

import { $, svg } from "./dom.js";

const WIDTH = 360;
const HEIGHT = 232;
const RADIUS = 25;
const CALM = matchMedia("(prefers-reduced-motion: reduce)");
const STEP_MS = 260;

export class ClusterMap {
  constructor() {
    this.root = $("map");
    this.root.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    this.wires = svg("g");
    this.moving = svg("g");
    this.dots = svg("g");
    this.root.append(this.wires, this.moving, this.dots);
    this.places = new Map();
    this.you = { x: WIDTH / 2, y: HEIGHT - 18 };
    this.gone = new Set();
    this.flying = 0;
  }

  /** @param nodes {id, status: leader|alive|electing|gone, caption}[] @param leader id or 0 @param own id of the node that this page is at */
  draw(nodes, leader, own) {
    this.gone = new Set(nodes.filter((node) => node.status === "gone").map((node) => node.id));
    this.place(nodes.map((node) => node.id));
    const wires = [];
    for (const node of nodes) {
      for (const other of nodes) {
        if (node.id >= other.id) continue;
        const isLead = node.id === leader || other.id === leader;
        const isCut = node.status === "gone" || other.status === "gone";
        wires.push(this.wire(this.places.get(node.id), this.places.get(other.id), `wire${isLead ? " lead" : ""}${isCut ? " cut" : ""}`));
      }
    }
    if (this.places.has(own)) wires.push(this.wire(this.you, this.places.get(own), "wire own"));
    this.wires.replaceChildren(...wires);
    this.dots.replaceChildren(...nodes.map((node) => this.node(node)), this.person());
  }

  place(ids) {
    const sorted = [...ids].sort((a, b) => b - a); // the highest at the top: it is the one that leads when it can
    const key = sorted.join();
    if (key === this.key) return;
    this.key = key;
    this.places.clear();
    const middle = { x: WIDTH / 2, y: 102 };
    sorted.forEach((id, i) => {
      const turn = (2 * Math.PI * i) / sorted.length - Math.PI / 2;
      const wide = sorted.length === 1 ? 0 : 1;
      this.places.set(id, { x: middle.x + wide * 128 * Math.cos(turn), y: middle.y + wide * 66 * Math.sin(turn) });
    });
  }

  wire(from, to, name) {
    return svg("line", { class: name, x1: from.x, y1: from.y, x2: to.x, y2: to.y });
  }

  node({ id, status, caption }) {
    const { x, y } = this.places.get(id);
    const id_ = svg("text", { class: "id", y: 5 }, String(id));
    const role = svg("text", { class: "role", y: RADIUS + 15 }, caption);
    return svg("g", { class: status === "leader" ? "leader alive" : status, transform: `translate(${x} ${y})` }, svg("circle", { class: "node", r: RADIUS }), id_, role);
  }

  person() {
    return svg(
      "g",
      { class: "you", transform: `translate(${this.you.x} ${this.you.y})` },
      svg("circle", { r: 16 }),
      svg("text", { y: 4 }, "you"),
    );
  }

  /** Where it stands; nothing goes to or from a node that is gone. */
  at(id) {
    if (id === "you") return this.you;
    return this.gone.has(id) ? undefined : this.places.get(id);
  }

  /** A message goes from one place to others; resolves when it is there. */
  async fly(from, targets, isAck = false) {
    const start = this.at(from);
    const ends = targets.filter((id) => id !== from).map((id) => this.at(id)).filter(Boolean);
    if (!start || !ends.length || CALM.matches || document.hidden || this.flying > 40) return;
    await Promise.all(
      ends.map(async (end) => {
        const dot = svg("circle", { class: isAck ? "pulse ack" : "pulse", r: 5 });
        this.moving.append(dot);
        this.flying++;
        try {
          await dot.animate(
            [{ transform: `translate(${start.x}px, ${start.y}px)` }, { transform: `translate(${end.x}px, ${end.y}px)` }],
            { duration: STEP_MS, easing: "ease-in-out" },
          ).finished;
        } finally {
          this.flying--;
          dot.remove();
        }
      }),
    );
  }

  /** Whatever is under way is no longer shown: a node has gone. */
  calm() {
    this.moving.replaceChildren();
  }

  /** A node has it on disk. */
  ripple(id) {
    const place = this.at(id);
    if (!place || CALM.matches || document.hidden || this.flying > 40) return;
    const ring = svg("circle", { class: "ripple", cx: place.x, cy: place.y, r: RADIUS });
    this.moving.append(ring);
    ring
      .animate([{ r: `${RADIUS}px`, opacity: 1 }, { r: `${RADIUS + 16}px`, opacity: 0 }], { duration: 700, easing: "ease-out" })
      .finished.finally(() => ring.remove());
  }
}
