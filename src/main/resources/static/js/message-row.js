// One message on the page, with what became of it if it is one's own.

import { State } from "./concord-client.js";
import { clock, duration, el, fullTime, hueOf, listed, svg } from "./dom.js";
import { textNodes } from "./message-text.js";

const ICONS = {
  Reply: "M8 5 3 10l5 5M3 10h8c4 0 6 2 6 6",
  Edit: "m4 16 .8-3.600L13 4l3 3-8.400 8.200L4 16Z",
  Delete: "M4 6h12M8 6V4h4v2m-6 0 .7 10h6.600L14 6",
};

/**
 * @param {object} message as the API shows it, in its current state
 * @param {object} context me; isMine(message); quote(seq, element), which fills in what is replied to
 */
export function messageRow(message, context) {
  const isDeleted = Boolean(message.deleted);
  const { nodes, mentionsMe } = textNodes(isDeleted ? "This message was deleted." : message.text, context.me);
  const isMine = context.isMine(message);
  const at = message.at ? new Date(message.at) : new Date(message.saidAt);
  const row = el("li", { className: "message", tabIndex: -1 });
  row.dataset.id = message.id;
  if (message.seq) row.dataset.seq = message.seq;
  if (isDeleted) row.classList.add("deleted");
  if (mentionsMe && !isMine && !isDeleted) row.classList.add("mention");
  row.append(
    el("span", { className: `avatar ${hueOf(message.sender)}`, "aria-hidden": "true" }, initial(message.sender)),
    el(
      "div",
      { className: "who" },
      el("bdi", { className: "sender" }, message.sender),
      el("time", { dateTime: at.toISOString(), title: fullTime(at) }, clock(at)),
      message.seq ? el("span", { className: "seq", title: `Message ${message.seq} of the log, term ${message.term}` }, `#${message.seq}`) : null,
    ),
  );
  if (message.reply && !isDeleted) row.append(context.quote(message.reply));
  const body = el("div", { className: "body", dir: "auto" }, ...nodes);
  if (message.edited && !isDeleted) {
    body.append(" ", el("button", { type: "button", className: "edited", title: "Show how it changed" }, "edited"));
  }
  row.append(body);
  if (message.seq && !isDeleted) row.append(tools(message, isMine));
  return row;
}

function tools(message, isMine) {
  const bar = el("div", { className: "tools", role: "group", "aria-label": "What to do with this message" });
  for (const name of isMine ? ["Reply", "Edit", "Delete"] : ["Reply"]) {
    const button = el("button", { type: "button", className: "icon", title: name, tabIndex: -1 });
    button.dataset.does = name.toLowerCase();
    button.append(svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true" }, svg("path", { d: ICONS[name] })));
    button.append(el("span", { className: "sr" }, name));
    bar.append(button);
  }
  return bar;
}

function initial(name) {
  const [first] = new Intl.Segmenter().segment(name.trim() || "?");
  return first.segment.toUpperCase();
}

/** Shows what became of a message of one's own, in words. */
export function showState(row, entry) {
  let line = row.querySelector(".state");
  if (!line) {
    line = el("p", { className: "state" });
    row.append(line);
  }
  line.dataset.state = entry.state;
  line.replaceChildren(stateText(entry));
  if (entry.state === State.REFUSED) {
    const again = el("button", { type: "button" }, "Write again");
    const away = el("button", { type: "button" }, "Remove");
    again.dataset.does = "again";
    away.dataset.does = "dismiss";
    line.append(again, away);
  }
}

export function stateText(entry) {
  switch (entry.state) {
    case State.QUEUED:
      return entry.why ? `Queued: ${entry.why}` : "Queued";
    case State.SENDING:
      return "Sending …";
    case State.UNKNOWN:
      return "Unknown whether it is stored: trying again with the same id";
    case State.REFUSED:
      return `Refused: ${entry.why}`;
    default: {
      const where = entry.durableOn.length
        ? `Durable on node${entry.durableOn.length > 1 ? "s" : ""} ${listed(entry.durableOn)}`
        : "Durable: it was stored already, and found by its id";
      return `${where} · ${duration(entry.durableAt - entry.saidAt)}`;
    }
  }
}
