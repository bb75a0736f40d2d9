// The search page (sok/). The index is fetched when somebody comes to search and never before; what is searched for stands
// in the address and nowhere else. What the index's lists hold is said where it is made, by the program.
"use strict"

const MOST = 20
const DANGER = 0
const PLAN = 2
// What a word is worth by where it stands. An editor's own word for a page (sökord) says most.
const [WORD, TITLE, HEADING, TEXT] = [10, 8, 4, 1]

// Words ------------------------------------------------------------------------------------------------------------------

// A, å and ä are one, as for somebody without those keys; a number is one word however it is divided.
const plain = (text) => text.toLowerCase().normalize("NFD").replace(/[\u0300-\u036f]/g, "")
const split = (text) => plain(text).replace(/(\d)[ \u00a0-](?=\d)/g, "$1").match(/[\p{L}\p{N}]+/gu) ?? []

// Said in most questions, and of no page in particular.
const EMPTY = new Set(split("alla allt att av bli blir bör de dem den det dig din du där då efter eller en er ett finns för får "
  + "gör göra ha han har hej hon hos hur i in inte ja jag kan man med men mig min mina mitt mot måste nej ni nu när någon något nån nåt "
  + "och om oss på sig sin ska skulle som till under upp ut vad var vara vem vi vid vilka vilken vilket vill vår är åt än"))

// Swedish endings, the longest first; what is left must still say something.
const ENDING = /(?:arnas|ernas|ornas|ningar|arna|erna|orna|aren|aret|ande|ades|ning|ens|ets|ers|ade|are|ast|an|ar|as|at|en|er|es|et|na|or|te|a|d|e|n|r|s|t)$/
const stem = (word) => word.length < 5 || /\d/.test(word) ? word : word.slice(0, Math.max(4, word.length - (ENDING.exec(word)?.[0].length ?? 0)))

// Whether two words are one letter apart: another, one more, one less, or two that have changed places.
function near(a, b) {
  if (Math.abs(a.length - b.length) > 1) return false
  let at = 0
  while (at < a.length && a[at] === b[at]) at++
  const [restA, restB] = [a.slice(at), b.slice(at)]
  return restA.slice(1) === restB.slice(1) || restA === restB.slice(1) || restA.slice(1) === restB
    || (restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2))
}

// Index ------------------------------------------------------------------------------------------------------------------

// word → where it stands: [page's number, section's number, worth]
function read(rows) {
  const known = new Map()
  const pages = rows.map(([address, title, description, kind, language, sections], page) => {
    const put = (text, section, worth) => {
      for (const word of split(text)) {
        const places = known.get(word) ?? known.set(word, new Map()).get(word)
        const key = page * 1e4 + section
        if ((places.get(key) ?? 0) < worth) places.set(key, worth)
      }
    }
    put(title, 0, TITLE)
    put(description, 0, TEXT)
    sections.forEach(([, heading, own, text], section) => {
      put(own, section, WORD)
      put(heading, section, HEADING)
      put(text, section, TEXT)
    })
    return { address, title, description, kind, language, sections }
  })
  return { known, pages, stems: [...known.keys()].map((word) => [word, stem(word)]) }
}

// The words of the index that a reader's word may mean, each with how surely: it itself and its other forms, what begins
// or ends with it, else words a letter away, else those that it is put together from.
function meant(index, word, typing) {
  const root = stem(word)
  const sure = new Map()
  for (const [each, its] of index.stems) {
    let how = 0
    if (each === word) how = 1
    else if (its === root) how = .9
    else if (each.startsWith(word) && (word.length > 2 || typing)) how = .4 + .4 * word.length / each.length
    else if (word.length > 4 && each.endsWith(word)) how = .4
    if (how) sure.set(each, how)
  }
  return sure
}

function likely(index, word) {
  const long = index.stems.filter(([each]) => each.length > 3 && !EMPTY.has(each))
  const close = long.filter(([each, its]) => word.length > 3 && (near(each, word) || near(its, stem(word))))
  const parts = long.filter(([each]) => each.length > 4 && (word.startsWith(each) || word.endsWith(each)))
  return new Map((close.length ? close : parts).map(([each]) => [each, .5]))
}

function find(index, query) {
  const said = split(query)
  const asked = said.filter((word) => !EMPTY.has(word))
  const scores = new Map()
  let mended = false
  for (const word of asked.length ? asked : said) {
    let sure = meant(index, word, plain(query).endsWith(word))
    if (!sure.size) {
      sure = likely(index, word)
      mended = mended || sure.size > 0
    }
    // A word counts once for a page: where it says most.
    const best = new Map()
    for (const [each, how] of sure) {
      for (const [key, worth] of index.known.get(each)) {
        const page = Math.floor(key / 1e4), section = key % 1e4
        const { kind } = index.pages[page]
        let points = worth * how * (kind === PLAN ? .6 : 1)
        // Who writes a word for danger gets 112 first, whatever else stands in the question.
        if (kind === DANGER && worth >= TITLE && how >= .9) points += 100
        const parts = best.get(page) ?? best.set(page, new Map()).get(page)
        if (points > (parts.get(section) ?? 0)) parts.set(section, points)
      }
    }
    for (const [page, parts] of best) {
      const score = scores.get(page) ?? scores.set(page, { points: 0, matched: 0, parts: new Map(), words: new Set() }).get(page)
      score.points += Math.max(...parts.values()) + .01 * Math.min(parts.size, 20)
      score.matched++
      for (const [section, points] of parts) score.parts.set(section, (score.parts.get(section) ?? 0) + points)
      for (const each of sure.keys()) score.words.add(each)
    }
  }
  const hits = [...scores].map(([page, score]) => ({ ...score, page: index.pages[page], order: page }))
  hits.sort((a, b) => b.points - a.points || a.order - b.order)
  const most = Math.max(0, ...hits.map((hit) => hit.matched))
  // A page with all of what was asked makes those with a part of it noise, but for 112.
  return { mended, hits: hits.filter((hit) => hit.matched === most || hit.points > 100 || hit.points >= hits[0].points / 2) }
}

// Page -------------------------------------------------------------------------------------------------------------------

const form = document.querySelector("form.sok")
const [box, said] = [form.elements.q, form.dataset]
const [count, nothing, list, all] = ["antal", "inget", "traffar", "alla"].map((name) => document.querySelector(`.sok__${name}`))

function element(name, ...content) {
  const made = document.createElement(name)
  made.append(...content)
  return made
}

// A few lines of a text from where the words stand, with the words marked; nothing where they do not stand in it.
function excerpt(text, wanted) {
  const spots = [...text.matchAll(/\d+(?:[ \u00a0-]\d+)*|[\p{L}\p{N}]+/gu)].filter(([word]) => split(word).some((each) => wanted.has(each)))
  if (!spots.length) return null
  const first = spots[0].index
  // From the beginning of its sentence, where that is near.
  const sentence = first - /[^.?!:]*$/.exec(text.slice(0, first))[0].trimStart().length
  const from = first - sentence < 90 ? sentence : text.indexOf(" ", first - 60) + 1
  const end = text.length - from < 190 ? text.length : text.lastIndexOf(" ", from + 170)
  const parts = [from ? "… " : ""]
  let at = from
  for (const { 0: word, index } of spots) {
    if (index + word.length > end) break
    parts.push(text.slice(at, index), element("mark", word))
    at = index + word.length
  }
  parts.push(text.slice(at, end), end < text.length ? " …" : "")
  return parts
}

function row({ page, parts, words }) {
  const best = [...parts].sort((a, b) => b[1] - a[1] || a[0] - b[0])[0][0]
  const [anchor, heading, , text] = page.sections[best]
  const link = element("a", page.title)
  link.href = `../${page.address}${anchor ? `#${anchor}` : ""}`
  const item = element("li", link)
  if (heading) item.append(element("span", heading))
  const shown = (best ? excerpt(text, words) : excerpt(page.description, words) ?? excerpt(text, words)) ?? [best ? text.slice(0, 150) : page.description]
  item.append(element("p", ...shown))
  item.lang = page.language
  return item
}

function show(index) {
  const query = box.value.trim().slice(0, 200)
  const { hits, mended } = query ? find(index, query) : { hits: [] }
  const first = hits.slice(0, MOST)
  const phrase = !query ? "" : !hits.length ? said.ingen : mended ? said.rattat : hits.length === 1 ? said.en : hits.length > MOST ? said.manga : said.flera
  count.textContent = phrase.replace("{}", () => mended || !hits.length ? query : first.length)
  list.replaceChildren(...first.map(row))
  list.hidden = !hits.length
  nothing.hidden = !query || hits.length > 0
  all.hidden = hits.length > 0
}

async function start() {
  box.value = new URLSearchParams(location.search).get("q") ?? ""
  let index
  try {
    const answer = await fetch(said.ord)
    if (!answer.ok) throw new Error(answer.status)
    index = read(await answer.json())
  } catch {
    if (box.value) count.textContent = said.fel
    return
  }
  let waiting
  box.addEventListener("input", () => {
    clearTimeout(waiting)
    waiting = setTimeout(() => {
      show(index)
      history.replaceState(null, "", box.value.trim() ? `?q=${encodeURIComponent(box.value.trim())}` : "./")
    }, 150)
  })
  show(index)
}

start()
