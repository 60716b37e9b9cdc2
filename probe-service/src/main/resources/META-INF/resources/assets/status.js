"use strict";
(() => {
  const say = (words) => {
    const region = document.getElementById("say");
    if (region && words && region.textContent !== words) region.textContent = words;
  };

  // What was fetched may say what changed, for whoever only hears the page.
  document.addEventListener("htmx:afterSwap", (event) => {
    const told = event.target.querySelector?.("[data-say]");
    if (told && !event.detail.requestConfig?.triggeringEvent?.type.startsWith("sse:")) say(told.dataset.say);
  });
  document.addEventListener("htmx:sseMessage", (event) => {
    if (event.detail.type === "progress") say(event.target.querySelector("[data-say]")?.dataset.say);
  });

  // Whether news still come.
  const connection = document.getElementById("connection");
  const connected = (words, lost) => {
    if (!connection || !document.querySelector("[data-live]")) return;
    connection.hidden = false;
    connection.textContent = words;
    connection.classList.toggle("lost", lost);
  };
  document.addEventListener("htmx:sseOpen", () => connected("live", false));
  document.addEventListener("htmx:sseError", () => connected("not connected", true));

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button.copy");
    if (!button) return;
    const code = button.parentElement.querySelector("code");
    try {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = "Copied";
      say("Copied.");
      setTimeout(() => { button.textContent = "Copy"; }, 2000);
    } catch {
      // Without a clipboard, as over plain http, it is at least selected.
      getSelection().selectAllChildren(code);
      button.textContent = "Selected";
    }
  });

  document.addEventListener("submit", (event) => {
    const button = event.target.matches("form[action='/page/probe']") && event.target.querySelector("button");
    if (button) button.disabled = true;
  });
  addEventListener("pageshow", () => {
    for (const button of document.querySelectorAll("form[action='/page/probe'] button")) button.disabled = false;
  });

  // The history of a target.
  const draw = (place) => {
    const points = JSON.parse(place.dataset.points);
    const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const axis = { stroke: colour("--quiet"), grid: { stroke: colour("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    const time = (seconds) => new Date(seconds * 1000).toISOString().slice(11, 16);
    place.replaceChildren();
    new uPlot(
      {
        width: place.clientWidth - 16,
        height: 200,
        padding: [12, 12, 0, 0],
        cursor: { drag: { x: true, y: false } },
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "UTC"),
        axes: [{ ...axis, space: 90, values: (_, ticks) => ticks.map(time) }, { ...axis, size: 64, values: (_, ticks) => ticks.map((it) => it + " ms") }],
        scales: { y: { range: (_, __, most) => [0, Math.max(10, most * 1.1)] } },
        series: [
          {},
          { stroke: colour("--good-fill"), width: 1.5, points: { show: true, size: 5, fill: colour("--good-fill") } },
          { stroke: colour("--bad-fill"), width: 0, paths: () => null, points: { show: true, size: 9, fill: colour("--bad-fill") } },
        ],
      },
      [
        points.map((it) => it[0]),
        points.map((it) => it[1]),
        points.map((it) => (it[2] ? null : it[1])),
      ],
      place,
    );
  };
  const drawAll = () => document.querySelectorAll(".chart").forEach(draw);
  drawAll();
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  let width = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth !== width) { width = innerWidth; drawAll(); }
  });
})();
