// A client of Concord for browsers: sends exactly once, reads without a gap or a repetition, and goes on at another node
// when its own fails. docs/CLIENT-JS.md shows how to use it.
//
//   const client = new ConcordClient({ nodes: ["http://127.0.0.1:8081"], name: "ada" });
//   client.addEventListener("message", (e) => console.log(e.detail.seq, e.detail.text));
//   await client.start();
//   client.send({ room: "general", text: "hello" });

import { Nodes, Refused, Unreachable } from "./concord-nodes.js";
import { Outbox, State, newId } from "./concord-outbox.js";
import { Live } from "./concord-live.js";

export { Refused, State, Unreachable };

/** How long an answer may take before the node is asked whether it is still there, and how long that may take. */
const DOUBT_MS = 1500;
const RETRY_START_MS = 1000;

export class ConcordClient extends EventTarget {
  /**
   * @param {object} options
   * @param {string[]} options.nodes addresses of one or more nodes; the others are learnt from them
   * @param {string} [options.name] whom messages are from, 1 to 64 characters
   * @param {string} [options.token] for nodes that ask for one
   * @param {string} [options.tab] stands for this tab over reloads, so that it finds its own outbox again
   */
  constructor({ nodes, name = "", token = "", tab = newId() }) {
    super();
    this.name = name;
    this.token = token;
    this.cluster = null;
    this.room = "";
    this.nodes = new Nodes(nodes, () => this.token);
    this.live = new Live(this.nodes, {
      message: (message) => this.tell("message", message),
      repeated: (message) => this.tell("repeated", message),
      gap: (from, to) => this.tell("gap", { from, to }),
      removed: (from, to) => this.tell("removed", { from, to }),
      state: (state, node) => this.connectionChanged(state, node),
      topic: (topic, body) => this.tell(topic.startsWith("/topic/presence") ? "presence" : "announcement", body),
      unauthenticated: (why) => this.tell("unauthenticated", { why }),
    });
    this.outbox = new Outbox(
      this.nodes,
      (entry) => this.delivery(entry),
      () => Math.max(0, this.live.cursor),
      tab,
    );
    this.onOnline = () => this.wakeUp();
    this.onOffline = () => this.doubt();
  }

  /** Learns the cluster, then listens from the newest message on. Waits until a node answers. */
  async start() {
    globalThis.addEventListener?.("online", this.onOnline);
    globalThis.addEventListener?.("offline", this.onOffline);
    const cursor = await this.learn();
    if (this.stopped) return;
    this.doubter = setInterval(() => this.doubtSlowAnswers(), DOUBT_MS);
    this.live.name = this.name;
    this.live.start(cursor);
    this.outbox.start();
  }

  stop() {
    this.stopped = true;
    globalThis.removeEventListener?.("online", this.onOnline);
    globalThis.removeEventListener?.("offline", this.onOffline);
    clearInterval(this.doubter);
    this.live.stop();
    this.outbox.stop();
  }

  /** Says something. @returns the entry of the outbox; its changes are told as "delivery" */
  send({ room = "general", text, reply, edit, delete: removed }) {
    return this.outbox.add({ room, text, sender: this.name, reply, edit, delete: removed });
  }

  /** What is not settled yet, oldest first, and what was refused. */
  get pending() {
    return [...this.outbox.entries];
  }

  dismiss(id) {
    this.outbox.dismiss(id);
  }

  /** A page of messages; see GET /api/messages. @param {object} query room, before, after, limit, view */
  async history(query) {
    const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined));
    return (await this.nodes.read(`/api/messages?${search}`)).body;
  }

  async message(seq) {
    return (await this.nodes.read(`/api/messages/${seq}`)).body;
  }

  /** A message and everything that changed it, oldest first. */
  async changes(seq) {
    return (await this.nodes.read(`/api/messages/${seq}/changes`)).body;
  }

  async rooms() {
    return (await this.nodes.read("/api/rooms")).body;
  }

  /** Asks for presence from now on, if the cluster knows it. @returns {Promise<boolean>} whether it does */
  async watchPresence() {
    try {
      this.tell("presence", (await this.nodes.read("/api/presence")).body);
    } catch {
      return false;
    }
    this.knowsPresence = true;
    this.live.watchPresence(this.room);
    return true;
  }

  /** From now on others see this client in that room, and in no other. Until the first call they see it in none. */
  enter(room) {
    if (this.room === room) return;
    this.room = room;
    if (this.knowsPresence) this.live.watchPresence(room);
  }

  /** Whether this client may write, as the node of the live side says; true until it is known. */
  get mayWrite() {
    return this.live.mayWrite;
  }

  /** Tells the others that something is being written; a reader has nothing to tell. */
  typing(room) {
    if (this.knowsPresence && this.mayWrite) this.live.hint(`/app/typing.${room}`, { sender: this.name });
  }

  setName(name) {
    this.name = name;
    if (this.live.name !== name) {
      this.live.name = name;
      this.live.restart();
    }
  }

  setToken(token) {
    this.token = token;
    this.wakeUp();
  }

  /** Asks for the state of the cluster: at one node, or at any. */
  async askCluster(url) {
    const answer = url
      ? await this.nodes.askOne(url, "/api/cluster", { within: DOUBT_MS })
      : await this.nodes.read("/api/cluster");
    if (answer.status >= 300) throw new Refused(answer.status, answer.body || {}, answer.url);
    this.nodes.succeeded(answer.url);
    this.nodes.learn(answer.body, answer.url);
    // A node that failed once and is well again is asked first again if the live side is there anyway.
    if (this.live.state === "live" && this.live.node.url === answer.url) this.nodes.current = this.live.node;
    return answer.body;
  }

  async learn() {
    for (;;) {
      if (this.stopped) return -1;
      try {
        this.cluster = await this.askCluster();
        const newest = await this.nodes.read("/api/messages?limit=1");
        return newest.body.commit;
      } catch (e) {
        const isRefused = e instanceof Refused && e.status === 401;
        this.tell("connection", { state: isRefused ? "unauthenticated" : "connecting", node: 0, url: "", why: e.message });
        if (isRefused) {
          this.tell("unauthenticated", { why: e.message });
          await new Promise((resolve) => (this.tokenGiven = resolve));
        } else {
          await new Promise((resolve) => setTimeout(resolve, RETRY_START_MS));
        }
      }
    }
  }

  wakeUp() {
    this.tokenGiven?.();
    this.live.restart();
    this.outbox.resume();
  }

  connectionChanged(state, node) {
    this.tell("connection", { state, node: node?.id || 0, url: node?.url || "", mayWrite: this.mayWrite });
    if (state === "live") {
      this.askCluster(node.url).catch(() => {});
      this.outbox.resume();
    }
  }

  delivery(entry) {
    this.tell("delivery", { ...entry });
  }

  /** An answer takes long. If its node does not even say how it is, it is not waited for. */
  async doubtSlowAnswers() {
    const node = this.live.node;
    const waiting = this.outbox.entries.some((e) => e.state === State.SENDING || e.state === State.UNKNOWN);
    if (node && waiting && this.live.state === "live" && !this.doubting) await this.doubt();
  }

  /** Asks the own node whether it is there, twice, because one answer may get lost; then goes on to another one. */
  async doubt() {
    const node = this.live.node;
    if (!node || this.doubting) return;
    this.doubting = true;
    try {
      if ((await this.isThere(node)) || (await this.isThere(node))) return;
      this.nodes.giveUp(node.url);
      if (this.live.node === node) this.live.restart();
    } finally {
      this.doubting = false;
    }
  }

  async isThere(node) {
    try {
      await this.askCluster(node.url);
      return true;
    } catch {
      return false;
    }
  }

  tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }
}
