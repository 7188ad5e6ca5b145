// Which key does what, and on which comment. What an act means is the server's to say.
import { post, say, settled } from "./post.js";
import { closePalette, openPalette, paletteIsOpen } from "./palette.js";
import { leaveSpan, span, spanKey, startSpan } from "./span.js";

const body = document.body;
const desk = () => document.getElementById("desk");
const comments = () => [...document.querySelectorAll(".comment")];
const current = () => document.querySelector(".comment[aria-current]");
const act = (what, fields = {}) => {
  const unit = fields.unit ?? current()?.dataset.unit;
  if (unit) return post(`${body.dataset.base}/do/${what}`, { unit, ...fields });
};

function go(article, { focus = true, read = true } = {}) {
  const before = current();
  if (!article || article === before) return before?.focus({ preventScroll: true });
  leaveSpan();
  if (before) {
    before.removeAttribute("aria-current");
    if (read && !before.classList.contains("read")) act("see", { unit: before.dataset.unit });
  }
  article.setAttribute("aria-current", "true");
  if (focus) article.focus({ preventScroll: true });
  if (focus) article.scrollIntoView({ block: article.offsetHeight < innerHeight * 0.7 ? "center" : "start" });
  mark(article.dataset.week);
}

function mark(week) {
  const curve = document.getElementById("curve"), line = curve?.querySelector(".now");
  if (!line) return;
  line.setAttribute("visibility", week === "" ? "hidden" : "visible");
  const x = (Number(week) + 0.5) * Number(curve.dataset.step);
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
}

function step(by) {
  const all = comments(), place = all.indexOf(current());
  go(all[Math.min(Math.max(place + by, 0), all.length - 1)]);
}

async function turn(where) {
  const to = desk()?.dataset[where];
  if (!to) return say(where === "after" ? "This is the last thread" : "This is the first thread");
  if (current() && !current().classList.contains("read")) act("see");
  if (await settled()) location.assign(to);
}

const words = () => {
  const marked = getSelection();
  return marked && !marked.isCollapsed && current()?.querySelector(".said")?.contains(marked.anchorNode) ? marked.toString() : "";
};
const place = () => span() ?? (words() ? { words: words() } : {});
const code = (fields, where) => { leaveSpan(); return act("code", { ...fields, ...where }); };

function chooseCode() {
  const article = current();
  if (!article) return;
  const where = { ...place(), unit: article.dataset.unit };
  openPalette(where.words ?? where.told, (fields) => { delete where.told; return code(fields, where); }, () => article.isConnected ? article.focus() : current()?.focus());
}

const memos = new Map(); // what was typed and not kept, by comment
function openMemo() {
  const article = current(), form = document.getElementById("memo"), text = document.getElementById("memo-text");
  if (!article || !form) return;
  const unit = article.dataset.unit, was = article.querySelector("template.mine").content.textContent;
  text.value = memos.get(unit) ?? was;
  form.hidden = false;
  text.focus();
  const leave = () => { memos.set(unit, text.value); form.hidden = true; document.getElementById(`u-${unit}`)?.focus(); };
  const keep = async () => {
    if (!(await act("memo", { unit, text: text.value, was }))) return;
    leave();
    memos.delete(unit);
  };
  form.onsubmit = (event) => { event.preventDefault(); keep(); };
  form.onkeydown = (event) => {
    event.stopPropagation();
    if (event.key === "Escape") leave();
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); keep(); }
  };
}

const history = (way) => post(`${body.dataset.base}/turn/${way}`, { thread: desk()?.dataset.thread ?? "", back: location.pathname });
const fold = () => { const all = current()?.querySelectorAll("details") ?? []; const open = ![...all].some((d) => d.open); all.forEach((d) => { d.open = open; }); };

const KEYS = {
  j: () => step(1), k: () => step(-1),
  J: () => turn("after"), n: () => turn("after"), K: () => turn("before"), p: () => turn("before"),
  c: chooseCode, m: openMemo, o: fold,
  s: () => current() && startSpan(current(), chooseCode),
  v: () => { const where = place(); delete where.told; leaveSpan(); return act("vivo", where); },
  x: () => act("take"), "-": () => act("negative"),
};
const EVERYWHERE = {
  u: () => history("undo"), r: () => history("redo"),
  "/": () => document.getElementById("search")?.focus(),
  "?": () => document.getElementById("help")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (paletteIsOpen()) return;
  const typing = event.target.closest("input, textarea, select");
  if (event.key === "Escape") {
    if (typing) current()?.focus();
    else if (!leaveSpan()) say("");
    return;
  }
  if (typing) return;
  if (spanKey(event)) return event.preventDefault();
  const digit = /^[1-9]$/.test(event.key) && document.querySelector(`[data-digit="${event.key}"]`)?.closest("[data-code]");
  const way = digit ? () => code({ code: digit.dataset.code }, (({ told, ...where }) => where)(place())) : (desk() && KEYS[event.key]) || EVERYWHERE[event.key];
  if (!way || (event.repeat && !"jk".includes(event.key))) return;
  event.preventDefault();
  way();
});

document.addEventListener("click", (event) => {
  const key = event.target.closest("[data-key]")?.dataset.key, button = event.target.closest("[data-code]");
  const article = event.target.closest(".comment");
  if (article && article !== current()) go(article, { focus: !event.target.closest("a, button, summary") });
  if (key) KEYS[key]();
  if (button) code({ code: button.dataset.code }, (({ told, ...where }) => where)(place()));
  if (event.target.id === "ask-help") EVERYWHERE["?"]();
});
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-act], .undo, .redo")) return;
  event.preventDefault();
  if (form.matches("[data-act]")) post(form.getAttribute("action"), Object.fromEntries(new FormData(form)));
  else history(form.matches(".undo") ? "undo" : "redo");
});

const define = (event) => {
  const button = event.target.closest?.("[data-code]"), shown = document.getElementById("definition");
  if (button && shown) shown.replaceChildren(button.parentElement.querySelector("template").content.cloneNode(true));
};
document.addEventListener("focusin", define);
document.addEventListener("mouseover", define);

// After parts of the page were replaced: the comment that one is on stays the one.
document.addEventListener("placed", (event) => {
  const { unit, focused } = event.detail;
  const article = unit && document.getElementById(`u-${unit}`);
  if (article && !current()) article.setAttribute("aria-current", "true");
  if (article && focused) article.focus({ preventScroll: true });
  underline();
});

function underline() {
  if (!globalThis.Highlight || !CSS.highlights) return;
  const ranges = [];
  for (const quote of document.querySelectorAll(".comment .label q")) {
    const walker = document.createTreeWalker(quote.closest(".comment").querySelector(".said"), NodeFilter.SHOW_TEXT);
    const wanted = quote.textContent;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(wanted);
      // Words that stand twice are not guessed at: their label says what was marked.
      if (at < 0 || node.data.indexOf(wanted, at + 1) >= 0) continue;
      ranges.push(new StaticRange({ startContainer: node, startOffset: at, endContainer: node, endOffset: at + wanted.length }));
      break;
    }
  }
  CSS.highlights.set("coded", new Highlight(...ranges));
}

say(sessionStorage.getItem("turned") ?? "");
sessionStorage.removeItem("turned");

if (desk()) {
  const asked = location.hash && document.querySelector(CSS.escape ? `#${CSS.escape(location.hash.slice(1))}` : location.hash);
  const first = asked?.closest?.(".comment") ?? comments().find((one) => !one.classList.contains("read")) ?? comments()[0];
  if (first) go(first, { read: false });
  underline();
}
