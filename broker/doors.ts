import { createServer as createHttpServer } from 'node:http'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { createSecureContext, TLSSocket } from 'node:tls'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, WebSocketServer } from 'ws'
import type { Crowd } from './crowd.ts'
import type { Limits } from './limits.ts'

export interface DoorOptions {
  readonly host: string
  readonly tcpPort: number
  readonly tlsPort?: number | undefined
  readonly wsPort?: number | undefined
  readonly tls?: { readonly cert: string | Buffer; readonly key: string | Buffer } | undefined
}

export interface Ports {
  readonly tcp: number
  readonly tls: number | undefined
  readonly ws: number | undefined
}

export interface Doors {
  readonly ports: Ports
  /** Stops listening; resolves once every socket is gone. */
  close(): Promise<void>
}

/** Takes an MQTT byte stream and the socket that carries it. */
type Enter = (stream: Duplex, socket: Socket) => void

/**
 * Opens the listeners, each leading to `enter` through the same crowd. Port 0 asks for a free one. Rejects with the
 * system's error (EADDRINUSE, EACCES) where a port cannot be had; what was already open is closed again.
 */
export async function openDoors(options: DoorOptions, limits: Limits, crowd: Crowd, enter: Enter): Promise<Doors> {
  // Without noDelay a PUBACK waits up to 40 ms for the peer's delayed ACK.
  const socketOptions = { noDelay: true, keepAlive: true, keepAliveInitialDelay: limits.tcpKeepAliveMs }
  const open: Server[] = []
  const listen = async (server: Server, port: number): Promise<number> => {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen({ host: options.host, port, backlog: limits.backlog }, resolve)
    })
    open.push(server)
    return portOf(server.address())
  }
  const close = async (): Promise<void> => {
    const closed = open.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
    crowd.cutAll()
    await Promise.all(closed)
  }
  try {
    const tcp = await listen(createServer(socketOptions, plain(crowd, enter)), options.tcpPort)
    const { tlsPort, wsPort } = options
    const tls =
      tlsPort === undefined
        ? undefined
        : await listen(createServer(socketOptions, secure(options, crowd, enter)), tlsPort)
    const ws = wsPort === undefined ? undefined : await listen(webSocket(socketOptions, limits, crowd, enter), wsPort)
    return { ports: { tcp, tls, ws }, close }
  } catch (error) {
    await close()
    throw error
  }
}

function plain(crowd: Crowd, enter: Enter): (socket: Socket) => void {
  return (socket) => {
    socket.on('error', () => {}) // a reset before anyone else listens; 'close' follows
    if (crowd.enter(socket)) enter(socket, socket)
  }
}

/** TLS is laid over the counted socket by hand, so that a handshake in progress is a stranger like any other. */
function secure(options: DoorOptions, crowd: Crowd, enter: Enter): (socket: Socket) => void {
  if (!options.tls) throw new Error('a TLS port needs a certificate and a key')
  const secureContext = createSecureContext({ cert: options.tls.cert, key: options.tls.key, minVersion: 'TLSv1.2' })
  return plain(crowd, (_stream, socket) => {
    const stream = new TLSSocket(socket, { isServer: true, secureContext })
    stream.on('error', () => {})
    enter(stream, socket)
  })
}

function webSocket(socketOptions: object, limits: Limits, crowd: Crowd, enter: Enter): Server {
  const http = createHttpServer({
    ...socketOptions,
    requestTimeout: limits.connectTimeoutMs,
    connectionsCheckingInterval: 1_000,
  })
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false, // a small compressed frame could unfold to a large one
    maxPayload: 2 * limits.publishBytes, // a client may put several packets into one message
    handleProtocols: () => 'mqtt',
  })
  http.on('connection', (socket) => {
    socket.on('error', () => {})
    crowd.enter(socket)
  })
  http.on('request', (_request, response) => {
    response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end()
  })
  http.on('upgrade', (request, _stream, head) => {
    const socket = request.socket
    const offered = request.headers['sec-websocket-protocol']?.split(',').map((name) => name.trim()) ?? []
    if (!offered.includes('mqtt')) {
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', () => ws.terminate())
      ws.on('message', (_data, isBinary) => {
        if (!isBinary) ws.terminate() // [MQTT-6.0.0-1]
      })
      const stream = createWebSocketStream(ws)
      stream.on('error', () => {})
      enter(stream, socket)
    })
  })
  return http
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the listener has no port')
  return address.port
}
