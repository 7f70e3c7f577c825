import type { Component } from 'svelte'
import type { Action } from '@anju/domain/access/role'

/** Where the reader stands: what a page is given. */
export type Place = { page: PageName; id: string; query: URLSearchParams; path: string }
export type PageProps = { here: Place }

type Section = 'elders' | 'devices' | 'map' | 'service' | 'visits' | 'staff' | 'office' | 'settings' | 'tokens'
type Page = {
  /** A URLPattern pathname; `:id` is handed to the page. Of two that fit, the first in the table is meant. */
  at: string
  /** The entry of the navigation that is lit. */
  section: Section
  /** Who may open it; without it, everybody who is signed in. */
  action?: Action
  /** Without the house around it, and for nobody in particular. */
  bare?: true
  /** Its script comes only when it is first opened: the desk does not wait for it. */
  load: () => Promise<{ default: Component<PageProps> }>
}

/** Every page but the desk. A newcomer adds a line here, and one to `Nav.svelte` if it begins a section. */
export const pages = {
  elders: { at: '/elders', section: 'elders', action: 'read-people', load: () => import('../elder/ElderList.svelte') },
  elderNew: {
    at: '/elders/new',
    section: 'elders',
    action: 'register-elder',
    load: () => import('../elder/register/Register.svelte'),
  },
  elderMove: {
    at: '/elders/:id/move',
    section: 'elders',
    action: 'change-elder',
    load: () => import('../elder/life/Move.svelte'),
  },
  elderAbsence: {
    at: '/elders/:id/absence',
    section: 'elders',
    action: 'change-elder',
    load: () => import('../elder/life/Absence.svelte'),
  },
  elderDeath: {
    at: '/elders/:id/death',
    section: 'elders',
    action: 'confirm-death',
    load: () => import('../elder/life/Death.svelte'),
  },
  elderMerge: {
    at: '/elders/:id/merge',
    section: 'elders',
    action: 'merge-elders',
    load: () => import('../elder/life/Merge.svelte'),
  },
  elderHistory: {
    at: '/elders/:id/history',
    section: 'elders',
    action: 'read-people',
    load: () => import('../elder/life/ElderHistory.svelte'),
  },
  home: {
    at: '/homes/:id',
    section: 'elders',
    action: 'read-people',
    load: () => import('../home/HomePage.svelte'),
  },
  elder: {
    at: '/elders/:id',
    section: 'elders',
    action: 'read-people',
    load: () => import('../elder/ElderPage.svelte'),
  },
  devices: {
    at: '/devices',
    section: 'devices',
    action: 'read-devices',
    load: () => import('../device/DeviceList.svelte'),
  },
  deviceNew: {
    at: '/devices/new',
    section: 'devices',
    action: 'register-device',
    load: () => import('../device/Register.svelte'),
  },
  deviceFile: {
    at: '/devices/file',
    section: 'devices',
    action: 'register-device',
    load: () => import('../device/FromFile.svelte'),
  },
  outages: {
    at: '/devices/outages',
    section: 'devices',
    action: 'read-devices',
    load: () => import('../device/Outages.svelte'),
  },
  device: {
    at: '/devices/:id',
    section: 'devices',
    action: 'read-devices',
    load: () => import('../device/DevicePage.svelte'),
  },
  map: { at: '/map', section: 'map', action: 'read-people', load: () => import('../map/MapPage.svelte') },
  calls: { at: '/calls', section: 'service', action: 'read-calls', load: () => import('../call/Calls.svelte') },
  careChecks: {
    at: '/care-checks',
    section: 'service',
    action: 'read-people',
    load: () => import('../care-check/CareChecks.svelte'),
  },
  visitExceptions: {
    at: '/visit-exceptions',
    section: 'visits',
    action: 'read-visits',
    load: () => import('../exception/Exceptions.svelte'),
  },
  taps: { at: '/presences', section: 'visits', action: 'read-visits', load: () => import('../presence/Taps.svelte') },
  presencePolicy: {
    at: '/presence-policy',
    section: 'visits',
    action: 'read-visits',
    load: () => import('../presence/Policy.svelte'),
  },
  tagNew: { at: '/tags/new', section: 'visits', action: 'change-elder', load: () => import('../tag/NewTag.svelte') },
  tagTap: { at: '/tags/tap', section: 'visits', action: 'manage-tags', load: () => import('../tag/TagTap.svelte') },
  areaKeys: {
    at: '/tags/keys',
    section: 'visits',
    action: 'manage-tags',
    load: () => import('../tag/AreaKeys.svelte'),
  },
  tags: { at: '/tags', section: 'visits', action: 'read-caregivers', load: () => import('../tag/TagList.svelte') },
  tag: { at: '/tags/:id', section: 'visits', action: 'read-caregivers', load: () => import('../tag/TagPage.svelte') },
  referrals: {
    at: '/referrals',
    section: 'service',
    action: 'read-people',
    load: () => import('../referral/Referrals.svelte'),
  },
  visitBoard: {
    at: '/visits/board',
    section: 'visits',
    action: 'read-visits',
    load: () => import('../visit/Board.svelte'),
  },
  visitNew: {
    at: '/visits/new',
    section: 'visits',
    action: 'plan-visits',
    load: () => import('../visit/PlanVisit.svelte'),
  },
  visitsToCall: {
    at: '/visits/to-call',
    section: 'visits',
    action: 'plan-visits',
    load: () => import('../visit/ToCall.svelte'),
  },
  visitPlans: {
    at: '/visits/plans',
    section: 'visits',
    action: 'read-visits',
    load: () => import('../visit/Plans.svelte'),
  },
  visitsToAsk: {
    at: '/visits/to-ask',
    section: 'visits',
    action: 'answer-calls',
    load: () => import('../visit/ToAsk.svelte'),
  },
  visits: { at: '/visits', section: 'visits', action: 'read-visits', load: () => import('../visit/Visits.svelte') },
  visit: {
    at: '/visits/:id',
    section: 'visits',
    action: 'read-visits',
    load: () => import('../visit/VisitPage.svelte'),
  },
  staff: { at: '/staff', section: 'staff', action: 'read-staff', load: () => import('../staff/UserList.svelte') },
  staffInvite: {
    at: '/staff/invite',
    section: 'staff',
    action: 'manage-staff',
    load: () => import('../staff/Invite.svelte'),
  },
  staffUser: {
    at: '/staff/users/:id',
    section: 'staff',
    action: 'read-staff',
    load: () => import('../staff/UserPage.svelte'),
  },
  roster: { at: '/staff/roster', section: 'staff', action: 'read-staff', load: () => import('../staff/Roster.svelte') },
  providers: {
    at: '/staff/providers',
    section: 'staff',
    action: 'read-caregivers',
    load: () => import('../staff/Providers.svelte'),
  },
  caregivers: {
    at: '/staff/caregivers',
    section: 'staff',
    action: 'read-caregivers',
    load: () => import('../staff/Caregivers.svelte'),
  },
  caregiver: {
    at: '/staff/caregivers/:id',
    section: 'staff',
    action: 'read-caregivers',
    load: () => import('../staff/CaregiverPage.svelte'),
  },
  provider: {
    at: '/staff/providers/:id',
    section: 'staff',
    action: 'read-caregivers',
    load: () => import('../contract/ProviderPage.svelte'),
  },
  credentials: {
    at: '/staff/credentials',
    section: 'staff',
    action: 'read-caregivers',
    load: () => import('../credential/Worklist.svelte'),
  },
  catalogue: {
    at: '/staff/catalogue',
    section: 'staff',
    action: 'read-visits',
    load: () => import('../catalogue/Catalogue.svelte'),
  },
  catalogueEntry: {
    at: '/staff/catalogue/:id',
    section: 'staff',
    action: 'read-visits',
    load: () => import('../catalogue/CatalogueEntry.svelte'),
  },
  sessions: {
    at: '/staff/sessions',
    section: 'staff',
    action: 'read-visits',
    load: () => import('../group-session/Sessions.svelte'),
  },
  session: {
    at: '/staff/sessions/:id',
    section: 'staff',
    action: 'read-visits',
    load: () => import('../group-session/SessionPage.svelte'),
  },
  areas: { at: '/staff/areas', section: 'staff', action: 'read-people', load: () => import('../staff/Areas.svelte') },
  access: {
    at: '/staff/access',
    section: 'staff',
    action: 'read-access-log',
    load: () => import('../staff/AccessLog.svelte'),
  },
  start: { at: '/start', section: 'settings', action: 'manage-areas', load: () => import('../start/Start.svelte') },
  invitation: {
    at: '/invitation',
    section: 'settings',
    bare: true,
    load: () => import('../session/Invitation.svelte'),
  },
  handovers: {
    at: '/office',
    section: 'office',
    action: 'read-alarms',
    load: () => import('../office/Handovers.svelte'),
  },
  alarmRules: {
    at: '/office/rules',
    section: 'office',
    action: 'read-alarms',
    load: () => import('../office/Rules.svelte'),
  },
  playbooks: {
    at: '/office/playbooks',
    section: 'office',
    action: 'read-alarms',
    load: () => import('../office/Playbooks.svelte'),
  },
  figures: {
    at: '/office/figures',
    section: 'office',
    action: 'read-figures',
    load: () => import('../office/Figures.svelte'),
  },
  roots: {
    at: '/office/roots',
    section: 'office',
    action: 'read-figures',
    load: () => import('../anchor/Roots.svelte'),
  },
  channels: {
    at: '/channels',
    section: 'office',
    action: 'read-channels',
    load: () => import('../channel/Channels.svelte'),
  },
  channelNew: {
    at: '/channels/new',
    section: 'office',
    action: 'manage-channels',
    load: () => import('../channel/ChannelPage.svelte'),
  },
  channel: {
    at: '/channels/:id',
    section: 'office',
    action: 'manage-channels',
    load: () => import('../channel/ChannelPage.svelte'),
  },
  onCall: {
    at: '/on-call',
    section: 'office',
    action: 'read-channels',
    load: () => import('../channel/OnCall.svelte'),
  },
  drill: { at: '/drills/:id', section: 'office', action: 'read-alarms', load: () => import('../drill/Drill.svelte') },
  drills: { at: '/drills', section: 'office', action: 'read-alarms', load: () => import('../drill/Drills.svelte') },
  settings: { at: '/settings', section: 'settings', load: () => import('../setting/Settings.svelte') },
  tokens: { at: '/tokens', section: 'tokens', bare: true, load: () => import('../tokens/Tokens.svelte') },
} satisfies Record<string, Page>

export type LaterName = keyof typeof pages
export type PageName = 'desk' | 'alarm' | 'nowhere' | LaterName

/** A page of the table, or null: the desk, an alarm and nowhere have no entry. */
export function pageOf(name: PageName): Page | null {
  return isLater(name) ? pages[name] : null
}

function isLater(name: PageName): name is LaterName {
  return Object.hasOwn(pages, name)
}

export const laterNames = Object.keys(pages).filter((name): name is LaterName => Object.hasOwn(pages, name))
