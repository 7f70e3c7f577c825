import type { ExpressionFilterSpecification, LayerSpecification } from 'maplibre-gl'
import type { Colours } from './colours.ts'

/** Sources of the map: the county's own vector data, its communities' names, homes, visits under way, and the home that is chosen. */
export const sources = ['ground', 'names', 'homes', 'visits', 'chosen'] as const
export type SourceName = (typeof sources)[number]

/** Names of residents from here on; nearer, they would be many; farther, they would run into each other. */
const NAMES_FROM = 15.5
const BUILDINGS_FROM = 14

const is = (kind: string, rank?: string): ExpressionFilterSpecification =>
  rank === undefined
    ? ['==', ['get', 'kind'], kind]
    : ['all', ['==', ['get', 'kind'], kind], ['==', ['get', 'rank'], rank]]

/** Over pictures of somebody else's map only what those cannot know: our boundaries, names, homes. */
const overTiles = new Set(['boundary', 'county', 'community', 'home', 'home-name', 'visit', 'chosen'])

/** Every layer, from the ground up. `font` is the page's font list. */
export function layersOf(c: Colours, font: string[], tiles: boolean): LayerSpecification[] {
  const ground = { source: 'ground' } as const
  const halo = { 'text-halo-color': c.land, 'text-halo-width': 1.6 }
  const fill = (id: string, filter: ExpressionFilterSpecification, colour: string): LayerSpecification => ({
    ...ground,
    id,
    type: 'fill',
    filter,
    paint: { 'fill-color': colour },
  })
  const line = (
    id: string,
    filter: ExpressionFilterSpecification,
    colour: string,
    widths: [number, number],
  ): LayerSpecification => ({
    ...ground,
    id,
    type: 'line',
    filter,
    layout: { 'line-cap': 'round', 'line-join': 'round' },
    paint: {
      'line-color': colour,
      'line-width': ['interpolate', ['exponential', 1.5], ['zoom'], 10, widths[0], 17, widths[1]],
    },
  })
  const name = (
    id: string,
    filter: ExpressionFilterSpecification,
    size: number,
    colour: string,
  ): LayerSpecification => ({
    ...ground,
    id,
    type: 'symbol',
    filter,
    layout: { 'text-field': ['get', 'name'], 'text-font': font, 'text-size': size },
    paint: { 'text-color': colour, ...halo },
  })
  const all: LayerSpecification[] = [
    fill('field', is('field'), c.field),
    fill('wood', is('wood'), c.wood),
    fill('built', is('built'), c.built),
    fill('water', ['all', is('water'), ['==', ['geometry-type'], 'Polygon']], c.water),
    line('stream', is('water', 'stream'), c.water, [1, 10]),
    line('path', is('road', 'path'), c.lane, [0.3, 4]),
    line('lane', is('road', 'lane'), c.lane, [0.6, 7]),
    line('road', ['all', is('road'), ['in', ['get', 'rank'], ['literal', ['main', 'county']]]], c.road, [1.2, 14]),
    { ...fill('building', is('building'), c.building), minzoom: BUILDINGS_FROM },
    {
      ...ground,
      id: 'boundary',
      type: 'line',
      filter: is('boundary'),
      paint: { 'line-color': c.edge, 'line-width': 0.8, 'line-opacity': 0.55 },
    },
    {
      ...ground,
      id: 'county',
      type: 'line',
      filter: is('boundary', 'county'),
      paint: { 'line-color': c.edge, 'line-width': 2 },
    },
    {
      ...ground,
      id: 'river-name',
      type: 'symbol',
      filter: is('water', 'name'),
      layout: {
        'symbol-placement': 'line',
        'symbol-spacing': 500,
        'text-field': ['get', 'name'],
        'text-font': font,
        'text-size': 12,
        'text-letter-spacing': 0.3,
      },
      paint: { 'text-color': c.quiet, 'text-halo-color': c.water, 'text-halo-width': 1 },
    },
    { ...name('landmark', is('place', 'landmark'), 12, c.quiet), minzoom: 13 },
    {
      id: 'home-name',
      source: 'homes',
      type: 'symbol',
      minzoom: NAMES_FROM,
      layout: {
        'text-field': ['get', 'names'],
        'text-font': font,
        'text-size': 13,
        'text-variable-anchor': ['left', 'right', 'top', 'bottom'],
        'text-radial-offset': 0.7,
        'text-justify': 'auto',
      },
      paint: { 'text-color': c.text, ...halo },
    },
    // above the names, whose halos would hide a neighbour's dot
    {
      id: 'home',
      source: 'homes',
      type: 'circle',
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 1.6, 13, 3, 17, 6],
        // hollow: somebody away; faint: nobody lives there any more
        'circle-color': ['match', ['get', 'state'], 'living', c.dot, c.land],
        'circle-stroke-color': c.dot,
        'circle-stroke-width': ['match', ['get', 'state'], 'living', 0, 1.4],
        'circle-opacity': ['match', ['get', 'state'], 'dead', 0.5, 1],
        'circle-stroke-opacity': ['match', ['get', 'state'], 'dead', 0.4, 1],
      },
    },
    // a disc in a ring: somebody of ours is inside; a ring alone: has set out
    {
      id: 'visit',
      source: 'visits',
      type: 'circle',
      paint: {
        'circle-radius': ['interpolate', ['linear'], ['zoom'], 10, 5, 17, 9],
        'circle-color': ['match', ['get', 'state'], 'in-service', c.chosen, c.land],
        'circle-opacity': 0.9,
        'circle-stroke-color': c.chosen,
        'circle-stroke-width': ['match', ['get', 'state'], 'in-service', 1, 2.5],
      },
    },
    {
      id: 'chosen',
      source: 'chosen',
      type: 'circle',
      paint: { 'circle-radius': 11, 'circle-opacity': 0, 'circle-stroke-color': c.chosen, 'circle-stroke-width': 3 },
    },
    {
      id: 'community',
      source: 'names',
      type: 'symbol',
      maxzoom: NAMES_FROM + 0.5,
      layout: { 'text-field': ['get', 'text'], 'text-font': font, 'text-size': 13, 'text-line-height': 1.4 },
      paint: { 'text-color': c.text, ...halo },
    },
    { ...name('town', is('place', 'town'), 17, c.text), maxzoom: 11 },
  ]
  return all.filter(({ id }) => !tiles || overTiles.has(id))
}
