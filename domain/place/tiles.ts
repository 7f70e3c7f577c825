import type { PositionSystem } from './position.ts'

/** A source of map tiles that an installation names: pictures of 256 pixels in Web Mercator, drawn under our own. */
export type Tiles = {
  /** Addresses with `{z}`, `{x}` and `{y}`; several are drawn one over the other, the first at the bottom. */
  urls: string[]
  /** Where the source's maps put a place; what we draw over them is moved alike. */
  system: PositionSystem
  /** Whose maps they are, as the source's terms ask it to be said. */
  attribution: string
}

export const tileSystems = ['wgs84', 'cgcs2000', 'gcj02'] as const
export type TileSystem = (typeof tileSystems)[number]

/** CGCS2000, in which 天地图 is drawn, is WGS-84 to less than a metre, which no map on a screen shows. */
export function systemOfTiles(system: TileSystem): PositionSystem {
  return system === 'gcj02' ? 'gcj02' : 'wgs84'
}

/** The templates of a list separated by spaces; null when one is no address of tiles. */
export function parseTileUrls(text: string): string[] | null {
  const urls = text.split(/\s+/)
  return urls.every(isTileUrl) ? urls : null
}

function isTileUrl(template: string): boolean {
  const places = ['{z}', '{x}', '{y}']
  if (!places.every((place) => template.includes(place))) return false
  const address = places.reduce((url, place) => url.replaceAll(place, '1'), template)
  // What remains in braces nobody would fill; one in the host would let any host in.
  if (/[{}]/.test(address) || !URL.canParse(address)) return false
  const { protocol, origin } = new URL(address)
  return ['https:', 'http:'].includes(protocol) && template.startsWith(`${origin}/`)
}

/** The origins a browser must be let to ask for these tiles. */
export function tileOrigins(tiles: Tiles | null): string[] {
  return [...new Set((tiles?.urls ?? []).map((url) => new URL(url).origin))]
}
