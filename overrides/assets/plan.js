// What Material 9.8.1's script expects of an inline script in every page. Here it is a file, so that a server can forbid
// inline scripts without a list of hashes; and it keeps nothing in the reader's browser.
var __md_scope = new URL("..", document.currentScript.src)
var __md_hash = () => 0
var __md_get = () => null
var __md_set = () => {}

// Material 9.8.1 lets the keys F, S and / jump to its search from anywhere, and they cannot be turned off (WCAG 2.1.4).
addEventListener("keydown", (event) => {
  if (/^[fs/]$/i.test(event.key) && !event.target.matches("input")) event.stopPropagation()
}, true)
