/** The product cannot start here. The message is one plain sentence for whoever typed the command; exit code 1. */
export class CannotStart extends Error {
  constructor(sentence: string, options?: ErrorOptions) {
    super(sentence, options)
    this.name = 'CannotStart'
  }
}

/** Whether an address could not be had because another process listens on it. */
export function isPortBusy(error: unknown): boolean {
  return detailOf(error, 'code') === 'EADDRINUSE'
}

/** One plain sentence for whatever kept a process from starting. */
export function sentenceOf(error: unknown): string {
  if (error instanceof CannotStart) return error.message
  const [port, address] = [detailOf(error, 'port'), detailOf(error, 'address')]
  switch (port === undefined ? undefined : detailOf(error, 'code')) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use by another program: end that, or choose another port (ANJU_…_PORT).`
    case 'EACCES':
      return `Port ${port} may not be opened by this user: choose one above 1023 (ANJU_…_PORT).`
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${address}: set ANJU_HOST to one it has.`
    default:
      return `Anju cannot start: ${error instanceof Error ? error.message : String(error)}`
  }
}

function detailOf(error: unknown, name: string): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const value: unknown = Reflect.get(error, name)
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}
