// The way of one's last message, step by step, as this page knows it: from the field to the disks.

import { State } from "./concord-client.js";
import { $, duration, el, listed } from "./dom.js";
import { stateText } from "./message-row.js";

export class Journey {
  constructor(client, watch) {
    this.client = client;
    client.addEventListener("delivery", (e) => this.delivery(e.detail));
    client.addEventListener("message", (e) => this.message(e.detail));
    watch.addEventListener("view", (e) => e.detail && this.view(e.detail));
  }

  delivery(entry) {
    if (entry.saidAt < (this.entry?.saidAt || 0)) return;
    if (this.entry?.id !== entry.id) {
      this.reached = new Map(); // node → when its disk was seen to have it
      this.seenAt = 0;
      this.asked = [];
    }
    this.entry = entry;
    if (entry.node && this.asked.at(-1) !== entry.node) this.asked.push(entry.node);
    for (const id of entry.durableOn || []) if (!this.reached.has(id)) this.reached.set(id, entry.durableAt);
    this.render();
  }

  message(message) {
    if (message.id !== this.entry?.id || this.seenAt) return;
    this.seenAt = Date.now();
    this.render();
  }

  /** A node that lacks so many entries has all messages before them. */
  view(view) {
    this.members = view.members.map((member) => member.id);
    if (this.entry?.state !== State.DURABLE) return;
    for (const member of view.members) {
      if (view.commit - member.behind >= this.entry.seq && member.isHeard && !this.reached.has(member.id)) {
        this.reached.set(member.id, Date.now());
      }
    }
    this.render();
  }

  render() {
    const { entry } = this;
    const after = (at) => `+${duration(Math.max(0, at - entry.saidAt))}`;
    const steps = [step("done", "Kept in this browser", "")];
    if (this.asked.length) {
      const [first, ...more] = this.asked;
      const tries = entry.tries > 1 ? `, ${entry.tries} tries, one id` : "";
      steps.push(step("done", `Handed to node ${first}${more.length ? `, then ${listed(more)}` : ""}${tries}`, ""));
    }
    if (entry.state === State.REFUSED) steps.push(step("bad", stateText(entry), ""));
    else if (entry.state !== State.DURABLE) steps.push(step("wait", stateText(entry), ""));
    else {
      steps.push(step("done", `Numbered ${entry.seq} by the leader of term ${entry.term}`, ""));
      const where = entry.durableOn.length ? `On disk at node${entry.durableOn.length > 1 ? "s" : ""} ${listed(entry.durableOn)}: acknowledged` : "Acknowledged: it was on disk already";
      steps.push(step("done", where, after(entry.durableAt)));
      const others = (this.members || []).filter((id) => !entry.durableOn.includes(id));
      for (const id of others) {
        const at = this.reached.get(id);
        steps.push(at ? step("done", `On disk at node ${id} too`, "") : step("wait", `Node ${id} does not have it yet`, ""));
      }
      steps.push(this.seenAt ? step("done", "Seen in the stream of this page", after(this.seenAt)) : step("wait", "Not yet seen in the stream", ""));
    }
    $("journey").replaceChildren(...steps);
  }
}

function step(state, text, at) {
  return el("li", { className: state }, el("span", {}, text), el("span", { className: "at" }, at));
}
