// The text of a message as nodes: links that can be followed, mentions that stand out, and everything else exactly as it
// was written.

import { el } from "./dom.js";

const PIECES = /\bhttps?:\/\/[^\s<>"'`]+|@[\p{L}\p{N}_][\p{L}\p{N}._-]{0,63}/giu;
const TRAILING = /[.,;:!?'"\]}…]+$/u;

/** @returns {{nodes: Node[], mentionsMe: boolean}} */
export function textNodes(text, me) {
  const nodes = [];
  let from = 0;
  let mentionsMe = false;
  for (const match of text.matchAll(PIECES)) {
    const piece = match[0].startsWith("@") ? mention(text, match, me) : link(match[0]);
    if (!piece) continue;
    nodes.push(text.slice(from, match.index), piece.node);
    from = match.index + piece.length;
    mentionsMe ||= piece.isMe;
  }
  nodes.push(text.slice(from));
  return { nodes: nodes.filter((node) => node !== ""), mentionsMe };
}

function link(written) {
  let address = written.replace(TRAILING, "");
  // A bracket that was opened before the link is closed behind it, and is no part of it.
  while (address.endsWith(")") && count(address, ")") > count(address, "(")) address = address.slice(0, -1);
  let url;
  try {
    url = new URL(address);
  } catch {
    return null;
  }
  if (!["http:", "https:"].includes(url.protocol) || url.username || url.password) return null;
  const node = el("a", { href: url.href, target: "_blank", rel: "noopener noreferrer nofollow" }, address);
  return { node, length: address.length, isMe: false };
}

function mention(text, match, me) {
  const before = text[match.index - 1];
  if (before && /[\p{L}\p{N}_@./]/u.test(before)) return null; // such as an address of mail
  const rest = text.slice(match.index + 1);
  const whole = me && rest.toLowerCase().startsWith(me.toLowerCase()) && !/^[\p{L}\p{N}_]/u.test(rest.slice(me.length));
  const name = whole ? rest.slice(0, me.length) : match[0].slice(1).replace(/[.-]+$/, "");
  const isMe = Boolean(me) && name.toLowerCase() === me.toLowerCase();
  return { node: el("span", { className: "mentioned" }, `@${name}`), length: name.length + 1, isMe };
}

function count(text, character) {
  return text.split(character).length - 1;
}
