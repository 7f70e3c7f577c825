import { fromWgs84, type LonLat, type PositionSystem, toWgs84 } from '@anju/domain/place/position'
import type { Feature, FeatureCollection } from 'geojson'
import {
  AttributionControl,
  type GeoJSONSource,
  type LayerSpecification,
  Map as GlMap,
  ScaleControl,
  setWorkerUrl,
} from 'maplibre-gl'
import 'maplibre-gl/dist/maplibre-gl.css'
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url'
import type { MapGround } from '@anju/api/map/schema'
import type { Box } from './box.ts'
import { type Colours, coloursOfPage } from './colours.ts'
import { layersOf, sources, type SourceName } from './layers.ts'
import { shiftedTo } from './shift.ts'

// From our own origin, as the page's policy demands; MapLibre would make a blob of it.
setWorkerUrl(workerUrl)

const nothing: FeatureCollection = { type: 'FeatureCollection', features: [] }
/** Nearer than this a home's dot says no more; farther, the county is a speck. */
const ZOOM = { min: 6, max: 19, near: 16 }
const EDGE_PX = 48
/** The buttons stand on this side, and nothing that is looked for under them. */
const TOOLS_PX = 40
const SLIP_PX = 6

export type Heard = {
  /** The map stands elsewhere; `box` is what it shows, WGS-84. */
  moved: (box: Box) => void
  /** Something was clicked: a home, or a point of the ground. */
  clicked: (homeId: string | null, at: LonLat) => void
  /** Each frame in which the map moves: what lies over it must follow. */
  frame: () => void
}

/** The map on the screen: MapLibre behind words of ours. Every position in and out is WGS-84. */
export class Drawing {
  readonly #map: GlMap
  readonly #system: PositionSystem
  readonly #tiles: boolean
  readonly #data: Record<SourceName, FeatureCollection>
  readonly #font: string[]
  /** Each asking gives another object, and a listener leaves only where it came in. */
  readonly #dark = matchMedia('(prefers-color-scheme: dark)')
  /** What is shown whole, until somebody moves away from it. */
  #whole: Box | null = null
  /** It has its first style, made with the colours of then. */
  #begun = false

  constructor(container: HTMLElement, ground: MapGround, data: FeatureCollection, label: string, heard: Heard) {
    this.#system = ground.tiles?.system ?? 'wgs84'
    this.#tiles = ground.tiles !== null
    this.#data = { ground: data, names: nothing, homes: nothing, visits: nothing, chosen: nothing }
    const family = getComputedStyle(container).fontFamily
    this.#font = family.split(',').map((each) => each.trim().replace(/^["']|["']$/g, ''))
    const urls = ground.tiles?.urls ?? []
    this.#map = new GlMap({
      container,
      style: {
        version: 8,
        // no `glyphs`: text is drawn with the fonts of this machine, and nothing is fetched
        sources: {
          ...Object.fromEntries(
            sources.map((name) => [
              name,
              { type: 'geojson', data: shiftedTo(this.#system, this.#data[name]) } as const,
            ]),
          ),
          ...Object.fromEntries(
            urls.map((url, n) => [
              `tiles-${n}`,
              {
                type: 'raster',
                tiles: [url],
                tileSize: 256,
                maxzoom: 18,
                attribution: ground.tiles?.attribution ?? '',
              },
            ]),
          ),
        },
        layers: [
          landOf(coloursOfPage()),
          ...urls.map((_, n) => ({
            id: `tiles-${n}`,
            source: `tiles-${n}`,
            type: 'raster' as const,
            paint: { 'raster-saturation': -1, 'raster-opacity': 0.6 },
          })),
          ...layersOf(coloursOfPage(), this.#font, this.#tiles),
        ],
      },
      localIdeographFontFamily: family,
      minZoom: ZOOM.min,
      maxZoom: ZOOM.max,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      maxPitch: 0,
      fadeDuration: 0,
      locale: { 'Map.Title': label },
    })
    this.#map.touchZoomRotate.disableRotation()
    this.#map.keyboard.disableRotation()
    this.#map.addControl(new ScaleControl({ unit: 'metric' }), 'bottom-right')
    if ((ground.tiles?.attribution ?? '') !== '') this.#map.addControl(new AttributionControl({ compact: false }))
    void this.#map.once('style.load', () => {
      this.#begun = true
    })
    this.#map.on('move', heard.frame)
    this.#map.on('movestart', ({ originalEvent }) => {
      if (originalEvent !== undefined) this.#whole = null
    })
    this.#map.on('resize', () => {
      if (this.#whole) this.fit(this.#whole, false)
      heard.frame()
    })
    this.#map.on('moveend', () => heard.moved(this.box()))
    this.#map.on('click', (event) => {
      heard.clicked(this.#homeAt(event.point), this.#back(event.lngLat))
    })
    // `data-drawn`: what there is to see is seen, and nothing moves
    this.#map.on('idle', () => container.setAttribute('data-drawn', ''))
    for (const change of ['movestart', 'dataloading'] as const)
      this.#map.on(change, () => container.removeAttribute('data-drawn'))
    this.#dark.addEventListener('change', this.recolour)
  }

  #draws({ lon, lat }: LonLat): [number, number] {
    const at = fromWgs84({ lon, lat }, this.#system)
    return [at.lon, at.lat]
  }
  #back({ lng, lat }: { lng: number; lat: number }): LonLat {
    return toWgs84({ lon: lng, lat, system: this.#system })
  }

  /** The home whose dot is nearest to a point of the screen, within a finger's slip; else the one whose name is there. */
  #homeAt({ x, y }: { x: number; y: number }): string | null {
    const around: [[number, number], [number, number]] = [
      [x - SLIP_PX, y - SLIP_PX],
      [x + SLIP_PX, y + SLIP_PX],
    ]
    const away = ({ geometry }: Feature): number => {
      if (geometry.type !== 'Point') return Infinity
      const [lon = 0, lat = 0] = geometry.coordinates
      const spot = this.#map.project([lon, lat])
      return Math.hypot(spot.x - x, spot.y - y)
    }
    const dots = this.#map.queryRenderedFeatures(around, { layers: ['home'] }).sort((a, b) => away(a) - away(b))
    const [home] = dots.length > 0 ? dots : this.#map.queryRenderedFeatures(around, { layers: ['home-name'] })
    const id: unknown = home?.properties['id']
    return typeof id === 'string' ? id : null
  }

  set(name: SourceName, data: FeatureCollection): void {
    this.#data[name] = data
    const send = (): void => {
      const source = this.#map.getSource<GeoJSONSource>(name)
      void source?.setData(shiftedTo(this.#system, this.#data[name]))
    }
    if (this.#map.getSource(name)) send()
    else void this.#map.once('styledata', send)
  }

  /** Takes the page's colours as they are now. */
  readonly recolour = (): void => {
    if (!this.#begun) return
    const colours = coloursOfPage()
    const style = this.#map.getStyle()
    const fresh = new Map(layersOf(colours, this.#font, this.#tiles).map((layer) => [layer.id, layer]))
    this.#map.setStyle({
      ...style,
      layers: style.layers.map((layer) => (layer.id === 'land' ? landOf(colours) : (fresh.get(layer.id) ?? layer))),
    })
  }

  /** Where on the screen a position is drawn, in pixels of the map's own box. */
  project(at: LonLat): { x: number; y: number } {
    return this.#map.project(this.#draws(at))
  }
  middle(): LonLat {
    return this.#back(this.#map.getCenter())
  }
  box(): Box {
    const bounds = this.#map.getBounds()
    const [a, b] = [this.#back(bounds.getSouthWest()), this.#back(bounds.getNorthEast())]
    return { west: a.lon, south: a.lat, east: b.lon, north: b.lat }
  }

  /** Shows the whole box, at once or on a short way, and goes on showing it when the window changes. */
  fit(box: Box, moving: boolean): void {
    const { west, south, east, north } = box
    this.#whole = box
    const [from, to] = [this.#draws({ lon: west, lat: south }), this.#draws({ lon: east, lat: north })]
    this.#map.fitBounds([from, to], {
      padding: { top: EDGE_PX, bottom: EDGE_PX, left: EDGE_PX, right: EDGE_PX + TOOLS_PX },
      maxZoom: ZOOM.near,
      animate: moving && !quietly(),
      duration: 400,
    })
  }
  /** Brings a position to the middle, near enough to tell houses apart. */
  go(at: LonLat, moving: boolean): void {
    this.#whole = null
    const zoom = Math.max(this.#map.getZoom(), ZOOM.near)
    this.#map.easeTo({ center: this.#draws(at), zoom, animate: moving && !quietly(), duration: 400 })
  }
  /** A small map within a page: wheel and finger move the page over it; keys and buttons move the map. */
  still(): void {
    this.#map.scrollZoom.disable()
    this.#map.dragPan.disable()
  }

  zoom(by: 1 | -1): void {
    this.#whole = null
    this.#map.zoomTo(this.#map.getZoom() + by, { animate: !quietly(), duration: 200 })
  }
  remove(): void {
    this.#dark.removeEventListener('change', this.recolour)
    this.#map.remove()
  }
}

const landOf = ({ land }: Colours): LayerSpecification => ({
  id: 'land',
  type: 'background',
  paint: { 'background-color': land },
})

const quietly = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
