/** Upper bounds in seconds: below 25 ms nobody notices, above 10 s nobody waits. */
const bounds = [0.005, 0.025, 0.1, 0.5, 2.5, 10]

interface Series {
  counts: number[]
  sum: number
}

/** What this process counted, as Prometheus text (exposition format 0.0.4). */
export class Metrics {
  readonly #requests = new Map<string, number>()
  readonly #durations = new Map<string, Series>()
  readonly #counters = new Map<string, number>()
  readonly #gauges = new Map<string, { text: string; read: () => number | undefined }>()

  /** One answered request. `route` is the pattern, never the address with its values. */
  request(method: string, route: string, status: number, seconds: number): void {
    const labels = `method="${method}",route="${route}"`
    bump(this.#requests, `${labels},status="${status}"`)
    const series = this.#durations.get(labels) ?? { counts: bounds.map(() => 0), sum: 0 }
    series.sum += seconds
    bounds.forEach((bound, at) => {
      if (seconds <= bound) series.counts[at] = (series.counts[at] ?? 0) + 1
    })
    this.#durations.set(labels, series)
  }

  /** Counts something by name, such as 'anju_api_streams_dropped_total'. */
  count(name: string): void {
    bump(this.#counters, name)
  }

  /** A value read when asked for; undefined: not known now, left out. */
  gauge(name: string, text: string, read: () => number | undefined): void {
    this.#gauges.set(name, { text, read })
  }

  /** A value known now; undefined: left out. */
  set(name: string, text: string, value: number | undefined): void {
    this.gauge(name, text, () => value)
  }

  text(): string {
    const lines = ['# TYPE anju_api_requests_total counter']
    for (const [labels, total] of this.#requests) lines.push(`anju_api_requests_total{${labels}} ${total}`)
    lines.push('# TYPE anju_api_request_seconds histogram')
    for (const [labels, { counts, sum }] of this.#durations) {
      const total = [...this.#requests].reduce((all, [key, n]) => (key.startsWith(`${labels},`) ? all + n : all), 0)
      counts.forEach((n, at) => lines.push(`anju_api_request_seconds_bucket{${labels},le="${bounds[at]}"} ${n}`))
      lines.push(`anju_api_request_seconds_bucket{${labels},le="+Inf"} ${total}`)
      lines.push(`anju_api_request_seconds_sum{${labels}} ${sum.toFixed(6)}`)
      lines.push(`anju_api_request_seconds_count{${labels}} ${total}`)
    }
    for (const [name, total] of this.#counters) lines.push(`# TYPE ${name} counter`, `${name} ${total}`)
    for (const [name, { text, read }] of this.#gauges) {
      const value = read()
      if (value !== undefined) lines.push(`# HELP ${name} ${text}`, `# TYPE ${name} gauge`, `${name} ${value}`)
    }
    return `${lines.join('\n')}\n`
  }
}

function bump(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1)
}
