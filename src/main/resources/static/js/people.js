// Who is here, and who is writing. Hints only: nothing of it is in the log.

import { $, el, listed, setText } from "./dom.js";

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
    this.render();
  }

  render() {
    const here = this.people.filter((person) => person.rooms.includes("*") || person.rooms.includes(this.name));
    here.sort((a, b) => a.name.localeCompare(b.name));
    $("people").hidden = !here.length;
    $("people-list").replaceChildren(
      ...here.slice(0, SHOWN).map((person) =>
        el(
          "li",
          {},
          el("bdi", {}, person.name === this.client.name ? `${person.name} (you)` : person.name),
          person.nodes?.length ? el("span", { className: "fine" }, `node ${listed(person.nodes)}`) : null,
        ),
      ),
    );
    const writing = this.writing.filter((hint) => hint.room === this.name && hint.name !== this.client.name && !this.hasSaid(hint.name));
    const names = writing.map((hint) => hint.name);
    setText($("typing"), names.length ? `${listed(names.slice(0, 3))} ${names.length > 1 ? "are" : "is"} writing …` : "");
  }

  hasSaid(name) {
    return Date.now() - (this.said.get(name) || 0) < HINT_MS;
  }
}
