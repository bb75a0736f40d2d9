// A table of 20 rows or more, marked so by its page, can be sorted and filtered. What is chosen stands in the address
// and nowhere else, so that the choice can be sent as a link, and undone with the browser's own back button.
// The controls are put in their place as soon as the table's headings are read, before anything is drawn, so that
// nothing jumps; what they choose among is filled in when all rows have come.
let prepared
const watch = new MutationObserver(prepare)
watch.observe(document, { childList: true, subtree: true })
addEventListener("DOMContentLoaded", () => {
  prepare()
  selectable(...prepared)
})

function prepare() {
  if (prepared) return
  const table = document.querySelector("table[data-urval]:has(> tbody)")
  if (!table) return
  watch.disconnect()  // a page has one such table, and often much after it
  prepared = [table, controlsOf(table)]
}

function clean(element) {
  return element.textContent.replace(/\s+/g, " ").trim()
}

function made(tag, properties, ...children) {
  const element = Object.assign(document.createElement(tag), properties)
  element.append(...children)
  return element
}

function controlsOf(table) {
  const [, many] = table.dataset.urval.split(" ")
  const panel = made("div", { className: "urval" })
  panel.setAttribute("role", "group")
  panel.setAttribute("aria-label", `Urval av ${many}`)
  const choice = (key, label, first) => {
    const select = made("select", { id: `urval-${key}` }, made("option", { value: "" }, first))
    panel.append(made("p", {}, made("label", { htmlFor: select.id }, label), select))
    return select
  }
  const columns = [...table.tHead.rows[0].cells].flatMap((head, index) => {
    const { kolumn: key, filter } = head.dataset
    if (!key) return []
    const name = clean(head)
    const button = made("button", { type: "button" }, name)
    head.replaceChildren(made("span", {}, name), button)  // one of them is shown: a narrow screen has no buttons here
    return [{ key, name, head, index, button, select: filter === undefined ? null : choice(key, name, "Alla") }]
  })
  const order = choice("sortera", "Sortera efter", "Planens ordning")
  const reset = made("button", { type: "button" }, "Rensa urvalet")
  panel.append(made("p", {}, reset))
  const count = made("p", { className: "urval__antal" }, "\u00a0")
  count.setAttribute("role", "status")
  table.parentElement.before(panel, count)
  return { columns, order, reset, count }
}

function selectable(table, { columns, order, reset, count }) {
  const [one, many] = table.dataset.urval.split(" ")
  const { compare } = new Intl.Collator("sv", { numeric: true })
  const body = table.tBodies[0]
  const rows = [...body.rows]
  for (const column of columns) {
    const cells = rows.map((row) => row.cells[column.index])
    column.orders = new Map(cells.map((cell, number) => [rows[number], cell.dataset.ordning ?? clean(cell)]))
    column.values = new Map(cells.map((cell, number) => {
      const parts = [...cell.querySelectorAll("li")]
      return [rows[number], cell.dataset.varde ? [cell.dataset.varde] : (parts.length ? parts : [cell]).map(clean)]
    }))
    column.button.addEventListener("click", () => {
      order.value = order.value === column.key ? `-${column.key}` : column.key
      chosen()
    })
    order.append(made("option", { value: column.key }, column.name), made("option", { value: `-${column.key}` }, `${column.name}, omvänt`))
    if (!column.select) continue
    const kinds = new Map()
    for (const row of rows) {
      for (const value of column.values.get(row)) {
        const first = kinds.get(value)
        if (first === undefined || compare(column.orders.get(row), first) < 0) kinds.set(value, column.orders.get(row))
      }
    }
    const sorted = [...kinds.keys()].sort((a, b) => compare(kinds.get(a), kinds.get(b)) || compare(a, b))
    column.select.append(...sorted.map((kind) => made("option", { value: kind }, kind)))
    column.select.addEventListener("change", chosen)
    // One kind is nothing to choose among.
    if (sorted.length < 2) {
      column.select.parentElement.remove()
      column.select = null
    }
  }
  order.addEventListener("change", chosen)

  // Drawn as cards, a table may stop being one to those who listen.
  table.setAttribute("role", "table")
  for (const part of [table.tHead, body]) part.setAttribute("role", "rowgroup")
  for (const row of table.rows) {
    row.setAttribute("role", "row")
    for (const cell of row.cells) {
      cell.setAttribute("role", { col: "columnheader", row: "rowheader" }[cell.scope] ?? "cell")
    }
  }

  const selects = () => [...columns.flatMap(({ key, select }) => (select ? [[key, select]] : [])), ["sortera", order]]
  reset.addEventListener("click", () => {
    for (const [, select] of selects()) select.value = ""
    chosen()
  })

  function chosen() {
    const address = new URL(location.href)
    for (const [key, select] of selects()) {
      address.searchParams.delete(key)
      if (select.value) address.searchParams.set(key, select.value)
    }
    if (address.href !== location.href) history.pushState(null, "", address)
    show()
  }
  function read() {
    const asked = new URL(location.href).searchParams
    for (const [key, select] of selects()) {
      select.value = asked.get(key) ?? ""
      if (select.selectedIndex < 0) select.value = ""  // an old link may ask for what is not there any more
    }
    show()
  }
  function show() {
    const falling = order.value.startsWith("-")
    const by = columns.find(({ key }) => key === order.value.replace("-", ""))
    const sorted = by
      ? [...rows].sort((a, b) => compare(by.orders.get(a), by.orders.get(b)) * (falling ? -1 : 1))
      : rows
    let shown = 0
    for (const row of sorted) {
      row.hidden = !columns.every(({ select, values }) => !select?.value || values.get(row).includes(select.value))
      if (!row.hidden) shown += 1
    }
    // The first time, and often, the rows stand as they should already.
    if (sorted.some((row, number) => body.rows[number] !== row)) body.append(...sorted)
    for (const { head } of columns) head.removeAttribute("aria-sort")
    by?.head.setAttribute("aria-sort", falling ? "descending" : "ascending")
    count.textContent = `Visar ${shown} av ${rows.length} ${rows.length === 1 ? one : many}`
  }
  addEventListener("popstate", read)
  read()
}
