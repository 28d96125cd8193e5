"use strict";
(() => {
  const byId = (id) => document.getElementById(id);
  const tree = byId("items"), form = byId("filters"), shown = byId("shown"), left = byId("left-out"), rest = byId("rest");
  let parts = [];

  const draw = (part) => {
    const number = part.dataset.c;
    if (number === undefined) return;
    delete part.dataset.c;
    part.lastElementChild.innerHTML = parts[number];
    parts[number] = "";
  };

  const chosen = () => Object.fromEntries([...new FormData(form)].filter(([, value]) => value !== ""));
  const fits = (marks, wanted) =>
    Object.entries(wanted).every(([name, value]) => (value === "none" ? marks[name] === "" : marks[name].split(" ").includes(value)));
  const marksIn = function* (text) {
    for (const [, t, o, s, x] of text.matchAll(/ data-t="([^"]*)" data-o="([^"]*)" data-s="([^"]*)" data-x="([^"]*)"/g)) yield { t, o, s, x };
  };

  const filterTree = (wanted, isFiltered) => {
    if (isFiltered)
      for (const part of tree.querySelectorAll("details[data-c]"))
        for (const marks of marksIn(parts[part.dataset.c]))
          if (fits(marks, wanted)) {
            draw(part);
            break;
          }
    const kept = new Set();
    let count = 0;
    // What is below comes after what it is in, so from the end each part knows whether it is kept.
    for (const row of [...tree.querySelectorAll(".r, .more")].reverse()) {
      const part = row.tagName === "SUMMARY" ? row.parentElement : row;
      const isFit = !isFiltered || (row.dataset.x !== undefined && fits(row.dataset, wanted));
      const isKept = isFit || kept.has(part);
      count += isFit && row.dataset.x !== undefined ? 1 : 0;
      part.hidden = !isKept;
      row.classList.toggle("context", !isFit);
      if (isFiltered && kept.has(part)) part.open = true;
      const above = part.parentElement.closest("details");
      if (isKept && above) kept.add(above);
    }
    return count;
  };

  const filterLists = (wanted) => {
    for (const line of document.querySelectorAll("li[data-x]")) line.hidden = !fits(line.dataset, wanted);
    for (const group of document.querySelectorAll(".group")) {
      const lines = [...group.querySelectorAll("li[data-x]")];
      group.hidden = Object.keys(wanted).length > 0 && lines.every((line) => line.hidden);
    }
    for (const answer of document.querySelectorAll(".answer")) {
      const none = answer.querySelector(".none-left");
      if (none) none.hidden = [...answer.querySelectorAll(".group")].some((group) => !group.hidden);
    }
  };

  const filter = () => {
    const wanted = chosen(), isFiltered = Object.keys(wanted).length > 0;
    const count = filterTree(wanted, isFiltered);
    filterLists(wanted);
    shown.textContent = isFiltered ? `${count} of ${shown.dataset.all} shown` : `${shown.dataset.all} items`;
    document.documentElement.classList.toggle("filtered", isFiltered);
  };

  const openAll = (isOpen) => {
    if (isOpen) for (const part of tree.querySelectorAll("details[data-c]")) draw(part);
    for (const part of tree.querySelectorAll("details")) part.open = isOpen;
  };

  const listen = () => {
    document.addEventListener("toggle", (event) => event.target.open && draw(event.target), true);
    form.addEventListener("change", filter);
    form.addEventListener("submit", (event) => event.preventDefault());
    form.addEventListener("reset", () => setTimeout(filter));
    byId("open-all").addEventListener("click", () => openAll(true));
    byId("close-all").addEventListener("click", () => openAll(false));
    for (const cell of document.querySelectorAll("a[data-pick]"))
      cell.addEventListener("click", () => {
        form.reset();
        for (const pair of cell.dataset.pick.split(";")) {
          const [name, value] = pair.split("=");
          if (form.elements[name]) form.elements[name].value = value;
        }
        filter();
      });
    const closed = [];
    addEventListener("beforeprint", () => {
      if (rest) return;
      for (const part of document.querySelectorAll("details:not([open])")) {
        closed.push(part);
        part.open = true;
      }
    });
    addEventListener("afterprint", () => {
      for (const part of closed.splice(0)) part.open = false;
    });
    form.hidden = false;
    filter();
  };

  const inflate = async (text) => {
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
    return JSON.parse(await new Response(stream).text());
  };

  if (!tree || !form) return;
  if (!rest) listen();
  else
    inflate(rest.textContent).then((inflated) => {
      parts = inflated;
      left.hidden = true;
      listen();
    }, () => (left.textContent += " This browser cannot unpack them."));
})();
