/** What is printed may be secret: it leaves the page soon. */
const KEPT_MS = 60_000

/**
 * Prints what is in `node` alone: the house around it scrolls inside itself, which paper cannot. Works on a copy, so
 * that the page stays as it is.
 */
export function printAlone(node: HTMLElement, { size, margin } = { size: 'A6', margin: '0' }): void {
  const sheet = document.createElement('div')
  sheet.className = 'only-on-paper'
  // hidden by itself: not even for a moment it stands on the screen
  sheet.hidden = true
  sheet.append(node.cloneNode(true))
  // made by script, for the page allows no style that stands in its text
  const rules = new CSSStyleSheet()
  rules.replaceSync(`
    @page { size: ${size}; margin: ${margin}; }
    @media print {
      html, body { height: auto; background: #fff; }
      body > :not(.only-on-paper) { display: none !important; }
      .only-on-paper { display: block !important; }
    }`)
  document.body.append(sheet)
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, rules]
  const clear = (): void => {
    sheet.remove()
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((each) => each !== rules)
  }
  addEventListener('afterprint', clear, { once: true })
  // a browser that never says that it has printed
  setTimeout(clear, KEPT_MS)
  print()
}
