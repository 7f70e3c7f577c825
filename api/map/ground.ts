import { createHash } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { Refusal } from '@anju/domain/error'
import type { Deps } from '../deps.ts'

/** A county's roads, waters and boundaries in a few megabytes; more makes every desk wait. */
const DATA_LIMIT_BYTES = 16 * 1024 * 1024

/** GeoJSON as it is sent, in both ways a browser takes it. */
export interface GroundData {
  etag: string
  plain: Buffer
  gzipped: Buffer
}

/** The county's vector data: of a file of its own, of the demo county, or none. Read anew when the file has changed. */
export class Ground {
  readonly kind: 'own' | 'demo' | 'none'
  readonly #deps: Pick<Deps, 'config' | 'log'>
  #read: { stamp: string; data: Promise<GroundData> } | null = null

  constructor(deps: Pick<Deps, 'config' | 'log'>) {
    this.#deps = deps
    this.kind = deps.config.map.dataPath !== null ? 'own' : deps.config.demo ? 'demo' : 'none'
  }

  /** Refuses `map-data-unreadable` when the file named by ANJU_MAP_DATA is not there or is no GeoJSON. */
  async data(): Promise<GroundData> {
    const { dataPath } = this.#deps.config.map
    const stamp = dataPath === null ? this.kind : await stampOf(dataPath).catch((error: unknown) => this.#refuse(error))
    if (this.#read?.stamp !== stamp) {
      this.#read = { stamp, data: (dataPath === null ? this.#drawn() : loadOwn(dataPath)).then(packed) }
    }
    return this.#read.data.catch((error: unknown) => this.#refuse(error))
  }

  async #drawn(): Promise<Buffer> {
    if (this.kind === 'none') return Buffer.from('{"type":"FeatureCollection","features":[]}')
    const { drawDemoCounty } = await import('@anju/prisma/demo/map/draw')
    return Buffer.from(JSON.stringify(drawDemoCounty()))
  }

  #refuse(error: unknown): never {
    this.#deps.log.warn({ fault: String(error) }, 'ANJU_MAP_DATA cannot be read')
    throw new Refusal('map-data-unreadable')
  }
}

async function stampOf(path: string): Promise<string> {
  const { mtimeMs, size } = await stat(path)
  return `${mtimeMs} ${size}`
}

async function loadOwn(path: string): Promise<Buffer> {
  const { size } = await stat(path)
  if (size > DATA_LIMIT_BYTES) throw new Error(`the file has ${size} bytes, more than ${DATA_LIMIT_BYTES}`)
  const bytes = await readFile(path)
  const parsed: unknown = JSON.parse(bytes.toString('utf8'))
  if (!isFeatureCollection(parsed)) throw new Error('the file is no GeoJSON FeatureCollection')
  return bytes
}

function isFeatureCollection(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  return 'type' in value && value.type === 'FeatureCollection' && 'features' in value && Array.isArray(value.features)
}

async function packed(plain: Buffer): Promise<GroundData> {
  const etag = `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`
  return { etag, plain, gzipped: await promisify(gzip)(plain) }
}
