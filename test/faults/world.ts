import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import pg from 'pg'
import { neighboursUrl } from '@anju/prisma/postgres/embedded'
import { signIn } from '../journeys/product.ts'
import { childNamed, descendants, freePorts, isAlive, start, type Ports, type Started } from '../start/product.ts'

export type FleetDevice = { id: string; kind: string; secret: string }
export type Fleet = {
  mqtt: FleetDevice[]
  http: FleetDevice[]
  hubs: { id: string; secret: string; children: FleetDevice[] }[]
}
export const victims = ['supervisor', 'gateway', 'api', 'postgres'] as const
export type Victim = (typeof victims)[number]

const PASSWORD = 'faults-admin-password'
const root = path.resolve(import.meta.dirname, '../..')

/** The whole product with its own database in a folder of its own, to be killed part by part. */
export class World {
  readonly folder: string
  readonly ports: Ports
  #product: Started
  private constructor(folder: string, ports: Ports) {
    this.folder = folder
    this.ports = ports
    this.#product = this.#start()
  }

  static async open(): Promise<World> {
    const folder = await mkdtemp(path.join(tmpdir(), 'anju-faults-'))
    await chmod(folder, 0o755) // the database's user enters it when this runs as root
    const world = new World(folder, await freePorts())
    await world.#product.ready
    return world
  }

  /**
   * SIGKILL to all of them at once, and for the supervisor a new start, as a service manager does. A part that is
   * just being started again after its last death is left to that.
   */
  async kill(dying: readonly Victim[]): Promise<void> {
    const pids = await Promise.all(dying.map((victim) => this.#pidOf(victim)))
    for (const pid of pids) if (pid !== null) process.kill(pid, 'SIGKILL')
    if (!dying.includes('supervisor')) return
    await this.#product.ended
    this.#product = this.#start()
    await this.#product.ready
  }

  async #pidOf(victim: Victim): Promise<number | null> {
    const supervisor = this.#product.child.pid ?? 0
    if (victim === 'supervisor') return supervisor
    return victim === 'postgres' ? this.#postmaster() : childNamed(supervisor, victim)
  }

  /** The database's address, once it answers: a killed server is seen to be gone only after a moment. */
  async databaseUrl(withinMs: number): Promise<string> {
    const url = await neighboursUrl(this.#data)
    for (const giveUp = Date.now() + withinMs; ;) {
      const client = new pg.Client({ connectionString: url })
      client.on('error', () => undefined)
      try {
        await client.connect()
        await client.end()
        return url
      } catch (error) {
        if (Date.now() > giveUp) throw error
        await new Promise((resolve) => setTimeout(resolve, 50))
      }
    }
  }

  output(): string {
    return this.#product.output()
  }

  /** Stops it as an operator does. Answers its exit code. */
  async close(): Promise<number | null> {
    const supervisor = this.#product.child.pid ?? 0
    this.#product.child.kill('SIGTERM')
    const { code } = await this.#product.ended
    for (const pid of descendants(supervisor).filter(isAlive)) process.kill(pid, 'SIGKILL')
    await rm(this.folder, { recursive: true, force: true })
    return code
  }

  /** Devices of every kind and way, each elder with some. */
  async register(counts: { meters: number; buttons: number; readers: number; http: number; hubs: number }) {
    const call = await signIn(`http://127.0.0.1:${this.ports.http}`, 'admin', PASSWORD)
    const elders: string[] = []
    for (let i = 0; i < 6; i++) {
      elders.push((await call<{ id: string }>('POST', '/api/elders', { name: `老人${i}` })).id)
    }
    let next = 0
    const add = async (kind: string, hubId?: string): Promise<FleetDevice> => {
      const elderId = elders[next++ % elders.length]
      const body = { kind, elderId, ...(hubId === undefined ? {} : { hubId }) }
      return { ...(await call<{ id: string; secret: string }>('POST', '/api/devices', body)), kind }
    }
    const many = async (kind: string, count: number): Promise<FleetDevice[]> => {
      const made: FleetDevice[] = []
      for (let i = 0; i < count; i++) made.push(await add(kind))
      return made
    }
    const fleet: Fleet = {
      mqtt: [
        ...(await many('bp-meter', counts.meters)),
        ...(await many('button', counts.buttons)),
        ...(await many('door-reader', counts.readers)),
      ],
      http: await many('bp-meter', counts.http),
      hubs: [],
    }
    for (const { id, secret } of await many('hub', counts.hubs)) {
      fleet.hubs.push({ id, secret, children: [await add('button', id), await add('bp-meter', id)] })
    }
    return fleet
  }

  get #data(): string {
    return path.join(this.folder, 'data')
  }

  async #postmaster(): Promise<number | null> {
    const file = path.join(this.#data, 'postgres/cluster/postmaster.pid')
    const pid = Number((await readFile(file, 'utf8').catch(() => '')).split('\n')[0])
    return pid > 0 && isAlive(pid) ? pid : null
  }

  #start(): Started {
    return start({
      folder: root,
      ports: this.ports,
      env: { ANJU_DATA: this.#data, ANJU_DEMO: 'off', ANJU_HOST: '127.0.0.1', ANJU_ADMIN_PASSWORD: PASSWORD },
    })
  }

  /** A folder for the hubs' disks, beside the product's data. */
  async disks(): Promise<string> {
    const folder = path.join(this.folder, 'disks')
    await mkdir(folder, { recursive: true })
    return folder
  }
}
