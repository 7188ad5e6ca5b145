// Marking words of a comment with the keyboard, on the comment as it was written: places are the snapshot's characters.
import { fetchPart, say } from "./post.js";

let source, said, from, to, enter;

export const span = () => source && {
  start: words()[Math.min(from, to)].dataset.start,
  stop: words()[Math.max(from, to)].dataset.stop,
  told: [...source.querySelectorAll(".on")].map((one) => one.textContent).join(" "),
};
const words = () => [...source.querySelectorAll("span")];

export async function startSpan(article, onEnter) {
  if (source) return;
  const found = await fetchPart(`${document.body.dataset.base}/source/${article.dataset.unit}`);
  if (!found?.querySelector("span")) return say("There are no words to mark here");
  said = article.querySelector(".said");
  said.hidden = true;
  said.after(found);
  [source, from, to, enter] = [found, 0, 0, onEnter];
  source.onmousedown = (event) => pick(event, false);
  source.onmouseover = (event) => event.buttons === 1 && pick(event, true);
  show();
  say("Arrows move, Shift extends, Enter codes, v takes the words themselves, Esc leaves");
}

function pick(event, extend) {
  const place = words().indexOf(event.target);
  if (place < 0) return;
  event.preventDefault();
  to = place;
  if (!extend && !event.shiftKey) from = place;
  show();
}

function show() {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  words().forEach((one, place) => one.classList.toggle("on", place >= low && place <= high));
  words()[to].scrollIntoView({ block: "nearest" });
}

export function leaveSpan() {
  if (!source) return false;
  source.remove();
  said.hidden = false;
  source = said = undefined;
  say("");
  return true;
}

export function spanKey(event) {
  if (!source) return false;
  if (event.key === "Enter") { enter(); return true; }
  const line = () => { // the word that stands below or above
    const all = words(), here = all[to].getBoundingClientRect(), down = event.key === "ArrowDown";
    const others = all.map((one, place) => [one.getBoundingClientRect(), place]).filter(([box]) => down ? box.top > here.top + 4 : box.top < here.top - 4);
    const row = others.length ? (down ? Math.min : Math.max)(...others.map(([box]) => box.top)) : null;
    const near = others.filter(([box]) => Math.abs(box.top - row) < 4).sort((a, b) => Math.abs(a[0].left - here.left) - Math.abs(b[0].left - here.left));
    return near[0]?.[1] ?? to;
  };
  const ways = { ArrowRight: () => to + 1, ArrowLeft: () => to - 1, ArrowDown: line, ArrowUp: line, Home: () => 0, End: () => words().length - 1 };
  if (!ways[event.key]) return false;
  to = Math.min(Math.max(ways[event.key](), 0), words().length - 1);
  if (!event.shiftKey) from = to;
  show();
  return true;
}
