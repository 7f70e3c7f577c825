import cookie from '@fastify/cookie'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance } from 'fastify'
import { readFileSync } from 'node:fs'
import { createServer as createPlain, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecure } from 'node:https'
import { Refusal } from '@anju/domain/error'
import { accessLogRoutes } from './access-log/route.ts'
import { anchorRoutes } from './anchor/route.ts'
import { alarmActRoutes } from './alarm/act-route.ts'
import { playbookRoutes } from './playbook/route.ts'
import { alarmRuleRoutes } from './alarm-rule/route.ts'
import { nuisancePlanRoutes } from './nuisance-plan/route.ts'
import { handoverRoutes } from './handover/route.ts'
import { alarmAroundRoutes } from './alarm/around-route.ts'
import { figuresRoutes } from './figures/route.ts'
import { alarmRoutes } from './alarm/route.ts'
import { areaRoutes } from './area/route.ts'
import { catalogueRoutes } from './catalogue/route.ts'
import { contractRoutes } from './contract/route.ts'
import { credentialRoutes } from './credential/route.ts'
import { groupSessionRoutes } from './group-session/route.ts'
import { kinshipRoutes } from './kinship/route.ts'
import { careCheckRoutes } from './care-check/route.ts'
import { channelRoutes } from './channel/route.ts'
import { caregiverRoutes } from './caregiver/route.ts'
import { tagRoutes } from './caregiver/tag-route.ts'
import { dialRoutes } from './call/dial-route.ts'
import { callHookRoutes } from './call/hook-route.ts'
import { callRoutes } from './call/route.ts'
import type { Deps } from './deps.ts'
import { deskRoutes } from './desk/route.ts'
import { deviceRoutes } from './device/route.ts'
import { drillRoutes } from './drill/route.ts'
import { identityRoutes } from './elder/identity-route.ts'
import { elderLifeRoutes } from './elder/life-route.ts'
import { elderRoutes } from './elder/route.ts'
import { securityHeaders } from './headers.ts'
import { healthRoutes } from './health.ts'
import { historyRoutes } from './history/route.ts'
import { homePhotoRoutes } from './home/photo-route.ts'
import { homeRoutes } from './home/route.ts'
import { liveRoutes } from './live/route.ts'
import { mapRoutes } from './map/route.ts'
import { knownMethods } from './methods.ts'
import { describe } from './openapi.ts'
import { guard } from './principal.ts'
import { onError, sendProblem } from './problem.ts'
import { videoLookRoutes } from './video-look/route.ts'
import { errandRoutes } from './presence/errand-route.ts'
import { presenceDeskRoutes } from './presence/desk-route.ts'
import { presenceRoutes } from './presence/route.ts'
import { proofTagRoutes } from './tag/route.ts'
import { policyRoutes } from './presence/policy-route.ts'
import { probeRoutes } from './probe/route.ts'
import { onCallRoutes } from './on-call/route.ts'
import { phoneOfficeRoutes } from './phone/office-route.ts'
import { phoneRoutes } from './phone/route.ts'
import { providerRoutes } from './provider/route.ts'
import { readingRoutes } from './reading/route.ts'
import { referralRoutes } from './referral/route.ts'
import { sessionRoutes } from './session/route.ts'
import { shiftRoutes } from './shift/route.ts'
import { startRoutes } from './start/route.ts'
import { serveDashboard } from './static.ts'
import { timelineRoutes } from './timeline/route.ts'
import { invitationRoutes } from './user/invitation-route.ts'
import { userRoutes } from './user/route.ts'
import { userSessionRoutes } from './user/session-route.ts'
import { visitActRoutes } from './visit/act-route.ts'
import { visitEvidenceRoutes } from './visit/evidence-route.ts'
import { visitServeRoutes } from './visit/serve-route.ts'
import { visitOfficeRoutes } from './visit/office-route.ts'
import { visitNowRoutes } from './visit/now-route.ts'
import { visitRoutes } from './visit/route.ts'
import { visitPlanRoutes } from './visit-plan/route.ts'
import { visitExceptionRoutes } from './visit-exception/route.ts'
import { validateStrictly } from './validation.ts'

/** Nothing people send by hand is larger; files come with a later issue and a way of their own. */
const BODY_LIMIT = 256 * 1024

/** Longer than the browsers' own patience for an idle connection, so that they close it and not we. */
const KEEP_ALIVE_MS = 75_000

/** The whole HTTP surface over these parts. Opens no port; `ready()` or `listen()` starts it. */
export async function buildApp(deps: Deps): Promise<FastifyInstance> {
  const { tls } = deps.config
  const app = fastify<Server, IncomingMessage, ServerResponse, FastifyBaseLogger>({
    loggerInstance: deps.log,
    // One line an answer, of our own making: addresses may hold search terms.
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // A proxy on the same machine may say whom it speaks for; nobody else may.
    trustProxy: 'loopback',
    genReqId: () => crypto.randomUUID(),
    serverFactory: (handler): Server =>
      tls === null
        ? createPlain({ keepAliveTimeout: KEEP_ALIVE_MS }, handler)
        : createSecure({ cert: readFileSync(tls.certPath), key: readFileSync(tls.keyPath) }, handler),
  })
  const headers = securityHeaders(deps.config.map.tiles)
  validateStrictly(app)
  app.setErrorHandler(onError)
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers)
    if (request.url.startsWith('/api/')) reply.header('cache-control', 'no-store')
  })
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none'
    deps.metrics.request(request.method, route, reply.statusCode, reply.elapsedTime / 1000)
    const line = { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }
    request.log.debug({ ...line, params: request.params }, 'answered')
  })
  const methodsOf = knownMethods(app)
  app.setNotFoundHandler((request, reply) => {
    const methods = methodsOf(request.url)
    if (methods.length === 0) return sendProblem(reply, new Refusal('not-found'))
    reply.header('allow', methods.join(', '))
    return sendProblem(reply, new Refusal('method-not-allowed', `Use ${methods.join(', ')}.`))
  })
  await app.register(cookie)
  guard(app, deps)
  await describe(app)
  const routes = [
    healthRoutes,
    sessionRoutes,
    deskRoutes,
    drillRoutes,
    probeRoutes,
    alarmRoutes,
    alarmActRoutes,
    figuresRoutes,
    alarmAroundRoutes,
    handoverRoutes,
    nuisancePlanRoutes,
    alarmRuleRoutes,
    playbookRoutes,
    areaRoutes,
    userRoutes,
    userSessionRoutes,
    invitationRoutes,
    providerRoutes,
    caregiverRoutes,
    tagRoutes,
    phoneRoutes,
    phoneOfficeRoutes,
    credentialRoutes,
    contractRoutes,
    kinshipRoutes,
    catalogueRoutes,
    groupSessionRoutes,
    shiftRoutes,
    accessLogRoutes,
    anchorRoutes,
    channelRoutes,
    onCallRoutes,
    startRoutes,
    elderRoutes,
    elderLifeRoutes,
    identityRoutes,
    homeRoutes,
    homePhotoRoutes,
    historyRoutes,
    callHookRoutes,
    callRoutes,
    dialRoutes,
    referralRoutes,
    careCheckRoutes,
    visitNowRoutes,
    visitRoutes,
    visitActRoutes,
    visitServeRoutes,
    visitEvidenceRoutes,
    presenceRoutes,
    presenceDeskRoutes,
    errandRoutes,
    policyRoutes,
    proofTagRoutes,
    videoLookRoutes,
    visitOfficeRoutes,
    visitPlanRoutes,
    visitExceptionRoutes,
    readingRoutes,
    timelineRoutes,
    deviceRoutes,
    mapRoutes,
    liveRoutes,
  ]
  for (const each of routes) await app.register(each(deps))
  if (deps.dashboardFolder !== null) await serveDashboard(app, deps.dashboardFolder)
  return app
}
