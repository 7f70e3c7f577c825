/**
 * Prints what is in `node` alone: the house around it scrolls inside itself, which paper cannot. Works on a copy, so
 * that the page stays as it is.
 */
export function printAlone(node: HTMLElement): void {
  const sheet = document.createElement('div')
  sheet.className = 'only-on-paper'
  sheet.append(node.cloneNode(true))
  const rules = document.createElement('style')
  rules.textContent = `
    .only-on-paper { display: none; }
    @media print {
      @page { size: A6; margin: 0; }
      html, body { height: auto; background: #fff; }
      body > :not(.only-on-paper) { display: none !important; }
      .only-on-paper { display: block; }
    }`
  document.body.append(rules, sheet)
  const clear = (): void => {
    sheet.remove()
    rules.remove()
  }
  addEventListener('afterprint', clear, { once: true })
  print()
}
