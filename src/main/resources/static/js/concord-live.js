// The live side: one STOMP session at one node at a time, and the place in the log up to which everything was seen.
//
// A subscription is a cursor over the log. Whatever happens to the session, the next one says `after: cursor` and goes on
// there, at any node. Numbers have no holes, so a gap or a repetition would be seen: a repetition is dropped and counted,
// a gap is counted and read again from the log.

import { Client } from "./stompjs/client.js";
import { Versions } from "./stompjs/versions.js";

const CONNECT_WITHIN_MS = 4000;
const HEART_BEAT_MS = 10000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5000;

/** Opens one STOMP session. @returns {Client} of stompjs, already activated, that never connects again by itself */
export function openSession(url, token, headers, handlers) {
  const client = new Client({
    brokerURL: url.replace(/^http/, "ws") + "/ws",
    stompVersions: new Versions([Versions.V1_2]),
    connectHeaders: { host: "concord", ...headers, ...(token ? { passcode: token } : {}) },
    connectionTimeout: CONNECT_WITHIN_MS,
    heartbeatIncoming: HEART_BEAT_MS,
    heartbeatOutgoing: HEART_BEAT_MS,
    reconnectDelay: 0,
    discardWebsocketOnCommFailure: true,
    ...handlers,
  });
  client.activate();
  return client;
}

export class Live {
  /**
   * @param {import("./concord-nodes.js").Nodes} nodes
   * @param {object} handlers message(message), repeated(message), gap(from, to), removed(earliest), state(state, node),
   *     topic(destination, body), unauthenticated(why)
   */
  constructor(nodes, handlers) {
    this.nodes = nodes;
    this.handlers = handlers;
    this.cursor = -1;
    this.topics = ["/topic/cluster"];
    this.presentIn = null; // the room in which others see this client; null while nobody is watched
    this.mayWrite = true;
    this.name = "";
    this.pause = FIRST_PAUSE_MS;
    this.state = "stopped";
    this.node = null;
  }

  /** @param {number} cursor everything up to this seq was seen */
  start(cursor) {
    this.cursor = cursor;
    this.wanted = true;
    this.connect();
  }

  stop() {
    this.wanted = false;
    clearTimeout(this.timer);
    this.drop();
    this.become("stopped", null);
  }

  /** Connects anew, at once: the node is suspected, the network is back, or there is another name or token. */
  restart() {
    if (!this.wanted) return;
    this.pause = FIRST_PAUSE_MS;
    this.drop();
    this.connect();
  }

  drop() {
    const session = this.session;
    this.session = null;
    session?.deactivate({ force: true });
  }

  become(state, node) {
    this.state = state;
    this.node = node;
    this.handlers.state(state, node);
  }

  connect() {
    clearTimeout(this.timer);
    if (!this.wanted) return;
    const node = this.nodes.order()[0];
    this.become("connecting", node);
    const headers = this.name ? { name: this.name } : {};
    let fault = null;
    const session = openSession(node.url, this.nodes.token(), headers, {
      onConnect: (frame) => session === this.session && this.connected(session, node, frame.headers.role),
      onStompError: (frame) => {
        fault = frame;
      },
      onWebSocketClose: () => session === this.session && this.closed(node, fault),
    });
    this.session = session;
  }

  connected(session, node, role) {
    this.mayWrite = role !== "reader";
    this.pause = FIRST_PAUSE_MS;
    this.nodes.succeeded(node.url);
    this.nodes.current = node;
    session.subscribe("/topic/chat", (frame) => session === this.session && this.received(frame), {
      id: "chat",
      after: String(this.cursor),
      present: "", // all rooms are followed, but a person looks at one
    });
    for (const topic of this.topics) this.listen(topic);
    this.presence = null;
    if (this.presentIn !== null) this.watchPresence(this.presentIn);
    this.become("live", node);
  }

  /** Subscribes to a topic that has no cursor. */
  listen(topic) {
    if (!this.topics.includes(topic)) this.topics.push(topic);
    const session = this.session;
    if (!session?.connected) return;
    session.subscribe(topic, (frame) => session === this.session && this.handlers.topic(topic, JSON.parse(frame.body)), {
      id: topic,
    });
  }

  /** Watches who is there, and is itself seen in this room from now on; "" for none. */
  watchPresence(room) {
    this.presentIn = room;
    const session = this.session;
    if (!session?.connected) return;
    const before = this.presence;
    this.visits = (this.visits || 0) + 1;
    this.presence = session.subscribe(
      "/topic/presence",
      (frame) => session === this.session && this.handlers.topic("/topic/presence", JSON.parse(frame.body)),
      { id: `presence-${this.visits}`, present: room },
    );
    before?.unsubscribe();
  }

  /** Sends what is only a hint: it is lost when there is no session. */
  hint(destination, body) {
    if (this.session?.connected) {
      this.session.publish({
        destination,
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      });
    }
  }

  received(frame) {
    const message = JSON.parse(frame.body);
    if (message.seq <= this.cursor) {
      this.handlers.repeated(message);
      return;
    }
    if (message.seq !== this.cursor + 1) {
      this.handlers.gap(this.cursor + 1, message.seq - 1);
      this.restart();
      return;
    }
    this.cursor = message.seq;
    this.handlers.message(message);
  }

  closed(node, fault) {
    this.session = null;
    const earliest = Number(fault?.headers.earliest || 0);
    if (earliest > this.cursor + 1) {
      this.handlers.removed(this.cursor + 1, earliest - 1);
      this.cursor = earliest - 1;
    } else if (fault && /authenticated|token/.test(fault.headers.message)) {
      this.become("unauthenticated", node);
      this.handlers.unauthenticated(fault.body);
      return;
    } else {
      this.nodes.failed(node.url);
    }
    this.become("connecting", null);
    this.timer = setTimeout(() => this.connect(), this.pause * (0.5 + Math.random()));
    this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
  }
}
