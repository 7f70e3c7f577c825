import { inMainlandChina } from '@anju/domain/place/mainland'
import { type Position, type PositionSystem } from '@anju/domain/place/position'

/** What a person typed as a position: nothing, something that is none yet and why, or one; with what to look at again. */
export type Typed =
  | { value: null; problem: null }
  | { value: null; problem: 'badLon' | 'badLat' | 'both' | 'swapped' }
  | { value: Position; problem: null; remark: 'outside' | null }

const FIGURES = /^-?\d{1,3}([.,]\d{1,12})?$/

/** Reads longitude and latitude as they are typed; `,` may stand for the point, `°` may follow. */
export function typedPosition(lonText: string, latText: string, system: PositionSystem): Typed {
  const [lon, lat] = [lonText, latText].map((text) => text.replace(/[°\s]/g, ''))
  if (!lon && !lat) return { value: null, problem: null }
  if (!lon || !lat) return { value: null, problem: 'both' }
  const at = { lon: number(lon), lat: number(lat) }
  const swapped = Math.abs(at.lat) > 90 && Math.abs(at.lat) <= 180 && Math.abs(at.lon) <= 90
  if (swapped) return { value: null, problem: 'swapped' }
  if (!(Math.abs(at.lon) <= 180)) return { value: null, problem: 'badLon' }
  if (!(Math.abs(at.lat) <= 90)) return { value: null, problem: 'badLat' }
  return {
    value: { ...at, system },
    problem: null,
    remark: system === 'gcj02' && !inMainlandChina(at) ? 'outside' : null,
  }
}

const number = (text: string): number => (FIGURES.test(text) ? Number(text.replace(',', '.')) : NaN)
