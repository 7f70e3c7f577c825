import type { Command } from '@anju/domain/wire/schema'

export type ReceiptHeard = { ids: string[]; rejected: { id: string | null; code: string }[] }

/** What the platform said, or undefined when it is no JSON: firmware has nobody to complain to. */
export function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch {
    return undefined
  }
}

export function isCommand(value: unknown): value is Command {
  return (
    isObject(value) &&
    typeof value.id === 'string' &&
    typeof value.cmd === 'string' &&
    typeof value.expires === 'string'
  )
}

export function isReceipt(value: unknown): value is ReceiptHeard {
  return isObject(value) && Array.isArray(value.ids) && Array.isArray(value.rejected)
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}
