// The questions that the page asks: a name, and a token where the node wants one.

import { $, local, session, store, stored } from "./dom.js";

const NAME_KEY = "concord.name";
const TOKEN_KEY = "concord.token";
const MAX_NAME = 64;

export const keptName = () => stored(local, NAME_KEY);
export const keptToken = () => stored(session, TOKEN_KEY);

/** This tab, over reloads. */
export function tabId(fresh) {
  const kept = stored(session, "concord.tab");
  if (!kept) store(session, "concord.tab", fresh);
  return kept || fresh;
}

/** Asks for a name. @returns {Promise<string>} "" if it stays as it was */
export function askName(current) {
  const field = $("name");
  field.value = current;
  return ask("name", (text) => {
    const name = text.trim();
    if (!name) return "A name has at least one character.";
    if ([...name].length > MAX_NAME) return `A name has at most ${MAX_NAME} characters.`;
    if (/\p{Cc}|\p{Cs}/u.test(name)) return "A name has no control characters.";
    store(local, NAME_KEY, name);
    return "";
  });
}

/** Asks for a token. @param why what the node said of the last one */
export function askToken(why) {
  $("token").value = "";
  $("token-error").textContent = keptToken() ? why : "";
  $("token-dialog").addEventListener("cancel", (event) => event.preventDefault()); // there is nothing to see without one
  return ask("token", (text) => {
    if (!text.trim()) return "Paste a token.";
    store(session, TOKEN_KEY, text.trim());
    return "";
  });
}

function ask(what, refusal) {
  const dialog = $(`${what}-dialog`);
  const form = $(`${what}-form`);
  const field = $(what);
  if (dialog.open) return new Promise(() => {}); // it is being asked already
  dialog.showModal();
  field.focus();
  return new Promise((resolve) => {
    let given = "";
    const submitted = (event) => {
      const why = refusal(field.value);
      $(`${what}-error`).textContent = why;
      field.toggleAttribute("aria-invalid", Boolean(why));
      if (why) event.preventDefault();
      else given = field.value.trim();
    };
    form.addEventListener("submit", submitted);
    dialog.addEventListener("close", () => {
      form.removeEventListener("submit", submitted);
      resolve(given);
    }, { once: true });
  });
}
