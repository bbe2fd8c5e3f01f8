// Finds the lab of `concord up --lab`, if there is one: a node in a lab says in a header where it is. Everywhere else this
// is all that is loaded of it.

const HEADER = "Concord-Lab";

async function find() {
  const answer = await fetch("/", { method: "HEAD" });
  const url = answer.headers.get(HEADER);
  if (!url) return;
  const { Lab } = await import("./lab-panel.js");
  const look = document.createElement("link");
  look.rel = "stylesheet";
  look.href = "/lab.css";
  look.addEventListener("load", () => new Lab(url, document.getElementById("lab")).start());
  document.head.append(look);
}

find().catch(() => {}); // no node, no lab
