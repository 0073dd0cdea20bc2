// The players of the explorers: each `.moving` has in its `data-face` what recorder.face says, and stands after the
// stored picture. Nothing is computed here: a recording, loaded when the player is touched, says what each position of
// the controls draws over the still ground.

const RECORDINGS = new URL("moving/", document.currentScript.src);
const REST = 700;  // milliseconds of rest until the state is announced
let made = 0;

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

async function picture(address) {
  const image = element("img", {src: address});
  await image.decode();
  return image;
}

// A recording ready to be drawn: its frames, which travel as steps from one to the next, and its ground.
async function load(file) {
  const answer = await fetch(new URL(file, RECORDINGS));
  if (!answer.ok) throw new Error(`${file}: ${answer.status}`);
  const recording = await new Response(answer.body.pipeThrough(new DecompressionStream("gzip"))).json();
  recording.frames.forEach((frame, n, all) => frame.forEach((step, k) => { frame[k] += all[n - 1]?.[k] ?? 0; }));
  recording.ground = await picture(recording.ground);
  await Promise.all([document.fonts.load("12px moving"), document.fonts.load("bold 12px moving")]);
  return recording;
}

// Draws one thing, [style, path, x, y, dx, dy, ...] or [style, text, x, y]; see renderer.py for the letters of a style.
function draw(context, style, thing) {
  const [, what, ...at] = thing;
  context.save();
  context.fillStyle = style.f;
  if (style.b) context.clip(new Path2D(style.b));
  if (style.t) {
    context.font = style.t.replace("px", "px moving");
    context.textAlign = style.a;
    context.fillText(what, ...at);
  } else {
    thing.path ??= new Path2D(what);
    context.setLineDash(style.d ?? []);
    Object.assign(context, {strokeStyle: style.s, lineWidth: style.w, lineCap: style.c, lineJoin: style.j, lineDashOffset: style.o ?? 0});
    for (let k = 0; k < Math.max(at.length, 1); k += 2) {
      if (at.length) context.translate(at[k], at[k + 1]);
      if (style.f) context.fill(thing.path);
      if (style.s) context.stroke(thing.path);
    }
  }
  context.restore();
}

function player(place) {
  const face = JSON.parse(place.dataset.face), [width, height, unit] = face.size;
  const image = place.closest(".cell_output").querySelector("img");
  const canvas = element("canvas", {"aria-hidden": "true", hidden: ""});
  const view = element("div", {class: "moving-view", style: `aspect-ratio: ${width} / ${height}`});
  const hands = element("div", {class: "moving-hands", "aria-hidden": "true", onpointerdown: event => {
    held = event.button ? null : event.target.tables;
    if (!held) return;
    stop();
    hands.setPointerCapture(event.pointerId);
    follow(event);
  }, onpointermove: event => { if (hands.hasPointerCapture(event.pointerId)) follow(event); }});
  const status = element("p", {class: "moving-status"}), announced = element("p", {class: "moving-announced", role: "status"});
  const recordings = new Map(), places = [...face.presets[0][2]];
  let current = face.presets[0][1], wanted = 0, resting = null, running = null, held = null;

  // Only one file is on its way at a time for each name; one that did not come is asked for again by the next touch.
  function ready(number) {
    if (!recordings.has(number)) recordings.set(number, load(face.files[number]));
    recordings.get(number).catch(() => recordings.delete(number));
    return recordings.get(number);
  }

  async function show() {
    const mine = ++wanted;
    try {
      const recording = await ready(current);
      const index = places.reduce((sum, at, k) => sum * face.controls[k][2].length + at, 0);
      const [sentence, below, count, ...numbers] = recording.frames[index];
      const under = recording.images[below];
      if (under && !under.ready) under.ready = await picture(under[0]);
      if (mine !== wanted) return;
      paint(recording, under, numbers.slice(count));
      lay(recording, numbers.slice(0, count));
      status.textContent = recording.status[sentence];
      image.alt = `${face.name}. ${recording.status[sentence]}`;
      canvas.dataset.shown = index;
      clearTimeout(resting);
      resting = setTimeout(() => { announced.textContent = status.textContent; }, REST);
    } catch (error) {
      status.textContent = "What moves here could not be loaded. The picture stands still.";
    }
  }

  function paint(recording, under, things) {
    const least = view.clientWidth < width / 1.5 ? 2 * width : width;  // on a phone one looks closer with two fingers
    const sharp = Math.max(view.clientWidth * (window.devicePixelRatio || 1), least);
    const context = canvas.getContext("2d");
    if (canvas.width !== Math.round(sharp)) {
      canvas.width = Math.round(sharp);
      canvas.height = Math.round(sharp * height / width);
    }
    const scale = canvas.width / width / unit;
    context.setTransform(scale, 0, 0, scale, 0, 0);
    Object.assign(context, {imageSmoothingEnabled: true, imageSmoothingQuality: "high"});
    context.drawImage(recording.ground, 0, 0, width * unit, height * unit);
    if (under) {
      const [, left, top, wide, high] = under;
      context.imageSmoothingEnabled = under.ready.naturalWidth * unit > wide;  // cells of their own are left sharp
      context.drawImage(under.ready, left, top, wide, high);
    }
    for (const k of things) draw(context, recording.styles[recording.things[k][0]], recording.things[k]);
    canvas.hidden = false;
  }

  // Over the picture, what can be touched. A finger holds what it touched first, wherever it goes.
  function lay(recording, touches) {
    hands.replaceChildren(...touches.map(k => {
      const [left, top, wide, high, ...numbers] = recording.touches[k], tables = numbers.map(n => recording.tables[n]);
      const box = {left: left / width, top: top / height, width: wide / width, height: high / height};
      const style = Object.entries(box).map(([edge, share]) => `${edge}: ${100 * share}%`).join(";");
      const drag = tables.some(table => table[6].length > 1);
      return Object.assign(element("div", {style, class: drag ? "moving-drag" : "moving-click"}), {tables});
    }));
  }

  function follow(event) {
    const box = hands.getBoundingClientRect(), times = width / box.width;
    const cell = (at, begin, length, cells) => Math.min(Math.max(Math.floor((at * times - begin) / length), 0), cells - 1);
    for (const [k, left, top, across, down, columns, found] of held) {
      const row = cell(event.clientY - box.top, top, down, found.length / columns);
      rows[k].set(found[row * columns + cell(event.clientX - box.left, left, across, columns)]);
    }
    show();
  }

  const rows = face.controls.map(([kind, label, texts, interval], k) => {
    const id = `moving-${made++}`, output = element("output", {for: id});
    const input = kind === "range"
      ? element("input", {type: "range", id, min: 0, max: texts.length - 1, step: 1})
      : element("select", {id}, ...texts.map((text, n) => element("option", {value: n}, text)));
    const set = at => {
      places[k] = input.value = at;
      output.textContent = kind === "range" ? texts[at].replaceAll("-", "−") : "";
      if (kind === "range") input.setAttribute("aria-valuetext", output.textContent);
    };
    input.addEventListener("input", () => { stop(); set(Number(input.value)); show(); });
    const row = element("div", {class: "moving-control"}, element("label", {for: id}, label), output, input);
    if (interval) row.append(element("button", {type: "button", "aria-label": `run: ${label}`, onclick: event => {
      if (stop()) return;
      event.target.textContent = "stop";
      if (places[k] === texts.length - 1) set(0);
      show();
      running = [event.target, setInterval(() => {
        set(places[k] + 1);
        if (places[k] === texts.length - 1) stop();
        show();
      }, Math.max(interval, 50))];
    }}, "run"));
    set(places[k]);
    return {row, set};
  });

  function stop() {
    if (!running) return false;
    running[0].textContent = "run";
    clearInterval(running[1]);
    running = null;
    return true;
  }

  const buttons = face.presets.map(([text, number, at]) => element("button", {type: "button", onclick: () => {
    stop();
    current = number;
    rows.forEach(({set}, k) => set(at[k]));
    show();
  }}, text));

  image.replaceWith(view);
  view.append(image, canvas, hands);
  place.append(status, announced, ...rows.map(({row}) => row), element("div", {class: "moving-presets"}, ...buttons));
  for (const text of face.notes) place.append(element("p", {class: "moving-note"}, text));
  status.textContent = image.alt.slice(face.name.length + 2);
  for (const kind of ["pointerenter", "focusin", "pointerdown"]) {
    place.addEventListener(kind, () => { ready(current).catch(() => {}); }, {once: true});
    view.addEventListener(kind, show, {once: true});
  }
  new ResizeObserver(() => { if (!canvas.hidden) show(); }).observe(view);
}

document.querySelectorAll(".moving").forEach(player);
