// Controls that answer as they are changed, and a period that is drawn over a figure. Without this all of it is forms.
const main = document.getElementById("main");
let asked = 0, shown = location.pathname + location.search;

async function show(address, keep = true) {
  const mine = ++asked;
  main.classList.add("waiting");
  let reply;
  try { reply = await fetch(address); } catch { location.assign(address); return; }
  const page = new DOMParser().parseFromString(await reply.text(), "text/html");
  if (mine !== asked) return; // somebody asked again meanwhile
  const there = page.getElementById("main"), seen = page.querySelector(".seen");
  if (!there) { location.assign(address); return; }
  const focus = document.activeElement?.name, scroll = main.querySelector(".controls")?.scrollTop ?? 0;
  const shut = [...main.querySelectorAll("details")].map((one) => one.open);
  main.replaceChildren(...there.childNodes);
  if (seen) document.querySelector(".seen")?.replaceWith(seen);
  main.classList.remove("waiting");
  main.querySelectorAll("details").forEach((one, place) => { if (shut[place]) one.open = true; });
  const controls = main.querySelector(".controls");
  if (controls) controls.scrollTop = scroll;
  if (focus) main.querySelector(`[name="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
  document.title = page.title;
  if (keep) history.pushState(null, "", reply.url);
  shown = location.pathname + location.search;
}

function send(form) {
  if (!form.reportValidity()) return;
  const action = form.getAttribute("action") || location.pathname;
  show(`${action}?${new URLSearchParams(new FormData(form))}`);
}

document.addEventListener("change", (event) => {
  const form = event.target.closest(".controls, .parts, .filters");
  if (form) send(form);
});
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".controls, .parts, .filters, .period")) return;
  event.preventDefault();
  send(event.target);
});
window.addEventListener("popstate", () => { // a step to a place within the page is none to another
  if (location.pathname + location.search !== shown) show(location.href, false);
});

// A period drawn over a figure goes into the fields of its form.
let drag = null;
const day = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);
const place = (svg, event) => {
  const box = svg.getBoundingClientRect(), view = svg.viewBox.baseVal;
  return Math.min(view.width, Math.max(Number(svg.dataset.left), ((event.clientX - box.left) / box.width) * view.width));
};
document.addEventListener("pointerdown", (event) => {
  const svg = event.target.closest("svg[data-brush]");
  if (!svg || event.button || event.pointerType !== "mouse") return; // a finger scrolls
  const rect = document.createElementNS(svg.namespaceURI, "rect");
  rect.setAttribute("class", "chosen");
  rect.setAttribute("y", "0");
  rect.setAttribute("height", svg.viewBox.baseVal.height);
  drag = { svg, rect, from: place(svg, event), to: null };
});
document.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const to = place(drag.svg, event);
  if (Math.abs(to - drag.from) < 6) return;
  if (drag.to === null) drag.svg.append(drag.rect);
  drag.to = to;
  drag.rect.setAttribute("x", Math.min(drag.from, to));
  drag.rect.setAttribute("width", Math.abs(to - drag.from));
});
document.addEventListener("pointerup", () => {
  if (!drag) return;
  const { svg, rect, from, to } = drag;
  drag = null;
  if (to === null) return;
  rect.remove();
  const left = Number(svg.dataset.left), step = (svg.viewBox.baseVal.width - left) / Number(svg.dataset.weeks);
  const week = (x) => Number(svg.dataset.brush) + Math.round((x - left) / step) * 604800;
  const form = document.querySelector("form.period");
  form.elements.since.value = day(week(Math.min(from, to)));
  form.elements.until.value = day(week(Math.max(from, to)));
  svg.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
  send(form);
});
