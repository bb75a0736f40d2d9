// Grades pages with Lighthouse as on a phone. Arguments: the folder of npm's programs, the browser, the categories with a
// comma between them, the addresses.
// Prints a line of JSON for each address: {url, scores: {category: 0–100}, missed: [audit], bytes, requests}.
import { join } from "node:path"
import { pathToFileURL } from "node:url"

const [programs, browser, categories, ...addresses] = process.argv.slice(2)
const from = (path) => import(pathToFileURL(join(programs, "node_modules", path)))
const { default: lighthouse } = await from("lighthouse/core/index.js")
const { launch } = await from("chrome-launcher/dist/index.js")
const root = process.getuid?.() === 0 ? ["--no-sandbox"] : []
const chrome = await launch({ chromePath: browser, chromeFlags: ["--headless=new", ...root], logLevel: "silent" })
try {
  for (const url of addresses) {
    // Throttling is simulated, as is Lighthouse's way for phones: what a slow net and processor would do is computed.
    const { lhr } = await lighthouse(url, {
      port: chrome.port,
      logLevel: "silent",
      onlyCategories: categories.split(","),
      disableFullPageScreenshot: true,
    })
    const scores = {}
    const missed = []
    for (const [id, { score, auditRefs }] of Object.entries(lhr.categories)) {
      scores[id] = Math.round(score * 100)
      for (const audit of auditRefs) {
        const { score: got, displayValue = "", details } = lhr.audits[audit.id]
        if (!audit.weight || got === null || got >= 0.995) continue
        const where = (details?.items ?? []).flatMap(({ node }) => (node ? [node.selector] : [])).slice(0, 3)
        missed.push([audit.id, displayValue, ...where].filter(Boolean).join(" "))
      }
    }
    const requests = lhr.audits["network-requests"]?.details?.items ?? []  // only where speed is asked for
    const bytes = requests.reduce((sum, { transferSize }) => sum + transferSize, 0)
    console.log(JSON.stringify({ url, scores, missed, bytes, requests: requests.length, error: lhr.runtimeError?.message }))
  }
} finally {
  chrome.kill()
}
