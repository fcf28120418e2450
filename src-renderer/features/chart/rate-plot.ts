import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { formatByteRate } from '../../format/quantities.ts'
import type { ChartLine } from './chart-lines.ts'
import type { TimeRange } from './chart-span.ts'
import { formatChartTime } from './chart-times.ts'

/** Where the lines are drawn within the chart: px from each edge. */
export const plotInsetsPx = { left: 76, right: 14, top: 10, bottom: 24 }

/** What is to be drawn. */
export interface PlotContent {
  readonly lines: readonly ChartLine[]
  /** Where the first interval begins and how long each is. */
  readonly fromNs: number
  readonly intervalNs: number
  /** Intervals to draw; the last one of a live capture is not over. */
  readonly count: number
  readonly range: TimeRange
  readonly startedAtUnixUs: number
}

/** About how wide a character of a time is; a time that would be cut off at the edge is left out. */
const digitPx = 6.5

const seriesColours = 8
/** The token of a connection's colour. */
export function colourOfConnection(colour: number): string {
  return `--series-${(colour % seriesColours) + 1}`
}

const dashes = [[], [6, 3], [2, 3], [10, 3, 2, 3]]

const minuteNs = 60e9
const hourNs = 3600e9
/** Distances between times along the edge that people are used to. */
const timeStepsNs = [
  ...[1e3, 1e4, 1e5, 1e6, 1e7, 1e8].flatMap((step) => [step, step * 2, step * 5]),
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1e9),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * minuteNs),
  ...[1, 2, 3, 6, 12, 24, 48, 120, 240, 480, 960].map((hours) => hours * hourNs),
]

/** The lines of a chart on a canvas. Colours are those of the theme when it was made or told to `restyle`. */
export class RatePlot {
  readonly #place: HTMLElement
  #plot: uPlot | null = null
  #content: PlotContent | null = null
  #lineKeys = ''
  #size: { width: number; height: number }

  constructor(place: HTMLElement, width: number, height: number) {
    this.#place = place
    this.#size = { width, height }
  }

  draw(content: PlotContent): void {
    this.#content = content
    const keys = content.lines.map(({ key }) => key).join(' ')
    if (this.#plot === null || keys !== this.#lineKeys) {
      this.#lineKeys = keys
      this.restyle()
    } else this.#plot.setData(dataOf(content))
  }

  resize(width: number, height: number): void {
    this.#size = { width, height }
    this.#plot?.setSize(this.#size)
  }

  /** Takes the colours of the theme anew. */
  restyle(): void {
    if (this.#content === null) return
    this.#plot?.destroy()
    this.#plot = new uPlot(this.#options(this.#content), dataOf(this.#content), this.#place)
  }

  close(): void {
    this.#plot?.destroy()
    this.#plot = null
  }

  #options({ lines }: PlotContent): uPlot.Options {
    const colourOf = colourReader(this.#place)
    const grid = { stroke: colourOf('--line'), width: 1 }
    const axis = {
      stroke: colourOf('--ink-2'),
      font: `11px ${getComputedStyle(this.#place).fontFamily}`,
      grid,
      ticks: { show: false },
    }
    const stepped = uPlot.paths.stepped?.({ align: 1 })
    return {
      ...this.#size,
      padding: [plotInsetsPx.top, plotInsetsPx.right, 0, 0],
      cursor: { show: false },
      legend: { show: false },
      select: { show: false, left: 0, top: 0, width: 0, height: 0 },
      scales: {
        x: { time: false, range: () => [this.#content?.range.fromNs ?? 0, this.#content?.range.toNs ?? 1] },
        y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.08 : 1000] },
      },
      axes: [
        {
          ...axis,
          size: plotInsetsPx.bottom,
          space: 90,
          incrs: timeStepsNs,
          splits: (_plot, _axis, fromNs, toNs, stepNs) => this.#timeSplits(fromNs, toNs, stepNs),
          values: (plot, splits, _axis, _space, stepNs) =>
            splits.map((timeNs) => {
              const text = this.#timeText(timeNs, stepNs)
              const endPx = plotInsetsPx.left + plot.valToPos(timeNs, 'x') + (text.length * digitPx) / 2
              return endPx > this.#size.width ? '' : text
            }),
        },
        {
          ...axis,
          size: plotInsetsPx.left,
          space: 28,
          values: (_plot, splits) => splits.map((bytesPerSecond) => formatByteRate(bytesPerSecond)),
        },
      ],
      series: [
        {},
        ...lines.map((line) => {
          const direction = line.kind === 'connection' ? null : line.kind
          const stroke = colourOf(direction === null ? colourOfConnection(line.colour) : `--${direction}`)
          return {
            stroke,
            // Where as much is sent as received, as with an echo, the wider line below is still seen.
            width: direction === 'received' ? 2.5 : 1.5,
            points: { show: false },
            dash: dashes[Math.floor(line.colour / seriesColours) % dashes.length] ?? [],
            ...(stepped === undefined ? {} : { paths: stepped }),
            ...(direction === null ? {} : { fill: softened(stroke) }),
          }
        }),
      ],
    }
  }

  /** At whole times of day, not at whole times since the capture began. */
  #timeSplits(fromNs: number, toNs: number, stepNs: number): number[] {
    const startNs = ((this.#content?.startedAtUnixUs ?? 0) % 86_400e6) * 1000
    const splits: number[] = []
    for (let at = Math.ceil((fromNs + startNs) / stepNs) * stepNs; at <= toNs + startNs; at += stepNs) {
      splits.push(at - startNs)
    }
    return splits
  }

  #timeText(timeNs: number, stepNs: number): string {
    return formatChartTime(this.#content?.startedAtUnixUs ?? 0, Math.round(timeNs), stepNs)
  }
}

/** Where intervals begin, and the end of the last one, with the rate from there on. */
function dataOf({ lines, fromNs, intervalNs, count }: PlotContent): uPlot.AlignedData {
  const times = Array.from({ length: count + 1 }, (_, at) => fromNs + at * intervalNs)
  return [
    times,
    ...lines.map(({ bytesPerSecond }) => [...bytesPerSecond.slice(0, count), bytesPerSecond[count - 1] ?? 0]),
  ]
}

/** Reads colours of the theme as they are now; a canvas knows no custom properties. */
function colourReader(place: HTMLElement): (token: string) => string {
  return (token) => {
    const probe = document.createElement('span')
    probe.style.color = `var(${token})`
    place.append(probe)
    const { color } = getComputedStyle(probe)
    probe.remove()
    return color
  }
}

function softened(colour: string): string {
  const parts = /^rgb\((\d+), (\d+), (\d+)\)$/.exec(colour)
  return parts === null ? 'transparent' : `rgba(${parts[1]}, ${parts[2]}, ${parts[3]}, 0.14)`
}
