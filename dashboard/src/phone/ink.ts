export interface Point {
  x: number
  y: number
}
export type Stroke = readonly Point[]

/** Shorter than a finger is broad, nobody wrote. */
const LENGTH_PX = 40
const REACH_PX = 18

/** What is drawn in a box: nothing, a dot, or something written: a name, a cross. */
export function inkOf(strokes: readonly Stroke[]): 'none' | 'dot' | 'written' {
  const points = strokes.flat()
  if (points.length === 0) return 'none'
  const length = strokes.reduce((sum, stroke) => sum + lengthOf(stroke), 0)
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const reach = Math.max(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys))
  return length < LENGTH_PX || reach < REACH_PX ? 'dot' : 'written'
}

function lengthOf(stroke: Stroke): number {
  return stroke.reduce((sum, { x, y }, i) => {
    const before = stroke[i - 1]
    return before ? sum + Math.hypot(x - before.x, y - before.y) : sum
  }, 0)
}
