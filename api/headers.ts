import { tileOrigins, type Tiles } from '@anju/domain/place/tiles'

/**
 * Sent with every answer. Scripts, styles and connections are our own and nothing else; nobody may put the desk in a
 * frame; the address, which holds ids, is told to nobody. Only where an installation names a source of map tiles may
 * a browser ask that one too.
 */
export const securityHeaders = (tiles: Tiles | null) => ({
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["img-src 'self' data: blob:", ...tileOrigins(tiles)].join(' '),
    "media-src 'self' data: blob:",
    "font-src 'self'",
    ["connect-src 'self'", ...tileOrigins(tiles)].join(' '),
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(self), geolocation=(self), microphone=(self)',
})
