/** 证据日根一页的话；随这一页一起来。 */
export const anchor = {
  lead: '每天零点后，平台给前一天为止的全部证据算一个日根并签名，再交给第二方保存。有了第二方手里的那一份，谁在平台上改过旧记录都看得出来。它能发现改动，不能阻止改动。',
  day: '日期',
  root: '日根',
  chains: (n: string) => `${n} 条证据链`,
  parties: '交给了谁',
  nobody: '还没有交给任何人',
  nobodyYet: '没有设置第二方：在“通知渠道”里让一个邮箱保存日根，或请管理员设置写到文件夹（ANJU_ANCHOR_DIR）。',
  gap: '缺：这一天没有封存。后来的日根仍包含这一天的证据，只是不能证明当天已有。',
  folder: '文件夹',
  handed: (when: string) => `${when} 已交`,
  waiting: (n: string, when: string) => `没有交成，试了 ${n} 次，${when} 再试`,
  first: (when: string) => `${when} 交`,
  sent: '所发内容的 SHA-256',
  attempts: '每一次交付',
  noAttempts: '还没有交付过。',
  span: (first: string, last: string) => (first === last ? first : `${first} 至 ${last}`),
  taken: '对方已收',
  key: '公钥',
  keyLead: '请第二方把它抄在纸上，和日根放在一起。',
  empty: '还没有封存过。第一个日根在第一个整天过后的零点产生。',
}
export type AnchorWords = typeof anchor
