// What the tests of accessibility ask a page, beside axe-core. Each function returns what is wrong, as texts.
window.access = (() => {
  const name = (element) => {
    const words = (element.textContent ?? "").replace(/\s+/g, " ").trim().slice(0, 40)
    const marks = [...element.classList].map((each) => `.${each}`).join("")
    return `<${element.localName}${element.id ? `#${element.id}` : ""}${marks}> ${words}`
  }

  // Meant for those who listen: one pixel, or cut away. Closed <details>, display: none and the like are seen by the browser.
  const unseen = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const style = getComputedStyle(each)
      if (style.position === "absolute" && (style.clipPath.startsWith("inset(50%") || each.offsetWidth <= 1)) return true
      // A skip link waits above the page.
      if (style.position !== "static" && each.getBoundingClientRect().bottom + scrollY <= 0) return true
    }
    return !element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
  }
  const rects = (node) => {
    const range = document.createRange()
    range.selectNodeContents(node)
    return [...range.getClientRects()].filter(({ width, height }) => width > 1 && height > 1)
  }
  const texts = () => {
    const found = []
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const element = walker.currentNode.parentElement
      if (walker.currentNode.data.trim() && !element.closest("script, style, svg, option, noscript, textarea") && !unseen(element)) {
        found.push([element, rects(walker.currentNode)])
      }
    }
    return found
  }

  // WCAG 1.4.10: nothing asks for scrolling in two directions.
  const sideways = () => {
    const room = document.scrollingElement.clientWidth
    if (document.scrollingElement.scrollWidth <= room) return []
    const cut = (element) =>
      element && (/hidden|clip|auto|scroll/.test(getComputedStyle(element).overflowX) || cut(element.parentElement))
    const reaching = [...document.querySelectorAll("body *")]
      .filter((element) => !unseen(element) && element.getBoundingClientRect().right > room && !cut(element.parentElement))
    return (reaching.length ? reaching : [document.body]).map((element) => `wider than the window: ${name(element)}`)
  }

  // WCAG 1.4.4, 1.4.12: no letter is cut off, and no text stands on another.
  const squeezed = () => {
    const wrong = []
    const lines = []
    for (const [element, boxes] of texts()) {
      for (const { left, right, top, bottom } of boxes) {
        // The box of a letter is higher than its ink: a fifth of it at either end is air.
        const air = (bottom - top) / 5
        lines.push({ element, left: left + 1, right: right - 1, top: top + air, bottom: bottom - air })
      }
      for (let each = element; each && each !== document.body; each = each.parentElement) {
        const { overflowX, overflowY } = getComputedStyle(each)
        if (!/hidden|clip/.test(overflowX + overflowY)) continue
        const room = each.getBoundingClientRect()
        const cut = boxes.some((box) => {
          const air = (box.bottom - box.top) / 5
          return (overflowX !== "visible" && (box.right > room.right + 1 || box.left < room.left - 1))
            || (overflowY !== "visible" && (box.bottom - air > room.bottom + 1 || box.top + air < room.top - 1))
        })
        if (cut) wrong.push(`text cut off: ${name(element)}`)
      }
    }
    lines.sort((a, b) => a.top - b.top)
    lines.forEach((line, number) => {
      for (let next = number + 1; next < lines.length && lines[next].top < line.bottom - 1; next += 1) {
        const other = lines[next]
        if (other.element !== line.element && other.left < line.right && line.left < other.right) {
          wrong.push(`text on text: ${name(line.element)} and ${name(other.element)}`)
        }
      }
    })
    return wrong
  }

  // WCAG 2.5.8 as axe-core measures it lets a small target have room around it instead. What people reach for in a hurry,
  // and every control, is 24 by 24 px itself.
  const cramped = () => [...document.querySelectorAll("a[href^='tel:'], button, input, select, summary")]
    .filter((target) => !unseen(target) && target.type !== "hidden")
    .filter((target) => {
      const { width, height } = target.getBoundingClientRect()
      return width < 23.99 || height < 23.99
    })
    .map((target) => `smaller than 24 px: ${name(target)}`)

  const pixel = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true })
  const known = new Map()
  // Any colour that CSS can name, as red, green, blue and alpha.
  const parts = (colour) => {
    if (!known.has(colour)) {
      pixel.clearRect(0, 0, 1, 1)
      pixel.fillStyle = colour
      pixel.fillRect(0, 0, 1, 1)
      const [red, green, blue, alpha] = pixel.getImageData(0, 0, 1, 1).data
      known.set(colour, [red, green, blue, alpha / 255])
    }
    return known.get(colour)
  }
  const over = ([red, green, blue, alpha], ground) =>
    [red, green, blue].map((each, number) => each * alpha + ground[number] * (1 - alpha))
  const light = (colour) => {
    const [red, green, blue] = colour.map((each) => {
      const share = each / 255
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
    })
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
  }
  const contrast = (one, other) => {
    const [dark, bright] = [light(one), light(other)].sort((a, b) => a - b)
    return (bright + 0.05) / (dark + 0.05)
  }
  const canvas = () => {
    const probe = document.createElement("i")
    probe.style.cssText = "position: absolute; background: Canvas; forced-color-adjust: none"
    document.body.append(probe)
    const colour = parts(getComputedStyle(probe).backgroundColor)
    probe.remove()
    return colour
  }
  // What an element stands on: the grounds of all that it stands in, the nearest on top.
  const ground = (element) => {
    const layers = []
    for (let each = element; each; each = each.parentElement) layers.push(parts(getComputedStyle(each).backgroundColor))
    return layers.reverse().reduce((below, layer) => over(layer, below), canvas())
  }
  const opacity = (element) => {
    let share = 1
    for (let each = element; each; each = each.parentElement) share *= Number(getComputedStyle(each).opacity)
    return share
  }

  // WCAG 1.4.3, in every state; axe-core's own check takes two thirds of its time, and leaves some texts undecided.
  const faint = () => {
    const grounds = new Map()
    return texts().filter(([element]) => !element.closest(":disabled")).flatMap(([element]) => {
      const style = getComputedStyle(element)
      if (!grounds.has(element)) grounds.set(element, ground(element))
      const [red, green, blue, alpha] = parts(style.color)
      const ratio = contrast(over([red, green, blue, alpha * opacity(element)], grounds.get(element)), grounds.get(element))
      const size = parseFloat(style.fontSize)
      const needed = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5
      return ratio < needed ? [`contrast ${ratio.toFixed(2)}: ${name(element)}`] : []
    })
  }

  // WCAG 1.4.11: where a control is told from the page by its edge, the edge is seen.
  const edgeless = () => [...document.querySelectorAll("button, input, select, textarea, summary")]
    .filter((control) => !unseen(control) && !/checkbox|radio|hidden/.test(control.type))
    .flatMap((control) => {
      const style = getComputedStyle(control)
      const outside = ground(control.parentElement)
      if (parseFloat(style.borderBottomWidth) === 0) return []
      const ratio = contrast(over(parts(style.borderBottomColor), outside), outside)
      return ratio < 3 && contrast(ground(control), outside) < 3 ? [`edge ${ratio.toFixed(2)}: ${name(control)}`] : []
    })

  // WCAG 2.4.7, 2.4.11: what has focus shows it, by an outline that is told from the page, and nothing covers it.
  const focused = () => {
    const element = document.activeElement
    if (!element || element === document.body) return null
    const style = getComputedStyle(element)
    const wrong = []
    const under = ground(parseFloat(style.outlineOffset) < 0 ? element : element.parentElement)
    const ratio = contrast(over(parts(style.outlineColor), under), under)
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("no outline")
    else if (ratio < 3) wrong.push(`outline ${ratio.toFixed(2)}`)
    if (unseen(element)) wrong.push("not to be seen")
    const box = [...element.getClientRects()].find(({ width, height }) => width && height)
    if (!box) wrong.push("no box")
    else {
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]
      if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) wrong.push("outside the window")
      else {
        const hit = document.elementFromPoint(x, y)
        if (!element.contains(hit)) wrong.push(`covered by ${hit ? name(hit) : "nothing"}`)
      }
    }
    const order = [...document.querySelectorAll("*")].indexOf(element)
    return { order, name: name(element), wrong, href: element.getAttribute("href"), text: (element.textContent ?? "").trim() }
  }

  // WCAG 1.3.2: what comes later in the document never stands above what came before it in the same column, and never to
  // the left of it on the same level.
  const shuffled = () => {
    const wrong = []
    const room = (element) => element.closest("nav, article, header, footer, main, aside")  // these may stand side by side
    const blocks = [...document.querySelectorAll("body :is(h1, h2, h3, h4, p, li, dt, dd, th, td, caption, summary, label, button)")]
      .filter((element) => !unseen(element) && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
    for (let number = 1; number < blocks.length; number += 1) {
      const [before, after] = [blocks[number - 1], blocks[number]]
      if (before.contains(after) || room(before) !== room(after)) continue
      const [a, b] = [before.getBoundingClientRect(), after.getBoundingClientRect()]
      const above = b.bottom <= a.top + 1
      const left = b.right <= a.left + 1
      const level = b.top < a.bottom - 1 && a.top < b.bottom - 1
      if ((above && b.left < a.right - 1) || (left && level)) wrong.push(`read before it is seen: ${name(before)}, then ${name(after)}`)
    }
    return wrong
  }

  // Everything is drawn, and nothing is on its way to another colour: what a state looks like in the end is what is asked.
  const settle = async () => {
    await Promise.all(document.getAnimations().map((animation) => animation.finished.catch(() => null)))
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))
  }

  const tested = async (options) => {
    const { violations, incomplete } = await axe.run(document, { ...options, resultTypes: ["violations", "incomplete"] })
    // What axe-core leaves to people to decide about contrast is decided by `faint`.
    const undecided = incomplete.filter(({ id }) => id !== "color-contrast")
    return [[violations, ""], [undecided, "undecided: "]].flatMap(([found, mark]) => found.flatMap(({ id, nodes }) =>
      nodes.map(({ target, any, all, none }) => {
        const why = [...any, ...all, ...none].map(({ data, message }) => data?.messageKey ?? message).join("; ")
        return `${mark}${id}: ${target.flat().join(" ")} (${why})`
      })))
  }

  return { cramped, edgeless, faint, focused, name, settle, shuffled, sideways, squeezed, tested, unseen }
})()
