// The browser side of an explorer: draws the controls that `face` names, shows the picture, and says what a hand does.
// Plain elements of HTML throughout: they have names, keys and states of their own.

const ICONS = {  // on a square of 16; one step has a bar beside its arrow, the start a double arrow
  start: "M1 2h2v12H1zM9 2v12L3 8zM15 2v12L9 8z", back: "M11 2h2v12h-2zM10 2v12L2 8z", run: "M3 1l12 7-12 7z",
  on: "M3 2h2v12H3zM6 2v12l8-6z", stop: "M3 2h4v12H3zM9 2h4v12H9z",
  large: "M1 1h5v2H3v3H1zM10 1h5v5h-2V3h-3zM1 10h2v3h3v2H1zM13 10h2v5h-5v-2h3z",
};
const SPEEDS = [["slow", 2.5], ["normal", 1], ["fast", 0.3]];  // times the control's own interval
const QUIET = 700;  // milliseconds of rest until the state is announced
const PATIENCE = 4000;  // milliseconds until a kernel that does not answer is spoken of
const SILENT = "The kernel does not answer. If no other cell is running, run this cell to bring it alive.";
const KEYED = ["button", "input", "select", "summary"];
const MINE = Math.random().toString(36).slice(2);  // each explorer of a page runs a script of its own, and ids are the page's
let made = 0;
const newId = () => `bp-${MINE}-${made++}`;

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  // No key that is pressed on it is a command of the notebook. (Asked of each element that has the focus, not only of
  // what holds it: the notebook's commands are bound to whatever has it.)
  if (KEYED.includes(tag)) node.setAttribute("data-lm-suppress-shortcuts", "true");
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (typeof value === "boolean") node.toggleAttribute(name, value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", ICONS[name]);
  svg.append(path);
  return svg;
}

const iconButton = (name, says, act) =>
  element("button", {type: "button", title: says, "aria-label": says, onclick: act}, icon(name));

// Each control: {row: its element, set(index), off(yes or no)}; it calls `changed(index)` when a hand has moved it.
function slider(control, changed) {
  const id = newId(), numbers = control.options.map(Number);
  const written = index => control.options[index].replaceAll("-", "−");
  const typed = numbers.every(number => !Number.isNaN(number));
  const range = element("input", {
    type: "range", id, min: 0, max: control.options.length - 1, step: 1, "aria-label": control.label,
  });
  const readout = typed
    ? element("input", {type: "text", inputmode: "decimal", class: "bp-value", "aria-label": `${control.label}, typed`})
    : element("output", {for: id, class: "bp-value"});
  const show = index => {
    range.value = index;
    range.setAttribute("aria-valuetext", written(index));
    if (document.activeElement !== readout) readout.value = written(index);
  };
  range.addEventListener("input", () => { show(Number(range.value)); changed(Number(range.value)); });
  if (typed) {
    const take = () => {
      const wanted = parseFloat(readout.value.replace(",", ".").replaceAll("−", "-"));
      const away = numbers.map(number => Math.abs(number - wanted));
      const index = Number.isNaN(wanted) ? Number(range.value) : away.indexOf(Math.min(...away));
      readout.value = written(index);  // the value that is really used
      if (index !== Number(range.value)) { show(index); changed(index); }
    };
    readout.addEventListener("keydown", event => { if (event.key === "Enter") { take(); readout.select(); } });
    readout.addEventListener("blur", take);
    readout.addEventListener("focus", () => readout.select());
  }
  const row = element("div", {class: "bp-control"}, element("label", {for: id}, control.label), range, readout);
  return {row, set: show, off: yes => { range.disabled = yes; if (typed) readout.disabled = yes; }};
}

function choice(control, changed) {
  const id = newId();
  const list = element("select", {id}, ...control.options.map((text, k) => element("option", {value: k}, text)));
  list.addEventListener("change", () => changed(Number(list.value)));
  const row = element("div", {class: "bp-control bp-choice"}, element("label", {for: id}, control.label), list);
  return {row, set: index => { list.value = index; }, off: yes => { list.disabled = yes; }};
}

function several(control, changed) {
  const buttons = control.options.map((text, k) => element("button", {type: "button", "aria-pressed": "false",
    onclick: () => {
      const pressed = buttons[k].getAttribute("aria-pressed") !== "true";
      buttons[k].setAttribute("aria-pressed", pressed);
      changed(buttons.flatMap((button, j) => button.getAttribute("aria-pressed") === "true" ? [j] : []));
    }}, text));
  const row = element("div", {class: "bp-several", role: "group", "aria-label": control.label},
    element("span", {}, control.label), ...buttons);
  return {
    row, set: index => buttons.forEach((button, k) => button.setAttribute("aria-pressed", index.includes(k))),
    off: yes => buttons.forEach(button => { button.disabled = yes; }),
  };
}

// The player of a slider: to the start, one back, run and stop, one on, speed. It waits for each picture before the next.
function player(control, at, go) {
  const last = control.options.length - 1;
  let running = false, timer = null, sent = 0, until = last;
  const run = iconButton("run", "run", () => (running ? stop() : start()));
  const speed = element("select", {"aria-label": "speed", title: "speed"},
    ...SPEEDS.map(([text, factor]) => element("option", {value: factor, ...(factor === 1 ? {selected: ""} : {})}, text)));
  const step = by => { stop(); const next = at() + by; if (next >= 0 && next <= last) go(next); };
  function face() {
    run.replaceChildren(icon(running ? "stop" : "run"));
    run.setAttribute("aria-label", running ? "stop" : "run");
    run.title = running ? "stop" : "run";
  }
  function stop() { running = false; clearTimeout(timer); timer = null; face(); }
  function start(to = last) {
    [running, until] = [true, to];
    face();
    tick(at() >= until ? 0 : at() + 1);
  }
  function tick(next) { timer = null; sent = performance.now(); go(next); }
  // Called when the picture that was asked for last is there.
  function arrived() {
    if (!running || timer !== null) return;
    if (at() >= until) { stop(); return; }
    const wait = Math.max(0, control.play * Number(speed.value) - (performance.now() - sent));
    timer = setTimeout(() => running && tick(at() + 1), wait);
  }
  const row = element("div", {class: "bp-player", role: "group", "aria-label": `${control.label}: player`},
    iconButton("start", "to the start", () => { stop(); go(0); }), iconButton("back", "one back", () => step(-1)), run,
    iconButton("on", "one on", () => step(1)), speed);
  return {row, arrived, stop, start};
}

// The tasks of the text, one at a time: its elements.
function tasks(texts) {
  if (!texts.length) return [];
  const text = element("span", {class: "bp-task-text", "aria-live": "polite"});
  const list = element("select", {"aria-label": "task"},
    ...texts.map((_, k) => element("option", {value: k}, `Task ${k + 1} of ${texts.length}`)));
  const next = element("button", {type: "button", onclick: () => show((Number(list.value) + 1) % texts.length)}, "next");
  function show(k) { list.value = k; text.innerHTML = texts[k]; next.textContent = k + 1 < texts.length ? "next" : "first"; }
  list.addEventListener("change", () => show(Number(list.value)));
  show(0);
  return [list, text, ...(texts.length > 1 ? [next] : [])];
}

function render({model, el}) {
  const face = model.get("face"), [width, height] = face.size, controls = face.controls;
  const values = {...model.get("shown").values};
  const start = Object.fromEntries(Object.entries(controls).map(([name, control]) => [name, control.start]));
  let number = model.get("asked").number ?? 0, touch = null, touches = 0, url = null, quiet = null, waiting = null;
  let placed = "";  // the targets whose boxes lie on the picture: most pictures leave them where they are

  // One message for all: the newest is the one that counts, and ipywidgets sends it when the last one is answered.
  function ask() {
    number += 1;
    model.set("asked", {number, values: {...values}, touch: touch && {...touch}});
    model.save_changes();
    waiting ??= setTimeout(() => { lost.textContent = SILENT; root.classList.add("bp-silent"); }, PATIENCE);
  }
  // A kernel that was started anew does not know this explorer.
  function gone() {
    halt();
    lost.textContent = face.gone;
    root.classList.add("bp-gone");
  }
  const halt = () => Object.values(players).forEach(one => one.stop());
  const widgets = {}, players = {};
  const usual = [], rare = [];
  for (const [name, control] of Object.entries(controls)) {
    const build = {slider, choice, several}[control.kind];
    const change = index => { touch = null; values[name] = index; ask(); };
    widgets[name] = build(control, index => { halt(); change(index); });
    const rows = [widgets[name].row];
    if (control.play) {
      players[name] = player(control, () => values[name], index => { widgets[name].set(index); change(index); });
      rows.push(players[name].row);
    }
    (control.rare ? rare : usual).push(...rows);
  }
  function setAll(wanted) { halt(); touch = null; Object.assign(values, wanted); adopt(); ask(); }
  function preset(wanted) {
    if (!face.race) { setAll(wanted); return; }
    setAll({...wanted, [face.race]: 0});
    if (wanted[face.race] > 0) players[face.race].start(wanted[face.race]);
  }
  function adopt() { for (const [name, widget] of Object.entries(widgets)) widget.set(values[name]); }
  const presets = Object.entries(face.presets).map(([text, wanted]) =>
    element("button", {type: "button", onclick: () => preset(wanted)}, text));
  presets.push(element("button", {type: "button", class: "bp-reset", onclick: () => setAll(start)}, "reset"));
  const enlarge = () => (document.fullscreenElement === root ? document.exitFullscreen() : root.requestFullscreen());
  const large = document.fullscreenEnabled ? [iconButton("large", "full screen", enlarge)] : [];
  for (const button of large) button.classList.add("bp-large");

  const picture = element("img", {class: "bp-picture", width, height, draggable: "false"});
  const places = element("div", {class: "bp-targets", "aria-hidden": "true"});
  const view = element("div", {class: "bp-view"}, picture, places);
  const status = element("div", {class: "bp-status"});
  const announced = element("div", {class: "bp-announced", role: "status"});
  const hint = element("div", {class: "bp-hint"});
  const lost = element("p", {class: "bp-lost", role: "alert"});
  const side = element("div", {class: "bp-side"},
    element("div", {class: "bp-presets", role: "group", "aria-label": "presets"}, ...presets), ...usual,
    ...(rare.length ? [element("details", {}, element("summary", {}, "more settings"), ...rare)] : []), hint);
  const root = element("div", {class: "bp-explorer", role: "group", "aria-label": face.name,
    onkeydown: event => event.stopPropagation()},
    element("div", {class: "bp-body"},
      lost, element("div", {class: "bp-task"}, ...tasks(face.tasks), ...large), view, side, status, announced));
  root.style.setProperty("--bp-ratio", height / width);

  // A finger on the picture. It holds what it touched first, wherever it goes.
  function at(event) {
    const box = picture.getBoundingClientRect();
    return [(event.clientX - box.left) / box.width * width, (box.bottom - event.clientY) / box.height * height];
  }
  places.addEventListener("pointerdown", event => {
    if (event.button !== 0 || event.target === places) return;
    event.preventDefault();
    halt();
    places.setPointerCapture(event.pointerId);
    root.classList.add("bp-touched");
    touch = {number: ++touches, start: at(event), at: at(event)};
    ask();
  });
  places.addEventListener("pointermove", event => {
    if (!places.hasPointerCapture(event.pointerId) || !touch) return;
    touch.at = at(event);
    ask();
  });
  const leave = () => root.classList.remove("bp-touched");
  places.addEventListener("lostpointercapture", leave);

  function place(targets) {
    placed = JSON.stringify(targets);
    places.replaceChildren(...targets.map(([left, top, wide, high, says]) => element("div", {title: says,
      style: `left:${100 * left}%;top:${100 * top}%;width:${100 * wide}%;height:${100 * high}%`})));
    hint.textContent = [...new Set(targets.map(target => target[4]))].join(" · ");
  }
  function show() {
    const shown = model.get("shown");
    if (shown.answer === number) {
      clearTimeout(waiting);
      waiting = null;
      root.classList.remove("bp-silent");
    }
    if (shown.answer === number || touch) { Object.assign(values, shown.values); adopt(); }
    for (const [name, widget] of Object.entries(widgets)) widget.off(shown.idle.includes(name));
    if (JSON.stringify(shown.targets) !== placed) place(shown.targets);
    if (shown.ended) halt();
    if (shown.answer === number && !shown.unfinished) Object.values(players).forEach(one => one.arrived());
  }
  function draw() {
    const before = url;
    url = URL.createObjectURL(new Blob([model.get("picture")], {type: "image/jpeg"}));
    picture.src = url;
    picture.decode().catch(() => {}).then(() => before && URL.revokeObjectURL(before));
  }
  function say() {
    const text = model.get("status");
    status.textContent = text;
    status.title = text;
    picture.alt = `${face.name}. ${text}`;
    clearTimeout(quiet);
    quiet = setTimeout(() => { announced.textContent = text; }, QUIET);
  }
  model.on("change:shown", show);
  model.on("change:picture", draw);
  model.on("change:status", say);
  model.on("comm_live_update", gone);
  adopt(); draw(); say(); show();
  el.append(root);
  return () => {
    halt();
    clearTimeout(quiet);
    clearTimeout(waiting);
    model.off("change:shown", show);
    model.off("change:picture", draw);
    model.off("change:status", say);
    model.off("comm_live_update", gone);
    URL.revokeObjectURL(url);
  };
}

export default {render};
