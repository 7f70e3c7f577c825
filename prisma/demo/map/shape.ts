/** Kilometres east and north of the county's centre. */
export type Point = readonly [x: number, y: number]

/** Numbers from 0 to 1 that are the same at every start. (Mulberry32, Tommy Ettinger, public domain.) */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** A round shape as a hand would draw it: an ellipse whose edge wavers by `waver` of its radius. Open ring. */
export function blob([x, y]: Point, rx: number, ry: number, waver: number, seed: number, points = 36): Point[] {
  const next = numbers(seed)
  const waves = [2, 3, 5].map((times) => ({ times, from: next() * 2 * Math.PI, high: (waver * (0.4 + next())) / 2 }))
  return Array.from({ length: points }, (_, n) => {
    const angle = (n / points) * 2 * Math.PI
    const far = 1 + waves.reduce((sum, wave) => sum + wave.high * Math.sin(wave.times * angle + wave.from), 0)
    return [x + rx * far * Math.cos(angle), y + ry * far * Math.sin(angle)]
  })
}

/** The line through all these points without corners (Catmull–Rom), with `steps` pieces between two of them. */
export function smooth(points: readonly Point[], steps = 6): Point[] {
  const line: Point[] = []
  points.forEach((from, n) => {
    const to = points[n + 1]
    if (to === undefined) return line.push(from)
    const before = points[n - 1] ?? from
    const after = points[n + 2] ?? to
    for (let step = 0; step < steps; step++) line.push(between(before, from, to, after, step / steps))
    return line.length
  })
  return line
}

function between(a: Point, b: Point, c: Point, d: Point, t: number): Point {
  const axis = (a: number, b: number, c: number, d: number): number =>
    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t ** 2 + (3 * b - a - 3 * c + d) * t ** 3)
  return [axis(a[0], b[0], c[0], d[0]), axis(a[1], b[1], c[1], d[1])]
}

/** A band around a line, as wide as `halfWidth` says for each of its points. Open ring. */
export function band(line: readonly Point[], halfWidth: (n: number) => number): Point[] {
  const sides = line.map((at, n): [Point, Point] => {
    const [ax, ay] = line[n - 1] ?? at
    const [bx, by] = line[n + 1] ?? at
    const long = Math.hypot(bx - ax, by - ay)
    const [dx, dy] = [(-(by - ay) / long) * halfWidth(n), ((bx - ax) / long) * halfWidth(n)]
    return [
      [at[0] + dx, at[1] + dy],
      [at[0] - dx, at[1] - dy],
    ]
  })
  return [...sides.map(([left]) => left), ...sides.map(([, right]) => right).reverse()]
}

/** What of `ring` is nearer to `site` than to every other site: its Voronoi cell. Open rings. */
export function cell(ring: readonly Point[], site: Point, others: readonly Point[]): Point[] {
  return others.reduce<Point[]>(
    (rest, other) => {
      const [mx, my] = [(site[0] + other[0]) / 2, (site[1] + other[1]) / 2]
      const ahead = ([x, y]: Point): number => (x - mx) * (site[0] - other[0]) + (y - my) * (site[1] - other[1])
      return rest.flatMap((to, n): Point[] => {
        const from = rest.at(n - 1) ?? to
        const [before, here] = [ahead(from), ahead(to)]
        const share = before / (before - here)
        const crossing: Point = [from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share]
        if (here >= 0) return before < 0 ? [crossing, to] : [to]
        return before >= 0 ? [crossing] : []
      })
    },
    [...ring],
  )
}

/** Straight edges longer than `limit` bent as fields and ditches bend them; the same edge from either side alike. */
export function bent(ring: readonly Point[], limit: number): Point[] {
  return ring.flatMap((to, n) => {
    const from = ring.at(n - 1) ?? to
    return [...bend(from, to, limit).slice(1), to]
  })
}

/** The points from `a` up to, not with, `b`. */
function bend(a: Point, b: Point, limit: number): Point[] {
  const long = Math.hypot(b[0] - a[0], b[1] - a[1])
  if (long <= limit) return [a]
  // named by both ends in one order, so that neighbours bend their common edge alike
  const forward = a[0] < b[0] || (a[0] === b[0] && a[1] < b[1])
  const [p, q] = forward ? [a, b] : [b, a]
  const draw = numbers([...p, ...q].reduce((sum, each) => Math.imul(sum, 31) + Math.round(each * 1000), 7))
  const aside = (draw() - 0.5) * 0.24
  const middle: Point = [(p[0] + q[0]) / 2 - (q[1] - p[1]) * aside, (p[1] + q[1]) / 2 + (q[0] - p[0]) * aside]
  return [...bend(a, middle, limit), ...bend(middle, b, limit)]
}

/** Kilometres from a point to a line's nearest point. */
export function distanceTo(line: readonly Point[], [x, y]: Point): number {
  return Math.min(...line.map(([ax, ay]) => Math.hypot(ax - x, ay - y)))
}

/** Whether a point lies inside an open ring. */
export function inside(ring: readonly Point[], [x, y]: Point): boolean {
  return ring.reduce((within, [bx, by], n) => {
    const [ax, ay] = ring.at(n - 1) ?? [bx, by]
    const crosses = ay > y !== by > y && x < ax + ((y - ay) / (by - ay)) * (bx - ax)
    return crosses ? !within : within
  }, false)
}
