/** The one ticking clock of a page, on the server's time. Read `clock.now` (ms) and the reader follows each second. */
class Clock {
  /** What to add to this machine's clock to get the server's; told by the link. */
  offset = $state(0)
  #local = $state(Date.now())
  now = $derived(this.#local + this.offset)
  zone = $state('Asia/Shanghai')

  start(): () => void {
    const timer = setInterval(() => {
      // a quarter-second look, but a change only when the second changes: no row is drawn for nothing
      const second = Math.floor((Date.now() + this.offset) / 1000)
      if (second !== Math.floor((this.#local + this.offset) / 1000)) this.#local = Date.now()
    }, 250)
    return () => clearInterval(timer)
  }
}

export const clock = new Clock()
