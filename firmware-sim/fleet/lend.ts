import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { rm, writeFile } from 'node:fs/promises'
import { connect, createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { FleetDevice, Visiting } from './file.ts'

/** What a scenario needs: so many of each kind, a village of at most `most` devices, or caregivers; `on` names a device. */
export type Wish = ({ kinds: string[] } | { village: true; most: number } | { caregivers: Party }) & { on?: string }

/** So many caregivers, and with fewer than the fewest it does not begin. */
export type Party = { most: number; fewest: number }
export type Loan = { broker: string; ingress?: string; folder: string; devices: FleetDevice[]; visiting?: Visiting }

export type Lender = {
  /** Takes devices out of play; throws a sentence when there are not enough. */
  take(wish: Wish): Promise<Loan>
  /** Puts them back. */
  giveBack(ids: string[]): void
}

const addressFile = 'lend.json'

/**
 * Two programs cannot speak as one device: the broker keeps the newer connection. So a scenario borrows its devices from
 * the fleet that plays them, over loopback, and they come back when it ends, however it ends.
 */
export async function startLending(folder: string, lender: Lender): Promise<{ stop(): Promise<void> }> {
  const token = randomBytes(32).toString('hex')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    void lendTo(socket, token, lender)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('not a TCP address')
  const path = join(folder, addressFile)
  await rm(path, { force: true })
  await writeFile(path, JSON.stringify({ port: address.port, token }), { mode: 0o600 })
  return {
    async stop() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await rm(path, { force: true })
    },
  }
}

async function lendTo(socket: Socket, token: string, lender: Lender): Promise<void> {
  try {
    const asked = await firstLine(socket)
    const ask = asked === undefined ? undefined : readAsk(asked)
    if (!ask || !same(String(ask.token), token)) return void socket.destroy()
    const loan = await lender.take(ask.wish)
    const giveBack = (): void =>
      lender.giveBack([...loan.devices, ...(loan.visiting?.caregivers ?? [])].map(({ id }) => id))
    if (socket.destroyed) return giveBack()
    socket.once('close', giveBack)
    socket.write(`${JSON.stringify(loan)}\n`)
  } catch (error) {
    socket.end(`${JSON.stringify({ refused: error instanceof Error ? error.message : String(error) })}\n`)
  }
}

/** Borrows from the fleet that keeps its disks in `folder`; undefined when none is running there. */
export async function borrow(folder: string, wish: Wish): Promise<(Loan & { giveBack: () => void }) | undefined> {
  const where = readAddress(join(folder, addressFile))
  if (!where) return undefined
  const socket = connect(where.port, '127.0.0.1')
  try {
    await once(socket, 'connect')
  } catch {
    return undefined // it ended without taking its address away
  }
  socket.on('error', () => {})
  socket.write(`${JSON.stringify({ token: where.token, wish })}\n`)
  const line = await firstLine(socket)
  const loan = line === undefined ? undefined : readLoan(line)
  if (!loan) throw new Error('The fleet lends nothing')
  if ('refused' in loan) throw new Error(loan.refused)
  return { ...loan, giveBack: () => socket.destroy() }
}

async function firstLine(socket: Socket): Promise<string | undefined> {
  const lines = createInterface(socket)
  const gone = new Promise<undefined>((resolve) => socket.once('close', () => resolve(undefined)))
  return Promise.race([once(lines, 'line').then(([text]) => String(text)), gone])
}

function same(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b))
}

/* The three shapes below are written by this very file. */
/* eslint-disable @typescript-eslint/no-unsafe-return */
const readAsk = (line: string): { token: string; wish: Wish } => JSON.parse(line)
const readLoan = (line: string): Loan | { refused: string } => JSON.parse(line)
function readAddress(path: string): { port: number; token: string } | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch {
    return undefined // nobody lends here
  }
}
/* eslint-enable @typescript-eslint/no-unsafe-return */
