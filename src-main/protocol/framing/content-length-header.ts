/**
 * The header of a message that tells its length in words, as language servers do: lines of `Name: value` that end with CR LF, one of them
 * `Content-Length: N` in any case, then an empty line. Fed byte by byte, so that it can stop and go on anywhere; its state is a few
 * numbers. Source: the base protocol of the Language Server Protocol 3.17, and RFC 9110 section 5 for the form of a line.
 */

/** Bytes of a header at most, its empty line included. */
export const longestContentLengthHeader = 8192

/** `more`: it goes on. `end`: the content begins behind this byte. `bad`: this byte, or what it ended, cannot stand in a header. */
export type HeaderStep = 'more' | 'end' | 'bad'

const carriageReturn = 0x0d
const lineFeed = 0x0a
const colon = 0x3a

/** A length has at most so many digits, so that it is exact and not far from what can be meant. */
const mostDigits = 15

const lengthName = Array.from('content-length', (letter) => letter.charCodeAt(0))

/** What the next byte belongs to. `length` is the value of Content-Length before, in and after its digits. */
const places = [
  'line-start',
  'name',
  'value',
  'length',
  'digits',
  'after-digits',
  'line-feed',
  'last-line-feed',
] as const
type Place = (typeof places)[number]

export class ContentLengthHeader {
  #place: Place = 'line-start'
  /** Letters of `content-length` that the name has matched so far; -1 once it is another one. */
  #matched = 0
  #digitCount = 0
  #value = 0
  /** -1 until a line has told it. */
  #contentBytes = -1
  #byteCount = 0

  /** Bytes of the content; -1 while no line has told it. */
  get contentBytes(): number {
    return this.#contentBytes
  }

  get byteCount(): number {
    return this.#byteCount
  }

  reset(): void {
    this.load([])
  }

  save(): readonly number[] {
    const place = places.indexOf(this.#place)
    return [place, this.#matched, this.#digitCount, this.#value, this.#contentBytes, this.#byteCount]
  }

  load([place = 0, matched = 0, digitCount = 0, value = 0, contentBytes = -1, byteCount = 0]: readonly number[]): void {
    this.#place = places[place] ?? 'line-start'
    this.#matched = matched
    this.#digitCount = digitCount
    this.#value = value
    this.#contentBytes = contentBytes
    this.#byteCount = byteCount
  }

  push(byte: number): HeaderStep {
    if (++this.#byteCount > longestContentLengthHeader) return 'bad'
    switch (this.#place) {
      case 'line-start':
        if (byte === carriageReturn) return this.#goTo('last-line-feed')
        this.#matched = 0
        return isNameByte(byte) ? this.#name(byte) : 'bad'
      case 'name':
        if (byte !== colon) return isNameByte(byte) ? this.#name(byte) : 'bad'
        this.#digitCount = 0
        this.#value = 0
        return this.#goTo(this.#matched === lengthName.length ? 'length' : 'value')
      case 'value':
        if (byte === carriageReturn) return this.#goTo('line-feed')
        return byte === lineFeed ? 'bad' : 'more'
      case 'length':
        return isBlank(byte) ? 'more' : this.#digit(byte)
      case 'digits':
        if (byte === carriageReturn || isBlank(byte)) return this.#endOfLength(byte)
        return this.#digit(byte)
      case 'after-digits':
        if (byte === carriageReturn) return this.#goTo('line-feed')
        return isBlank(byte) ? 'more' : 'bad'
      case 'line-feed':
        return byte === lineFeed ? this.#goTo('line-start') : 'bad'
      case 'last-line-feed':
        return byte === lineFeed && this.#contentBytes >= 0 ? 'end' : 'bad'
    }
  }

  #goTo(place: Place): 'more' {
    this.#place = place
    return 'more'
  }

  #name(byte: number): 'more' {
    this.#matched = this.#matched >= 0 && (byte | 0x20) === lengthName[this.#matched] ? this.#matched + 1 : -1
    return this.#goTo('name')
  }

  #digit(byte: number): HeaderStep {
    if (byte < 0x30 || byte > 0x39 || ++this.#digitCount > mostDigits) return 'bad'
    this.#value = this.#value * 10 + byte - 0x30
    return this.#goTo('digits')
  }

  /** Two lines that tell different lengths are no header. */
  #endOfLength(byte: number): HeaderStep {
    if (this.#contentBytes >= 0 && this.#contentBytes !== this.#value) return 'bad'
    this.#contentBytes = this.#value
    return this.#goTo(byte === carriageReturn ? 'line-feed' : 'after-digits')
  }
}

/** The characters of a token (RFC 9110 section 5.6.2). */
function isNameByte(byte: number): boolean {
  return (
    (byte >= 0x61 && byte <= 0x7a) ||
    (byte >= 0x41 && byte <= 0x5a) ||
    (byte >= 0x30 && byte <= 0x39) ||
    nameSigns.has(byte)
  )
}

const nameSigns: ReadonlySet<number> = new Set(Array.from("!#$%&'*+-.^_`|~", (sign) => sign.charCodeAt(0)))

const isBlank = (byte: number): boolean => byte === 0x20 || byte === 0x09
