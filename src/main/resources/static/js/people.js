// Who is here, and who is writing. Hints only: nothing of it is in the log.

import { $, el, listed, number, setText } from "./dom.js";

const SHOWN = 40;
/** A hint lives so long at the node, also after what was written has been said. */
const HINT_MS = 5000;

export class People {
  constructor(client) {
    this.client = client;
    this.people = [];
    this.writing = [];
    this.said = new Map(); // name → when this person said something last
    client.addEventListener("message", (e) => {
      if (!this.writing.some((hint) => hint.name === e.detail.sender)) return;
      this.said.set(e.detail.sender, Date.now());
      this.render();
    });
    client.addEventListener("presence", (e) => {
      this.people = e.detail.people || [];
      this.writing = e.detail.typing || [];
      this.render();
    });
  }

  /** Begins as soon as the cluster knows presence. */
  async start() {
    if (!(await this.client.watchPresence())) setTimeout(() => this.start(), 15000);
  }

  room(name) {
    this.name = name;
    this.client.enter(name);
    this.render();
  }

  isHere(person) {
    return person.rooms.includes("*") || person.rooms.includes(this.name);
  }

  render() {
    const people = [...this.people].sort((a, b) => a.name.localeCompare(b.name));
    const here = people.filter((person) => this.isHere(person));
    const elsewhere = people.filter((person) => !this.isHere(person));
    setText($("here"), here.length ? `${number(here.length)} here` : "");
    $("here").title = listed(here.slice(0, SHOWN).map((person) => person.name));
    this.fill("people", here, (person) => (person.nodes.length ? `node ${listed(person.nodes)}` : ""));
    this.fill("elsewhere", elsewhere, (person) => listed(person.rooms.map((room) => `#${room}`)) || "no room");
    const writing = this.writing.filter((hint) => hint.room === this.name && hint.name !== this.client.name && !this.hasSaid(hint.name));
    const names = writing.map((hint) => hint.name);
    setText($("typing"), names.length ? `${listed(names.slice(0, 3))} ${names.length > 1 ? "are" : "is"} writing …` : "");
  }

  /** @param fine(person) says in small letters more of each */
  fill(list, people, fine) {
    $(list).hidden = !people.length;
    const rest = people.length - SHOWN;
    $(`${list}-list`).replaceChildren(
      ...people.slice(0, SHOWN).map((person) =>
        el(
          "li",
          {},
          el("bdi", {}, person.name === this.client.name ? `${person.name} (you)` : person.name),
          el("span", { className: "fine" }, fine(person)),
        ),
      ),
      ...(rest > 0 ? [el("li", { className: "fine" }, `and ${number(rest)} more`)] : []),
    );
  }

  hasSaid(name) {
    return Date.now() - (this.said.get(name) || 0) < HINT_MS;
  }
}
