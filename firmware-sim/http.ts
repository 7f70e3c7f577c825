import { createHash, createHmac, hkdfSync } from 'node:crypto'
import type { DeviceTopic } from '@anju/domain/wire/schema'
import { answerTimeoutMs, type Connect } from './connection.ts'

export type HttpOptions = {
  /** http(s) address of the ingress, e.g. http://127.0.0.1:8081 */
  ingress: string
  id: string
  /** The device's secret as it was handed out: 64 hex digits. */
  secret: string
  answerTimeoutMs?: number
}

/** HKDF-SHA256 over the secret's bytes, so that the platform can keep this key and not the secret. */
export function signatureKey(secret: string): Buffer {
  const bytes = Buffer.from(secret, 'hex')
  return Buffer.from(hkdfSync('sha256', bytes, Buffer.alloc(0), 'anju-http-signature-v1', 32))
}

/** Headers of RFC 9530 (Content-Digest) and RFC 9421 (hmac-sha256 over method, path and digest). `createdS` in seconds. */
export function signedHeaders(
  key: Buffer,
  id: string,
  path: string,
  body: Buffer,
  createdS: number,
): Record<string, string> {
  const digest = `sha-256=:${createHash('sha256').update(body).digest('base64')}:`
  const params = `("@method" "@path" "content-digest");created=${createdS};keyid="${id}";alg="hmac-sha256"`
  const base = [
    '"@method": POST',
    `"@path": ${path}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${params}`,
  ].join('\n')
  return {
    'content-type': 'application/json',
    'content-digest': digest,
    'signature-input': `sig1=${params}`,
    signature: `sig1=:${createHmac('sha256', key).update(base).digest('base64')}:`,
  }
}

/**
 * The way in of a 4G meter: each message is one signed POST, done when it is answered 2xx. There is no downlink but the
 * answer, which is read as a receipt. The modem knows the network's time, whatever the meter's own clock says.
 */
export function httpTransport(device: HttpOptions): Connect {
  const key = signatureKey(device.secret)
  return ({ hear, off }) => {
    const gone = new AbortController()
    const destroy = (): void => gone.abort(new Error('The link was dropped'))
    off.addEventListener('abort', destroy, { once: true })
    if (off.aborted) destroy()

    async function publish(topic: DeviceTopic, payload: string): Promise<void> {
      const body = Buffer.from(payload)
      const path = `/anju/v1/${device.id}/${topic}`
      const response = await fetch(new URL(path, device.ingress), {
        method: 'POST',
        headers: signedHeaders(key, device.id, path, body, Math.floor(Date.now() / 1000)),
        body,
        signal: AbortSignal.any([gone.signal, AbortSignal.timeout(device.answerTimeoutMs ?? answerTimeoutMs)]),
      })
      const answer = Buffer.from(await response.arrayBuffer())
      if (!response.ok) throw new Error(`The ingress answered ${response.status}`)
      if (!gone.signal.aborted) hear('receipt', answer)
    }
    const quiet = (): Promise<void> => Promise.resolve()
    return Promise.resolve({ lost: gone.signal, publish, listen: quiet, goodbye: quiet, destroy })
  }
}
