// The panel beside the chat: the cluster in one sentence, as a picture and as a table, and what happens to it.

import { ClusterMap } from "./cluster-map.js";
import { ClusterWatch } from "./cluster-watch.js";
import { State } from "./concord-client.js";
import { $, announce, duration, el, listed, number, seconds, setText } from "./dom.js";

const EVENTS = 60;
const TONES = { "leader-elected": "good", "leader-lost": "bad", "leader-stepped-down": "warn", "term-adopted": "warn" };
const PULSE_EVERY_MS = 200;

export class ClusterPanel {
  constructor(client) {
    this.client = client;
    this.map = new ClusterMap();
    this.watch = new ClusterWatch(client);
    this.watch.addEventListener("view", (e) => this.view(e.detail));
    this.watch.addEventListener("announcement", (e) => this.announcement(e.detail));
    this.watch.addEventListener("reach", (e) => this.reach(e.detail));
    client.addEventListener("delivery", (e) => this.delivery(e.detail));
    client.addEventListener("message", (e) => this.passed(e.detail));
    this.pulsedAt = 0;
    this.tried = new Map();
    this.lostAt = new Map();
  }

  start() {
    this.watch.start();
  }

  view(view) {
    if (!view) {
      this.headline("bad", "No node answers");
      return;
    }
    this.latest = view;
    if (view.members.some((member) => statusOf(member, view) === "gone" && !this.map.gone.has(member.id))) this.map.calm();
    $("insecure").hidden = view.access !== "INSECURE";
    const nodes = view.members.map((member) => ({ id: member.id, status: statusOf(member, view), caption: captionOf(member, view) }));
    this.map.draw(nodes, view.leader, this.client.live.node?.id || 0);
    this.rows(view);
    this.headline(...sentence(view));
  }

  headline(health, text) {
    const line = $("headline");
    if (line.dataset.health !== health && line.dataset.health !== "unknown") announce(text);
    line.dataset.health = health;
    setText(line, text);
  }

  rows(view) {
    $("node-rows").replaceChildren(
      ...view.members.map((member) => {
        const status = statusOf(member, view);
        const isHere = member.id === this.client.live.node?.id;
        return el(
          "tr",
          {},
          el("td", {}, `${member.id}`, isHere ? el("span", { className: "here" }, "you are here") : null),
          el("td", { className: { leader: "lead", gone: "bad", electing: "warn" }[status] || "" }, captionOf(member, view)),
          el("td", { className: "num" }, member.term === null ? "–" : `${member.term}`),
          el("td", { className: member.behind > 0 ? "num warn" : "num", title: "entries that it lacks of what is committed" }, status === "gone" ? `${number(member.behind)}+` : number(member.behind)),
          el("td", { className: "num" }, member.rttMs === null || status === "gone" ? "–" : `${member.rttMs.toFixed(1)} ms`),
        );
      }),
    );
  }

  announcement(announcement) {
    const { node, action, detail, at, term } = announcement;
    const key = `${node} ${action} ${term} ${detail}`;
    if (key === this.lastKey) return; // a change of role and a change of view may say the same
    this.lastKey = key;
    const text = told(node, announcement);
    this.event(new Date(at), `Node ${node}`, text + this.without(node, action, at), TONES[action] || "");
    if (action === "leader-elected") announce(`Node ${node}${text}`);
  }

  /** How long this node was without a leader, by its own clock. */
  without(node, action, at) {
    if (action === "leader-lost") this.lostAt.set(node, Date.parse(at));
    if (action !== "leader-elected" || !this.lostAt.has(node)) return "";
    const ms = Date.parse(at) - this.lostAt.get(node);
    this.lostAt.delete(node);
    return `, after ${duration(ms)} without a leader`;
  }

  reach({ node, answers, at }) {
    if (!answers && node === this.client.live.node?.id) this.client.doubt(); // it may stand still with open connections
    this.event(at, "This page", answers ? ` hears node ${node} again` : ` gets no answer from node ${node}`, answers ? "" : "bad");
  }

  event(at, by, text, tone) {
    const list = $("events");
    list.querySelector(".empty")?.remove();
    const time = el("time", { dateTime: at.toISOString() }, `${seconds(at)}.${String(at.getMilliseconds()).padStart(3, "0")}`);
    const item = el("li", {}, time, el("span", {}, el("span", { className: "by" }, by), text));
    item.dataset.tone = tone;
    item.dataset.at = at.getTime();
    // Clocks of nodes and browser are not one: the newest stands at the top by what its own clock says.
    const after = [...list.children].find((other) => Number(other.dataset.at) <= at.getTime());
    list.insertBefore(item, after || null);
    while (list.children.length > EVENTS) list.lastElementChild.remove();
  }

  /** A message of one's own moves on. */
  async delivery(entry) {
    if (entry.state === State.SENDING || entry.state === State.UNKNOWN) {
      if (this.tried.get(entry.id) === entry.tries) return;
      this.tried.set(entry.id, entry.tries);
      this.onWay = this.map.fly("you", [entry.node]);
    } else if (entry.state === State.DURABLE) {
      this.tried.delete(entry.id);
      await this.onWay;
      const leader = entry.durableOn[0]; // it is named first; empty if the message was stored by an earlier try
      if (!leader) return;
      if (entry.node !== leader) await this.map.fly(entry.node, [leader]);
      const others = entry.durableOn.filter((id) => id !== leader);
      this.map.ripple(leader);
      await this.map.fly(leader, others, true);
      for (const id of others) this.map.ripple(id);
    }
  }

  /** A message of anybody came in: from the leader to this page's node, and on to here. */
  async passed(message) {
    const { leader, term } = this.latest || {};
    if (Date.now() - this.pulsedAt < PULSE_EVERY_MS || this.tried.size || message.term !== term) return;
    this.pulsedAt = Date.now();
    const own = this.client.live.node?.id;
    if (leader && own && leader !== own) await this.map.fly(leader, [own]);
    await this.map.fly(own, ["you"]);
  }
}

/** What a node announces, as a sentence that begins with its name. */
function told(node, { action, term, role, leader, detail }) {
  switch (action) {
    case "leader-lost":
      return ` lost its leader of term ${term}${{ electing: " and asks the higher nodes", claiming: " and claims the lead" }[role] || ""}`;
    case "term-adopted":
      return ` goes to term ${term}${role === "claiming" ? ", claiming the lead" : ""}`;
    case "leader-elected":
      return leader === node ? ` leads term ${term}` : ` follows node ${leader} in term ${term}`;
    default:
      return `: ${detail}`;
  }
}

function statusOf(member, view) {
  if (!member.answers && (!member.isHeard || !view.quorum)) return "gone";
  if (member.id === view.leader) return "leader";
  return ["electing", "claiming"].includes(member.role) ? "electing" : "alive";
}

function captionOf(member, view) {
  const status = statusOf(member, view);
  if (status === "gone") return "no answer";
  if (!member.answers) return "not reachable from here";
  if (status === "leader") return "leader";
  if (status === "electing") return member.role;
  return member.isHeard || !view.leader ? member.role : "cut off";
}

function sentence(view) {
  const missing = view.members.filter((m) => statusOf(m, view) === "gone").map((m) => m.id);
  const gone = missing.length ? `, node${missing.length > 1 ? "s" : ""} ${listed(missing)} missing` : "";
  if (!view.quorum) return ["bad", `No majority${gone}: nothing can be written`];
  if (!view.leader) return ["degraded", `No leader yet${gone}: the nodes are choosing one`];
  const may = view.canLose === 0 ? "none may fail" : `${view.canLose} more may fail`;
  const single = view.members.length === 1;
  return [missing.length ? "degraded" : "good", `Node ${view.leader} leads term ${view.term}${gone}${single ? "" : ` · ${may}`}`];
}
