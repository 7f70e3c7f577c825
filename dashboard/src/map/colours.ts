/** The map's greys, mixed from the page's own tokens: on it only alarms and visits under way have colour. */
export type Colours = Record<Ground | 'edge' | 'dot' | 'text' | 'quiet' | 'chosen', string>
type Ground = 'land' | 'built' | 'field' | 'wood' | 'water' | 'building' | 'road' | 'lane'

type Token = 'ground' | 'ink' | 'ink-2' | 'ink-3' | 'line' | 'line-strong' | 'azurite'

/** @param token answers a token's value as #rrggbb */
export function coloursOf(token: (name: Token) => string): Colours {
  const land = token('ground')
  const toward = (name: Token, share: number): string => mix(land, token(name), share)
  return {
    land,
    built: toward('line', 0.55),
    field: toward('line', 0.28),
    wood: toward('line-strong', 0.1),
    water: toward('line-strong', 0.3),
    building: toward('line-strong', 0.42),
    road: toward('ink-3', 0.5),
    lane: toward('ink-3', 0.24),
    edge: toward('line-strong', 0.7),
    dot: token('ink-3'),
    text: token('ink-2'),
    quiet: token('ink-3'),
    chosen: token('azurite'),
  }
}

/** The page's tokens as they are now: the theme's, the system's. */
export function coloursOfPage(): Colours {
  const style = getComputedStyle(document.documentElement)
  return coloursOf((name) => style.getPropertyValue(`--${name}`).trim())
}

/** A colour a `share` (0 to 1) of the way from `a` to `b`, both #rrggbb. */
function mix(a: string, b: string, share: number): string {
  const part = (colour: string, at: number): number => parseInt(colour.slice(at, at + 2), 16)
  const mixed = [1, 3, 5].map((at) => Math.round(part(a, at) + (part(b, at) - part(a, at)) * share))
  return `#${mixed.map((each) => each.toString(16).padStart(2, '0')).join('')}`
}
