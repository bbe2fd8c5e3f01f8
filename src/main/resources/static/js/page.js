// Puts the page together.

import { Chat } from "./chat.js";
import { ClusterPanel } from "./cluster.js";
import { ConcordClient } from "./concord-client.js";
import { newId } from "./concord-outbox.js";
import { askName, askToken, keptName, keptToken, tabId } from "./dialogs.js";
import { $, announce, setText } from "./dom.js";
import { Journey } from "./journey.js";
import { Ledger } from "./ledger.js";
import { People } from "./people.js";

const client = new ConcordClient({ nodes: [location.origin], name: keptName(), token: keptToken(), tab: tabId(newId()) });
const people = new People(client);
const ledger = new Ledger(client);
const chat = new Chat(client, people);
const panel = new ClusterPanel(client);
const journey = new Journey(client, panel.watch);

client.addEventListener("connection", (event) => {
  const { state, node, why } = event.detail;
  const text = {
    live: node ? `Live at node ${node}` : "Live",
    connecting: why ? "No node answers, trying …" : "Connecting …",
    unauthenticated: "A token is needed",
    stopped: "Not connected",
  }[state];
  const pill = $("connection");
  if (pill.dataset.state !== state && state === "live") announce(text);
  pill.dataset.state = state;
  setText($("connection-text"), text);
});

client.addEventListener("unauthenticated", async (event) => {
  if (await askToken(event.detail.why)) client.setToken(keptToken());
});

async function changeName() {
  const name = await askName(client.name);
  if (!name || name === client.name) return;
  client.setName(name);
  chat.named(name);
  showName();
}

function showName() {
  setText($("show-name"), client.name || "Your name");
  $("show-name").setAttribute("aria-label", client.name ? `Your name: ${client.name}. Change it` : "Choose your name");
}

function show(view) {
  const shown = document.body.dataset.view === view ? "chat" : view;
  document.body.dataset.view = shown;
  $("show-rooms").setAttribute("aria-expanded", String(shown === "rooms"));
  $("show-cluster").setAttribute("aria-expanded", String(shown === "cluster"));
  setText($("show-cluster"), shown === "cluster" ? "Chat" : "Cluster");
}

$("show-name").addEventListener("click", changeName);
$("show-help").addEventListener("click", () => $("help-dialog").showModal());
$("show-rooms").addEventListener("click", () => show("rooms"));
$("show-cluster").addEventListener("click", () => show("cluster"));
addEventListener("hashchange", () => show("chat"));

document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  const isWriting = /^(INPUT|TEXTAREA)$/.test(document.activeElement?.tagName);
  if (event.altKey && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
    event.preventDefault();
    chat.go(chat.rooms.beside(event.key === "ArrowUp" ? -1 : 1));
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
    event.preventDefault();
    if (matchMedia("(max-width: 760px)").matches) show("rooms");
    $("room-name").focus();
  } else if (event.key === "Escape") {
    if (document.body.dataset.view !== "chat") show(document.body.dataset.view);
    else if (!chat.composer.leaveMode()) chat.toEnd();
    $("text").focus();
  } else if (event.key === "?" && !isWriting) {
    $("help-dialog").showModal();
  }
});

showName();
await client.start();
panel.start();
people.start();
chat.start();
if (client.name) $("text").focus();
else await changeName();
$("text").focus();

/** For the lab, which mounts beside the rest, and for the curious at the console. */
export { chat, client, journey, ledger, panel, people };
