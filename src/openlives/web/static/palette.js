// Typing a code, with completion from the codebook that stands beside the thread.
const MOST = 9;
let form, input, list, options, chosen, done, left;

export const paletteIsOpen = () => form && !form.hidden;

export function openPalette(marked, onDone, onLeave) {
  form = document.getElementById("palette");
  input = document.getElementById("typed");
  list = document.getElementById("options");
  [done, left] = [onDone, onLeave];
  const told = document.getElementById("marked");
  told.hidden = !marked;
  told.textContent = marked ? `“${marked.length > 120 ? `${marked.slice(0, 119)}…` : marked}”` : "";
  input.value = "";
  form.hidden = false;
  suggest();
  input.focus();
  input.oninput = suggest;
  form.onkeydown = key;
  form.onsubmit = (event) => event.preventDefault();
  list.onmousedown = (event) => {
    const item = event.target.closest("li");
    if (item) { event.preventDefault(); finish(options[[...list.children].indexOf(item)]); }
  };
}

export function closePalette() {
  form.hidden = true;
  left();
}

function suggest() {
  const typed = input.value.trim().toLowerCase();
  const codes = [...document.querySelectorAll("#codes [data-code]")].map((one) => ({
    code: one.dataset.code, path: one.dataset.path, name: one.querySelector(".name").textContent, dot: one.querySelector("svg"), about: one,
  }));
  const rank = (one) => {
    const name = one.name.toLowerCase(), path = one.path.toLowerCase();
    return name === typed || path === typed ? 0 : name.startsWith(typed) ? 1 : name.includes(typed) ? 2 : path.includes(typed) ? 3 : 9;
  };
  options = codes.map((one) => ({ ...one, rank: rank(one) })).filter((one) => one.rank < 9).sort((a, b) => a.rank - b.rank).slice(0, MOST);
  const frozen = document.getElementById("codes").dataset.frozen;
  if (typed && !frozen && options[0]?.rank !== 0) options.push({ name: input.value.trim(), make: true });
  chosen = 0;
  show();
}

function show() {
  list.replaceChildren(...options.map((one, place) => {
    const item = document.createElement("li");
    item.id = `option-${place}`;
    item.role = "option";
    item.setAttribute("aria-selected", String(place === chosen));
    if (one.dot) item.append(one.dot.cloneNode(true));
    item.append(one.make ? `Make the code “${one.name}”` : one.path);
    return item;
  }));
  input.setAttribute("aria-activedescendant", options.length ? `option-${chosen}` : "");
  list.children[chosen]?.scrollIntoView({ block: "nearest" });
  options[chosen]?.about?.dispatchEvent(new Event("mouseover", { bubbles: true })); // its definition in sight
}

function key(event) {
  event.stopPropagation();
  if (event.key === "Escape") { event.preventDefault(); closePalette(); }
  else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + options.length) % Math.max(options.length, 1);
    show();
  } else if (event.key === "Tab" && options[chosen] && !event.shiftKey) {
    event.preventDefault();
    input.value = options[chosen].name;
    suggest();
  } else if (event.key === "Enter") {
    event.preventDefault();
    const typed = input.value.trim();
    finish(event.shiftKey && typed ? { name: typed, make: true } : options[chosen]);
  }
}

async function finish(option) {
  if (!option || (!option.code && !option.name)) return;
  const [after, leave, typed, told] = [done, closePalette, input.value, form];
  form.hidden = true;
  left();
  // A code that was not kept is not lost: the palette comes back with what was typed.
  if (!(await after(option.make ? { name: option.name } : { code: option.code })) && told.hidden) {
    told.hidden = false;
    input.value = typed;
    suggest();
    input.focus();
  }
}
