// Watches every node of the cluster while the page shows it: asks each for its view, and listens to what each announces.
// All that is shown comes from the nodes themselves; where they differ, the one that leads the highest term is believed.

import { openSession } from "./concord-live.js";

const EVERY_MS = 1000;
const SOON_MS = 60;
const REOPEN_MS = 1500;

export class ClusterWatch extends EventTarget {
  constructor(client) {
    super();
    this.client = client;
    this.views = new Map(); // node id → its report, or null if it gave none
    this.listeners = new Map(); // node id → STOMP session
    client.addEventListener("announcement", (e) => this.announced(client.live.node?.id || 0, e.detail));
    client.addEventListener("connection", () => this.soon());
    document.addEventListener("visibilitychange", () => (document.hidden ? this.pause() : this.soon()));
  }

  start() {
    this.poll();
  }

  pause() {
    clearTimeout(this.timer);
    for (const session of this.listeners.values()) session.deactivate({ force: true });
    this.listeners.clear();
  }

  /** Something happened: what is shown should be new. */
  soon() {
    if (this.polling) {
      this.again = true;
      return;
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.poll(), SOON_MS);
  }

  async poll() {
    if (this.polling || document.hidden) return;
    this.polling = true;
    clearTimeout(this.timer);
    const nodes = [...this.client.nodes.known];
    await Promise.all(
      nodes.map(async (node) => {
        try {
          const report = await this.client.askCluster(node.url);
          this.answered(report.node, report);
        } catch {
          if (node.id) this.answered(node.id, null);
        }
      }),
    );
    this.polling = false;
    this.dispatchEvent(new CustomEvent("view", { detail: this.merged() }));
    this.listen();
    this.timer = setTimeout(() => this.poll(), this.again ? SOON_MS : EVERY_MS);
    this.again = false;
  }

  answered(id, report) {
    const before = this.views.get(id);
    this.views.set(id, report);
    if (before !== undefined && Boolean(before) !== Boolean(report)) {
      this.dispatchEvent(new CustomEvent("reach", { detail: { node: id, answers: Boolean(report), at: new Date() } }));
    }
  }

  /** One view made of all. */
  merged() {
    const reports = [...this.views.values()].filter(Boolean);
    if (!reports.length) return null;
    const leads = reports.filter((r) => r.leader === r.node && r.quorum);
    const best = newest(leads) || newest(reports.filter((r) => r.quorum)) || newest(reports);
    const leader = newest(leads)?.node || 0;
    const members = best.members.map((member) => {
      const own = this.views.get(member.id);
      const self = own?.members.find((m) => m.id === member.id);
      return {
        ...member,
        answers: Boolean(own),
        isHeard: member.id === best.node || member.state !== "suspect",
        role: self?.role || member.role,
        term: own?.term ?? null,
        follows: own?.leader ?? null,
      };
    });
    const ids = new Set(members.map((m) => m.id));
    for (const id of this.views.keys()) if (!ids.has(id)) this.views.delete(id);
    return { ...best, leader, quorum: reports.some((r) => r.quorum), members };
  }

  /** Keeps one listener at each node that answers, besides the one that brings the chat. */
  listen() {
    if (document.hidden) return;
    for (const node of this.client.nodes.known) {
      const isOwn = node.id === this.client.live.node?.id;
      const open = this.listeners.get(node.id);
      if (isOwn && open) {
        this.listeners.delete(node.id);
        open.deactivate({ force: true });
      } else if (!isOwn && !open && node.id && this.views.get(node.id) && !(this.reopenAt?.[node.id] > Date.now())) {
        this.open(node);
      }
    }
  }

  open(node) {
    const session = openSession(node.url, this.client.token, {}, {
      onConnect: () => session.subscribe("/topic/cluster", (frame) => this.announced(node.id, JSON.parse(frame.body)), { id: "cluster" }),
      onWebSocketClose: () => {
        if (this.listeners.get(node.id) !== session) return;
        this.listeners.delete(node.id);
        (this.reopenAt ||= {})[node.id] = Date.now() + REOPEN_MS;
        this.soon();
      },
    });
    this.listeners.set(node.id, session);
  }

  announced(node, announcement) {
    this.dispatchEvent(new CustomEvent("announcement", { detail: { node, ...announcement } }));
    this.soon();
  }
}

function newest(reports) {
  return reports.reduce((best, r) => (!best || r.term > best.term || (r.term === best.term && r.commit > best.commit) ? r : best), null);
}
