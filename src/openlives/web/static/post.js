// Sending what was done, one after the other, and putting the parts of the reply in their places.
let last = Promise.resolve(true);

export const settled = () => last;

export function say(text, bad = false) {
  const notice = document.getElementById("notice");
  notice.classList.toggle("bad", bad);
  notice.replaceChildren(...(text ? [Object.assign(document.createElement("p"), { textContent: text })] : []));
}

export function post(path, fields) {
  last = last.then(() => send(path, fields)).catch(() => {
    say("Not kept: the server does not answer. What you typed is still here.", true);
    return false;
  });
  return last;
}

async function send(path, fields) {
  const reply = await fetch(path + location.search, {
    method: "POST",
    headers: { "x-openlives": "1", "x-csrf-token": document.body.dataset.token },
    body: new URLSearchParams(fields),
  });
  if (reply.redirected) { location.assign(reply.url); return reply.ok; }
  const parts = new DOMParser().parseFromString(await reply.text(), "text/html");
  const on = parts.getElementById("turned"); // undone on another page than a thread's: that is shown anew, and says it
  if (reply.ok && on) { sessionStorage.setItem("turned", on.dataset.notice); location.assign(on.getAttribute("href")); return true; }
  place(parts);
  if (!reply.ok && !parts.getElementById("notice")?.childElementCount) say(`Not kept: the server could not do it (${reply.status}).`, true);
  return reply.ok;
}

function place(parts) {
  const now = document.querySelector(".comment[aria-current]");
  const unit = now?.dataset.unit, focused = now?.contains(document.activeElement) ?? false;
  for (const part of [...parts.body.children]) {
    const there = part.id && document.getElementById(part.id);
    if (!there) continue;
    const keep = there.classList.contains("comment") && there.querySelectorAll(".said details[open]");
    there.replaceWith(part);
    if (keep?.length) part.querySelectorAll(".said details").forEach((one) => { one.open = true; });
  }
  if (!document.getElementById("notice")) say("");
  document.dispatchEvent(new CustomEvent("placed", { detail: { unit, focused } }));
}

export async function fetchPart(path) {
  const reply = await fetch(path, { headers: { "x-openlives": "1" } });
  const parts = new DOMParser().parseFromString(await reply.text(), "text/html");
  return reply.ok ? parts.body.firstElementChild : null;
}
