import type { MapGround } from '@anju/api/map/schema'
import type { FeatureCollection } from 'geojson'
import { request } from '../api/request.ts'

export type Ground = { ground: MapGround; data: FeatureCollection; missing: boolean }

const empty: FeatureCollection = { type: 'FeatureCollection', features: [] }
let known: Promise<Ground> | null = null

/** The ground the county is drawn on, read once a page. Without its vector data a map still says where homes are. */
export function loadGround(): Promise<Ground> {
  known ??= read().catch((thrown: unknown) => {
    known = null
    throw thrown
  })
  return known
}

async function read(): Promise<Ground> {
  const ground = await request<MapGround>('/api/map/ground')
  try {
    return { ground, data: await request<FeatureCollection>('/api/map/data'), missing: false }
  } catch {
    return { ground, data: empty, missing: true }
  }
}
