import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, inject } from 'vitest'
import type { TestProject } from 'vitest/node'
import { CALL_SECRET } from '../api/call.fixture.ts'
import { connectButton, type ConnectedButton } from '../device.ts'
import { browserOfThisLane } from './desk.ts'
import { ADMIN_PASSWORD, signIn, startProduct } from './product.ts'

declare module 'vitest' {
  interface ProvidedContext {
    county: { url: string; mqtt: number; folder: string; pid: number }
  }
}

/** A number that the journeys' exchange cannot ring. */
export const UNREACHABLE = '19900009998'

/** vitest's globalSetup: one product with the demo county, which the journeys go through one after the other. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  // An exchange that takes every call but those of one number, which it cannot ring.
  const exchange = createServer((request, response) => {
    let text = ''
    request.on('data', (chunk: Buffer) => (text += chunk.toString()))
    request.on('end', () => response.writeHead(text.includes(UNREACHABLE) ? 503 : 200).end())
  })
  await new Promise<void>((resolve) => exchange.listen(0, '127.0.0.1', resolve))
  const { url, mqtt, folder, process, stop } = await startProduct({
    ANJU_SIMULATOR: 'off',
    ANJU_CALL_SECRET: CALL_SECRET,
    ANJU_DIAL_URL: `http://127.0.0.1:${(exchange.address() as AddressInfo).port}/dial`,
    ANJU_DIAL_SECRET: 'a secret for journeys only',
  })
  project.provide('county', { url, mqtt, folder, pid: process.pid ?? 0 })
  return async () => {
    await stop()
    await new Promise((resolve) => exchange.close(resolve))
  }
}

type Call = Awaited<ReturnType<typeof signIn>>

export interface County {
  url: string
  mqtt: number
  /** The product's data. */
  folder: string
  /** Its supervisor. */
  pid: number
  browser: Browser
  /** The administrator's HTTP client. */
  as: Call
  /** A button of her own for an elder, connected. */
  buttonFor(elderId: string): Promise<ConnectedButton>
}

/**
 * The county for one file of journeys. Journeys bring their own devices, and may find what others have left: at the
 * end nobody is signed in and no alarm is open, which is all that may be relied on.
 */
export function countyForThisFile(drawing?: Parameters<typeof browserOfThisLane>[0]): County {
  const buttons: ConnectedButton[] = []
  let opened: Browser | undefined
  let call: Call | undefined
  beforeAll(async () => {
    opened = await browserOfThisLane(drawing)
    call = await signIn(inject('county').url, 'admin', ADMIN_PASSWORD)
  })
  afterAll(async () => {
    for (const context of opened?.contexts() ?? []) await context.close()
    await Promise.all(buttons.filter(({ client }) => !client.disconnecting).map((button) => button.end()))
    if (call !== undefined) await resolveAll(call)
  })
  const begun = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the county is there from beforeAll on')
    return value
  }
  return {
    ...inject('county'),
    get browser() {
      return begun(opened)
    },
    as: (method, address, body) => begun(call)(method, address, body),
    async buttonFor(elderId) {
      const registered = await begun(call)<{ id: string; secret: string }>('POST', '/api/devices', {
        kind: 'button',
        elderId,
      })
      const button = await connectButton(inject('county').mqtt, registered)
      buttons.push(button)
      return button
    },
  }
}

/** Every alarm that is open is somebody's and over. */
export async function resolveAll(as: Call): Promise<void> {
  const { items } = await as<{ items: { id: string; owner: unknown }[] }>('GET', '/api/alarms?state=open')
  for (const { id, owner } of items) {
    if (owner === null) await as('POST', `/api/alarms/${id}/acknowledge`)
    await as('POST', `/api/alarms/${id}/resolve`, { outcome: 'test' })
  }
}
