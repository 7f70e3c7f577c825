import { createServer } from 'node:net'
import { Aedes } from 'aedes'

/** A peer, in its own process: aedes as it comes, storing nothing. The first argument is the port. */
const broker = await Aedes.createBroker({ concurrency: 1000 })
const server = createServer({ noDelay: true }, broker.handle)
server.listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'))
process.once('disconnect', () => process.exit())
