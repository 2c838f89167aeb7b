"use strict";
const table = document.getElementById("questions");
const bodies = Array.from(table.tBodies);
const failed = document.getElementById("failed");
const search = document.getElementById("search");

for (const button of table.querySelectorAll("th button")) {
  button.addEventListener("click", () => {
    const head = button.parentElement;
    const up = head.getAttribute("aria-sort") !== "ascending";
    for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
    const value = (body) => body.rows[0].cells[head.cellIndex].dataset.value;
    const numeric = head.classList.contains("n");
    const order = (a, b) => numeric ? Number(a) - Number(b) : a.localeCompare(b);
    bodies.sort((a, b) => (up ? 1 : -1) * order(value(a), value(b)));
    table.append(...bodies);
  });
}

for (const button of table.querySelectorAll("button.open")) {
  button.addEventListener("click", () => {
    const detail = button.closest("tbody").rows[1];
    detail.hidden = !detail.hidden;
    button.setAttribute("aria-expanded", String(!detail.hidden));
  });
}

function show() {
  const words = search.value.toLowerCase().split(/\s+/);
  let shown = 0;
  for (const body of bodies) {
    const text = body.textContent.toLowerCase();
    body.hidden = (failed.checked && !("failed" in body.dataset)) || !words.every((word) => text.includes(word));
    shown += !body.hidden;
  }
  document.getElementById("shown").textContent = `${shown} of ${bodies.length} questions`;
}
failed.addEventListener("change", show);
search.addEventListener("input", show);
show();
