// Building the page. Text only ever becomes text: there is no innerHTML here, nor anywhere else.

const SVG = "http://www.w3.org/2000/svg";

/** The element of the page with this id. */
export const $ = (id) => document.getElementById(id);

/** An element with properties, or attributes where the name has a dash, and children that are nodes or text. */
export function el(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.includes("-") || name === "role") element.setAttribute(name, value === true ? "" : value);
    else element[name] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Writes only what changed, so that screen readers and selections are left in peace. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

let last = "";

/** Has screen readers say it. */
export function announce(text) {
  const announcer = $("announcer");
  last = text === last ? `${text}\u00a0` : text; // the same words twice are said twice
  announcer.textContent = last;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const DAY = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long", year: "numeric" });
const FULL = new Intl.DateTimeFormat(undefined, { dateStyle: "full", timeStyle: "medium" });
const SECONDS = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

export const clock = (date) => CLOCK.format(date);
export const day = (date) => DAY.format(date);
export const fullTime = (date) => FULL.format(date);
export const seconds = (date) => SECONDS.format(date);
export const number = (value) => new Intl.NumberFormat().format(value);

export function duration(ms) {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  return ms < 60000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.floor(ms / 60000)} min ${Math.round((ms % 60000) / 1000)} s`;
}

/** "3", "3 and 1", "5, 3 and 1". */
export function listed(items) {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** One of twelve colours that stays with a name. */
export function hueOf(name) {
  let hash = 7;
  for (const character of name) hash = (hash * 31 + character.codePointAt(0)) >>> 0;
  return `hue hue-${hash % 12}`;
}

/** What a browser keeps for this page; nothing at all where it is told to keep nothing. */
export function stored(storage, key, fallback = "") {
  try {
    return storage().getItem(key) ?? fallback;
  } catch {
    return fallback;
  }
}

export function store(storage, key, value) {
  try {
    storage().setItem(key, value);
  } catch {
    // then it is asked for again next time
  }
}

export const local = () => localStorage;
export const session = () => sessionStorage;
