// A table of 20 rows or more, marked so by its page, can be sorted and filtered. What is chosen stands in the address
// and nowhere else, so that the choice can be sent as a link, and undone with the browser's own back button.
addEventListener("DOMContentLoaded", () => document.querySelectorAll("table[data-urval]").forEach(selectable))

function selectable(table) {
  const [one, many] = table.dataset.urval.split(" ")
  const { compare } = new Intl.Collator("sv", { numeric: true })
  const clean = (element) => element.textContent.replace(/\s+/g, " ").trim()
  const body = table.tBodies[0]
  const rows = [...body.rows]
  const columns = [...table.tHead.rows[0].cells].flatMap((head, index) => {
    const { kolumn: key, filter } = head.dataset
    if (!key) return []
    const cells = rows.map((row) => row.cells[index])
    const orders = new Map(cells.map((cell, number) => [rows[number], cell.dataset.ordning ?? clean(cell)]))
    const values = new Map(cells.map((cell, number) => {
      const parts = [...cell.querySelectorAll("li")]
      return [rows[number], cell.dataset.varde ? [cell.dataset.varde] : (parts.length ? parts : [cell]).map(clean)]
    }))
    const kinds = new Map()
    for (const row of rows) {
      for (const value of values.get(row)) {
        const first = kinds.get(value)
        if (first === undefined || compare(orders.get(row), first) < 0) kinds.set(value, orders.get(row))
      }
    }
    const sorted = [...kinds.keys()].sort((a, b) => compare(kinds.get(a), kinds.get(b)) || compare(a, b))
    return [{ key, name: clean(head), head, orders, values, kinds: filter === undefined || kinds.size < 2 ? [] : sorted }]
  })

  // Drawn as cards, a table may stop being one to those who listen.
  table.setAttribute("role", "table")
  for (const part of [table.tHead, body]) part.setAttribute("role", "rowgroup")
  for (const row of table.rows) {
    row.setAttribute("role", "row")
    for (const cell of row.cells) {
      cell.setAttribute("role", { col: "columnheader", row: "rowheader" }[cell.scope] ?? "cell")
    }
  }

  const made = (tag, properties, ...children) => {
    const element = Object.assign(document.createElement(tag), properties)
    element.append(...children)
    return element
  }
  const choice = (key, label, options) => {
    const select = made("select", { id: `urval-${key}` }, ...options.map(([value, text]) => made("option", { value }, text)))
    select.addEventListener("change", chosen)
    panel.append(made("p", {}, made("label", { htmlFor: select.id }, label), select))
    return select
  }
  const panel = made("div", { className: "urval" })
  panel.setAttribute("role", "group")
  panel.setAttribute("aria-label", `Urval av ${many}`)
  for (const column of columns) {
    if (column.kinds.length) {
      column.select = choice(column.key, column.name, [["", "Alla"], ...column.kinds.map((kind) => [kind, kind])])
    }
    column.button = made("button", { type: "button" }, column.name)
    column.button.addEventListener("click", () => {
      order.value = order.value === column.key ? `-${column.key}` : column.key
      chosen()
    })
    column.head.replaceChildren(column.button)
  }
  const order = choice("sortera", "Sortera efter", [
    ["", "Planens ordning"],
    ...columns.flatMap(({ key, name }) => [[key, name], [`-${key}`, `${name}, omvänt`]]),
  ])
  const selects = () => [...columns.flatMap(({ key, select }) => (select ? [[key, select]] : [])), ["sortera", order]]
  const reset = made("button", { type: "button" }, "Rensa urvalet")
  reset.addEventListener("click", () => {
    for (const [, select] of selects()) select.value = ""
    chosen()
  })
  panel.append(made("p", {}, reset))
  const count = made("p", { className: "urval__antal" })
  count.setAttribute("role", "status")
  table.parentElement.before(panel, count)

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
    body.append(...sorted)
    for (const { head } of columns) head.removeAttribute("aria-sort")
    by?.head.setAttribute("aria-sort", falling ? "descending" : "ascending")
    count.textContent = `Visar ${shown} av ${rows.length} ${rows.length === 1 ? one : many}`
  }
  addEventListener("popstate", read)
  read()
}
