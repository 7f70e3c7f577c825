import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

/** The parts of an HTTP request that its signature covers. */
export interface SignedRequest {
  method: string
  path: string
  body: Buffer
  contentDigest: string | undefined
  signatureInput: string | undefined
  signature: string | undefined
}

const INPUT = /^sig1=(\("@method" "@path" "content-digest"\)((?:;[a-z]+=(?:\d+|"[\x20\x21\x23-\x5b\x5d-\x7e]*"))*))$/

/** The key id of a signed request, or null when its headers are not as RFC 9421 and our profile want them. */
export function keyIdOf(request: SignedRequest): string | null {
  const params = INPUT.exec(request.signatureInput ?? '')?.[2]
  return /;keyid="([A-Za-z0-9._-]{1,64})"/.exec(params ?? '')?.[1] ?? null
}

/**
 * Verifies an HTTP message signature (RFC 9421, hmac-sha256, label `sig1`, covering method, path and the body's
 * SHA-256 by RFC 9530). A repeated request is no danger: the same item again is a duplicate.
 */
export function verifySignature(request: SignedRequest, key: Buffer): boolean {
  const input = INPUT.exec(request.signatureInput ?? '')
  const given = /^sig1=:([A-Za-z0-9+/]{43}=):$/.exec(request.signature ?? '')?.[1]
  if (!input?.[1] || given === undefined) return false
  if (/;alg="(?!hmac-sha256")/.test(input[1])) return false
  const digest = `sha-256=:${createHash('sha256').update(request.body).digest('base64')}:`
  if (request.contentDigest !== digest) return false
  const base = [
    `"@method": ${request.method}`,
    `"@path": ${request.path}`,
    `"content-digest": ${digest}`,
    `"@signature-params": ${input[1]}`,
  ].join('\n')
  return timingSafeEqual(createHmac('sha256', key).update(base).digest(), Buffer.from(given, 'base64'))
}
