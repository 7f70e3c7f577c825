/** Words of what narrows a list, wherever one is. */
export const narrow = {
  open: '筛选',
  clear: '取消筛选',
  /** How many there are of something, behind its name. */
  withCount: (name: string, n: string) => `${name}（${n}）`,
  provider: '机构',
  anyProvider: '全部机构',
  area: '辖区',
  anyArea: '全部辖区',
  caregiver: '服务人员',
  anyCaregiver: '全部服务人员',
  left: '已离职',
  from: '从',
  to: '到',
}
export type NarrowWords = typeof narrow
