import { describe, expect, it } from 'vitest'
import { exactCaptureTime, parseCaptureTime } from './capture-time.ts'
import { formatExactTime, formatTimeOfDay, recordUnixUs } from './record-time.ts'

/** 23:59:58.250 of a day, local time. */
const startedAtUnixUs = new Date(2026, 10, 20, 23, 59, 58, 250).getTime() * 1000
const hourNs = 3600e9
const parsed = (text: string): number | null => parseCaptureTime(text, startedAtUnixUs, hourNs)

describe('a time as people write it', () => {
  it('counts from the beginning with a plus', () => {
    expect(['+1.5 s', '+ 200ms', '+0', '+3', '+2 min', '+1h', '+7 µs', '+12 ns'].map(parsed)).toEqual([
      1.5e9, 200e6, 0, 3e9, 120e9, 3600e9, 7000, 12,
    ])
  })

  it('is a time of day as it is shown, on either side of midnight', () => {
    expect([parsed('23:59:59'), parsed('0:00:01.5'), parsed('00:00:00.000 001')]).toEqual([
      750_000_000, 3_250_000_000, 1_750_001_000,
    ])
    const shown = formatTimeOfDay(recordUnixUs(startedAtUnixUs, 1_234_567_000))
    expect(parsed(shown)).toBe(1_234_567_000)
  })

  it('takes the date, the nanoseconds and the zone as the inspector shows them', () => {
    expect(parsed(formatExactTime(startedAtUnixUs, 90_000_000_042))).toBe(90_000_000_042)
  })

  it('is the beginning when it lies before, and beyond the end when it lies behind', () => {
    expect([parsed('23:59'), parsed('12:00'), parsed('2026-11-22 00:00')]).toEqual([0, 0, 24 * hourNs + 1_750_000_000])
  })

  it('is nothing else', () => {
    const texts = ['', 'soon', '1500', '-1 s', '25:00', '10:61', '10:00:00.1234567890', '+1 day', '10:00 +01:00']
    expect(texts.map(parsed)).toEqual(texts.map(() => null))
  })

  it('can be typed as it is told', () => {
    expect([0, 1, 1_500_000_000, 61e9 + 20].map(exactCaptureTime)).toEqual([
      '+0 s',
      '+0.000000001 s',
      '+1.5 s',
      '+61.00000002 s',
    ])
    expect(parsed(exactCaptureTime(61e9 + 20))).toBe(61e9 + 20)
  })
})
