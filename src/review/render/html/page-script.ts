/**
 * What the page does where scripts may run: it adds a search, a list to narrow down by, and sorting to each table.
 *
 * Nothing is fetched and nothing is kept. The controls are made here, so that there are none that do nothing with scripts off.
 * Rows that are equal keep their order; texts are compared by code units, and numbers as numbers.
 */
export const pageScript = `
"use strict";
for (const table of document.querySelectorAll("table[data-group]")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 2) continue;
  const make = (name, text) => { const made = document.createElement(name); if (text !== undefined) made.textContent = text; return made; };
  const tools = make("div");
  tools.className = "tools";
  const caption = table.caption.textContent.toLowerCase();
  const labelled = (text, control) => { const label = make("label", text); label.append(control); tools.append(label); return control; };

  const search = labelled("Search the " + caption, make("input"));
  search.type = "search";
  const groups = [...new Set(rows.map((row) => row.dataset.group))];
  const group = labelled(table.dataset.group, make("select"));
  group.append(make("option", "all"), ...groups.map((each) => make("option", each)));
  const status = make("p");
  status.setAttribute("role", "status");
  tools.append(status);
  table.parentElement.before(tools);

  const texts = rows.map((row) => row.textContent.toLowerCase());
  const narrow = () => {
    const words = search.value.toLowerCase().split(/\\s+/).filter((word) => word !== "");
    let shown = 0;
    rows.forEach((row, index) => {
      const isShown = (group.selectedIndex === 0 || row.dataset.group === groups[group.selectedIndex - 1])
        && words.every((word) => texts[index].includes(word));
      row.hidden = !isShown;
      if (isShown) shown += 1;
    });
    status.textContent = shown + " of " + rows.length + " shown";
  };
  search.addEventListener("input", narrow);
  group.addEventListener("change", narrow);
  narrow();

  const headings = [...table.tHead.rows[0].cells];
  const keyOf = (row, column) => { const cell = row.cells[column]; return cell.dataset.sort ?? cell.textContent.trim(); };
  const compare = (a, b) => {
    if (a === "" || b === "") return Number(a === "") - Number(b === "");
    const [x, y] = [Number(a), Number(b)];
    if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
    return a < b ? -1 : Number(a > b);
  };
  headings.forEach((heading, column) => {
    const button = make("button", heading.textContent);
    button.type = "button";
    heading.replaceChildren(button);
    button.addEventListener("click", () => {
      const isAscending = heading.getAttribute("aria-sort") !== "ascending";
      for (const each of headings) each.removeAttribute("aria-sort");
      heading.setAttribute("aria-sort", isAscending ? "ascending" : "descending");
      const sorted = rows.map((row) => [keyOf(row, column), row]);
      sorted.sort(([a], [b]) => {
        // What is empty stays at the end either way.
        if (a === "" || b === "") return compare(a, b);
        return isAscending ? compare(a, b) : compare(b, a);
      });
      body.append(...sorted.map(([, row]) => row));
    });
  });
}
`;
