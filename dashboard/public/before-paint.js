// Sets theme and language before the first paint, so that a dark desk never flashes white. A file of its own and
// not inline, so that a content security policy of 'self' lets it run.
try {
  const theme = localStorage.getItem('anju.theme')
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme
  const language = localStorage.getItem('anju.language')
  document.documentElement.lang = language ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en')
} catch {
  // storage may be barred; the defaults hold
}
