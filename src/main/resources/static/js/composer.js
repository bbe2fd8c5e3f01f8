// The field one writes in: what is said, what is replied to, and what is changed.

import { $, announce } from "./dom.js";

const MAX_BYTES = 16 * 1024;
const TYPING_EVERY_MS = 3000;

export class Composer {
  /** @param actions say(text, {reply, edit}), editLast(), typing(), escape() */
  constructor(actions) {
    this.actions = actions;
    this.drafts = new Map();
    this.field = $("text");
    this.mode = {};
    this.typedAt = 0;
    $("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    this.field.addEventListener("keydown", (event) => this.key(event));
    this.field.addEventListener("input", () => this.changed());
    $("context-end").addEventListener("click", () => this.leaveMode());
  }

  /** @param hasName whether there is somebody to write; @param mayWrite whether the node takes it */
  enable(hasName, mayWrite) {
    this.hasName = hasName;
    this.mayWrite = mayWrite;
    this.field.disabled = !hasName || !mayWrite;
    this.hint();
    this.changed();
  }

  hint() {
    if (!this.mayWrite) this.field.placeholder = "You may read here: your token is not one of a writer";
    else this.field.placeholder = this.hasName ? `Message #${this.name}` : "Choose a name to write";
  }

  /** Keeps a draft for each room. */
  room(name) {
    if (this.name) this.drafts.set(this.name, this.mode.edit ? "" : this.field.value);
    this.name = name;
    this.mode = {};
    this.field.value = this.drafts.get(name) || "";
    this.hint();
    this.context("");
    this.changed();
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.send();
    } else if (event.key === "ArrowUp" && !this.field.value && !event.altKey) {
      event.preventDefault();
      this.actions.editLast();
    }
  }

  changed() {
    const bytes = new TextEncoder().encode(this.field.value).length;
    const tooLong = bytes > MAX_BYTES;
    $("text-error").textContent = tooLong ? `${bytes - MAX_BYTES} bytes too long: ${MAX_BYTES} are the most` : "";
    $("send").disabled = this.field.disabled || tooLong || !this.field.value.trim();
    if (this.field.value && !this.mode.edit && Date.now() - this.typedAt > TYPING_EVERY_MS) {
      this.typedAt = Date.now();
      this.actions.typing();
    }
  }

  send() {
    this.changed();
    if ($("send").disabled) return;
    const text = this.field.value.replace(/\s+$/, "");
    this.typedAt = 0;
    this.field.value = "";
    const mode = this.mode;
    this.leaveMode();
    this.actions.say(text, mode);
    this.changed();
  }

  reply(message) {
    this.mode = { reply: message.seq };
    this.context(`Reply to ${message.sender}: ${message.text}`);
    this.field.focus();
  }

  edit(message) {
    if (!this.mode.edit) this.drafts.set(`${this.name} `, this.field.value);
    this.mode = { edit: message.seq };
    this.field.value = message.text;
    this.context("Changing what you said");
    announce("Changing what you said. Escape leaves it as it is.");
    this.field.focus();
    this.field.setSelectionRange(message.text.length, message.text.length);
    this.changed();
  }

  /** @returns whether there was something to leave */
  leaveMode() {
    if (!this.mode.reply && !this.mode.edit) return false;
    if (this.mode.edit) this.field.value = this.drafts.get(`${this.name} `) || "";
    this.mode = {};
    this.context("");
    this.changed();
    return true;
  }

  context(text) {
    $("context").hidden = !text;
    $("context-text").textContent = text;
  }
}
