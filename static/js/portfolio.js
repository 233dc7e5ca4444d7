/* The row under the pointer or the focus shows its region, trail and name on the quadrant; a
   seventh client cannot be selected for a comparison. Without this everything works by links. */
"use strict";
(() => {
  const form = document.querySelector(".clients-form");
  if (!form) return;
  const NS = "http://www.w3.org/2000/svg";
  const JOINT_90 = Math.sqrt(-2 * Math.log(0.1));
  const chart = document.querySelector(".portfolio-quadrant");

  const make = (name, attributes, parent) => {
    const element = document.createElementNS(NS, name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    parent.append(element);
    return element;
  };
  const within = (value) => Math.min(100, Math.max(0, value));
  let layer = null;
  let drawn = null;

  const forget = () => {
    if (layer) layer.remove();
    layer = drawn = null;
  };
  const draw = (row) => {
    if (row === drawn) return;
    forget();
    if (!chart || !row || !row.dataset.x) return;
    drawn = row;
    const { s: strategy, t: trail } = row.dataset;
    const [x, y, sx, sy] = ["x", "y", "sx", "sy"].map((key) => Number(row.dataset[key]));
    layer = make("g", { "aria-hidden": "true" }, chart);
    const points = [];
    for (let step = 0; step < 36; step += 1) {
      const angle = (2 * Math.PI * step) / 36;
      const px = within(x + JOINT_90 * sx * Math.cos(angle));
      const py = within(100 - y + JOINT_90 * sy * Math.sin(angle));
      points.push(`${px},${py}`);
    }
    const frame = make("svg", {
      width: "100%", height: "100%", viewBox: "0 0 100 100", preserveAspectRatio: "none", overflow: "visible",
    }, layer);
    make("polygon", { points: points.join(" "), class: `fill-${strategy} opacity-22` }, frame);
    let last = null;
    const steps = (trail ? trail.split(" ") : []).map((pair) => pair.split(",").map(Number));
    for (const step of [...steps, [x, y]]) {
      if (last) {
        make("line", {
          x1: `${last[0]}%`, y1: `${100 - last[1]}%`, x2: `${step[0]}%`, y2: `${100 - step[1]}%`,
          class: `line-${strategy} w-20`,
        }, layer);
      }
      last = step;
    }
    for (const step of steps) {
      make("circle", { cx: `${step[0]}%`, cy: `${100 - step[1]}%`, r: 3.5, class: `fill-white line-${strategy} w-15` }, layer);
    }
    make("use", { href: `#pm-${strategy}`, x: `${x}%`, y: `${100 - y}%`, class: "line-ink w-15" }, layer);
    const right = x > 65;
    make("text", {
      x: `${x}%`, y: `${100 - y}%`, dx: right ? -13 : 13, dy: 4,
      class: `halo hover-name${right ? " end" : ""}`,
    }, layer).textContent = row.querySelector(".bank-link").textContent;
  };
  for (const name of ["pointerover", "focusin"]) {
    form.addEventListener(name, (event) => draw(event.target.closest("tbody tr")));
  }
  form.addEventListener("pointerleave", forget);

  /* ---- selecting ---- */
  const boxes = [...form.querySelectorAll('input[name="select"]')];
  const said = document.getElementById("selected-count");
  const most = Number(form.dataset.most);
  const compare = form.querySelector('button[value="compare"]');
  const count = () => {
    const chosen = boxes.filter((box) => box.checked).length;
    const digits = new Intl.NumberFormat(document.documentElement.lang).format(chosen);
    const words = (chosen === 1 ? said.dataset.one : said.dataset.many).replace("{}", digits);
    said.textContent = chosen > most ? `${words}. ${said.dataset.enough}` : words;
    if (compare) compare.disabled = chosen > most;
    for (const box of boxes) box.closest("tr").classList.toggle("on", box.checked);
  };
  form.addEventListener("change", (event) => {
    if (event.target.name === "select") count();
  });
  count();
})();
