/** Does it now, and again and again while the page is in sight; answers how to stop. */
export function whileInSight(look: () => Promise<void>, everyMs: number): () => void {
  const once = (): void => void (document.visibilityState === 'visible' && look())
  once()
  const timer = setInterval(once, everyMs)
  return () => clearInterval(timer)
}
