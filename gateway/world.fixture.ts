import type { Config } from '@anju/domain/config'
import type { DeviceKind } from '@anju/domain/device/kinds'
import { registerDevice } from '@anju/prisma/device/apply'
import { newId } from '@anju/prisma/id'
import { masterKey } from '@anju/prisma/key'
import { openPool, transact } from '@anju/prisma/tx'
import type pg from 'pg'

/** A small world for tests: one community, one home, one elder; devices as asked for. */
export interface World {
  pool: pg.Pool
  areaId: string
  areaPath: string
  homeId: string
  elderId: string
  config: Config & { databaseUrl: string }
  register(kind: DeviceKind, more?: { hubId?: string; userNumber?: number }): Promise<{ id: string; secret: string }>
  end(): Promise<void>
}

const keyBytes = new Uint8Array(32).fill(7)

export async function makeWorld(databaseUrl: string): Promise<World> {
  const pool = openPool(databaseUrl, { max: 4, name: 'test world' })
  const now = new Date()
  const [areaId, homeId, elderId] = [newId(now), newId(now), newId(now)]
  const areaPath = `/${areaId}/`
  await transact(pool, async (tx) => {
    await tx.query(`insert into area (id, path, name, kind, created_at) values ($1, $2, '测试社区', 'community', $3)`, [
      areaId,
      areaPath,
      now,
    ])
    await tx.query(`insert into home (id, area_id, landmark, created_at) values ($1, $2, '井边第二家', $3)`, [
      homeId,
      areaId,
      now,
    ])
    await tx.query(`insert into elder (id, home_id, name, created_at) values ($1, $2, '测试老人', $3)`, [
      elderId,
      homeId,
      now,
    ])
  })
  return {
    pool,
    areaId,
    areaPath,
    homeId,
    elderId,
    config: {
      host: '127.0.0.1',
      httpPort: 0,
      mqttPort: 0,
      mqttsPort: null,
      wsPort: null,
      ingressPort: 0,
      publicUrl: null,
      tls: null,
      dataFolder: '/nonexistent',
      key: keyBytes,
      databaseUrl,
      demo: false,
      demoSeed: null,
      simulator: false,
      adminPassword: null,
      webhook: null,
      probeEveryS: 0,
      probeBroker: null,
      aliveUrl: null,
      relay: null,
      callSecret: null,
      dial: null,
      anchorFolder: null,
      logLevel: 'silent',
      gatewayUrls: [],
      map: { dataPath: null, tiles: null },
    },
    register: (kind, more = {}) =>
      transact(pool, (tx) =>
        registerDevice(tx, masterKey(keyBytes), { kind, elderId, within: areaPath, now: new Date(), ...more }),
      ),
    end: () => pool.end(),
  }
}
