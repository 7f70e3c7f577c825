/**
 * Arrows between a search and its rows: down into them, along them, and up again. Rows are what carries `data-row`.
 * Enter needs no help: a row is a link or a button.
 */
export function alongRows(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
  const rows = [...event.currentTarget.querySelectorAll<HTMLElement>('[data-row]')]
  const search = event.currentTarget.querySelector<HTMLElement>('[data-search]')
  const at = rows.findIndex((row) => row === document.activeElement)
  if (at < 0 && document.activeElement !== search) return
  event.preventDefault()
  const to = at + (event.key === 'ArrowDown' ? 1 : -1)
  if (to < 0) search?.focus()
  else rows[Math.min(to, rows.length - 1)]?.focus()
}
