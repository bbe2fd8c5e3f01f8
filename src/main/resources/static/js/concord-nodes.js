// The nodes of the cluster as a client knows them: which there are, which to ask first, and how to ask.
//
// A client begins with one address and learns the others from GET /api/cluster. It stays with a node that answers, and
// goes on to another when that one fails, is leaving, or is suspected by the others.

const ANSWER_WITHIN_MS = 8000;

/** No node could be asked: every address failed. */
export class Unreachable extends Error {}

/** The answer of a node that is not 2xx, with its problem+json where there is one. */
export class Refused extends Error {
  constructor(status, problem, url) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
    this.url = url;
  }
}

export class Nodes {
  /**
   * @param {string[]} seeds base addresses such as "http://127.0.0.1:8081"
   * @param {() => string} token what to show to nodes that ask for one; "" for none
   */
  constructor(seeds, token) {
    this.token = token;
    this.known = seeds.map((url) => ({ url: withoutSlash(url), id: 0, failures: 0, failedAt: 0 }));
    this.current = this.known[0];
    this.inFlight = new Map(); // url → the requests that can be given up
  }

  /** Takes over the members of a report of GET /api/cluster that came from `url`. */
  learn(report, url) {
    for (const member of report.members) {
      const address = member.id === report.node ? url : withoutSlash(member.url);
      if (!address || !this.isAllowed(address)) continue;
      const node = this.known.find((n) => n.id === member.id) || this.known.find((n) => n.url === address);
      if (node) {
        node.id = member.id;
      } else {
        this.known.push({ url: address, id: member.id, failures: 0, failedAt: 0 });
      }
    }
    const members = new Set(report.members.map((member) => member.id));
    const left = this.known.filter((node) => !node.id || members.has(node.id));
    if (left.length) this.known = left;
  }

  /** A page that came over TLS may not ask for anything without it. */
  isAllowed(url) {
    return !(globalThis.location?.protocol === "https:" && url.startsWith("http:"));
  }

  /** All nodes, the best to ask first: the current one, then those that failed least recently. */
  order() {
    const others = this.known.filter((node) => node !== this.current);
    others.sort((a, b) => a.failedAt - b.failedAt);
    const current = this.known.includes(this.current) ? [this.current] : [];
    const recently = (node) => node.failures > 0;
    return [...current, ...others].sort((a, b) => recently(a) - recently(b));
  }

  byUrl(url) {
    return this.known.find((node) => node.url === url);
  }

  idOf(url) {
    return this.byUrl(url)?.id || 0;
  }

  succeeded(url) {
    const node = this.byUrl(url);
    if (node) node.failures = 0;
  }

  /** The node did not answer, or said that it cannot serve: others are asked first from now on. */
  failed(url) {
    const node = this.byUrl(url);
    if (!node) return;
    node.failures++;
    node.failedAt = Date.now();
    if (node === this.current) this.current = this.order()[0] || node;
  }

  /** Others no longer hear this node: whatever still waits for it is given up, so that it can be asked elsewhere. */
  giveUp(url) {
    for (const controller of this.inFlight.get(url) || []) controller.abort();
    this.failed(url);
  }

  headers(more = {}) {
    const token = this.token();
    return token ? { ...more, Authorization: `Bearer ${token}` } : more;
  }

  /**
   * Asks one node.
   *
   * @returns {Promise<{status: number, body: any, headers: Headers, url: string}>} of any status
   * @throws {Unreachable} if no answer came
   */
  async askOne(url, path, { method = "GET", body, headers, within = ANSWER_WITHIN_MS } = {}) {
    const controller = new AbortController();
    const open = this.inFlight.get(url) || new Set();
    this.inFlight.set(url, open.add(controller));
    const timer = setTimeout(() => controller.abort(), within);
    try {
      const answer = await fetch(url + path, {
        method,
        body,
        headers: this.headers(headers),
        signal: controller.signal,
        cache: "no-store",
        credentials: "omit",
      });
      const text = await answer.text();
      return { status: answer.status, body: parsed(text), headers: answer.headers, url };
    } catch (e) {
      throw new Unreachable(`${url} gave no answer (${e.message})`);
    } finally {
      clearTimeout(timer);
      open.delete(controller);
    }
  }

  /** Reads from the first node that can answer. @throws {Refused} if one says no; {Unreachable} if none answers */
  async read(path, options) {
    let last = new Unreachable("no node is known");
    for (const { url } of this.order()) {
      try {
        const answer = await this.askOne(url, path, options);
        if (answer.status < 300) {
          this.succeeded(url);
          return answer;
        }
        last = new Refused(answer.status, answer.body || {}, url);
        if (answer.status < 500) throw last;
      } catch (e) {
        if (!(e instanceof Unreachable)) throw e;
        last = e;
      }
      this.failed(url);
    }
    throw last;
  }
}

function withoutSlash(url) {
  return String(url || "").replace(/\/+$/, "");
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
