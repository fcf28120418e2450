import { withChanged, withMoved, type Keyed } from './keyed.ts'
import type { ItemReading } from './read-item.ts'

/** A list of drafts in order, one of them selected. Every getter is reactive. */
export class ItemList<Item extends Keyed, Value> {
  readonly #read: (item: Item) => ItemReading<Value>
  readonly #known = new WeakMap<Item, ItemReading<Value>>()
  #items = $state.raw<readonly Item[]>([])
  #selectedKey = $state.raw<number | null>(null)
  readonly #values = $derived.by(() => this.#readAll())

  constructor(read: (item: Item) => ItemReading<Value>) {
    this.#read = read
  }

  get items(): readonly Item[] {
    return this.#items
  }

  /** The one whose fields are shown; the first where none was chosen. */
  get selected(): Item | null {
    return this.#items.find(({ key }) => key === this.#selectedKey) ?? this.#items[0] ?? null
  }

  /** Everything as it would be saved; null while something cannot be read. */
  get values(): readonly Value[] | null {
    return this.#values
  }

  /** The first that cannot be read. */
  get firstWrong(): Item | null {
    return this.#items.find((item) => !this.reading(item).ok) ?? null
  }

  /** What an item stands for. */
  reading(item: Item): ItemReading<Value> {
    const known = this.#known.get(item)
    if (known !== undefined) return known
    const reading = this.#read(item)
    this.#known.set(item, reading)
    return reading
  }

  /** Puts other items in place of all; the selection stays where it was. */
  reset(items: readonly Item[]): void {
    const index = this.#items.findIndex(({ key }) => key === this.#selectedKey)
    this.#items = items
    this.#selectedKey = items[Math.min(Math.max(0, index), items.length - 1)]?.key ?? null
  }

  select(key: number): void {
    this.#selectedKey = key
  }

  /** Puts an item behind the selected one, or at the end, and selects it. */
  add(item: Item, place: 'after-selected' | 'end' = 'end'): void {
    const { selected } = this
    const index = this.#items.findIndex(({ key }) => key === selected?.key)
    const at = place === 'end' || index < 0 ? this.#items.length : index + 1
    this.#items = this.#items.toSpliced(at, 0, item)
    this.#selectedKey = item.key
  }

  change(item: Item): void {
    this.#items = withChanged(this.#items, item)
  }

  move(key: number, index: number): void {
    this.#items = withMoved(this.#items, key, index)
  }

  /** Takes an item out; its neighbour is selected. Answers what puts it back. */
  remove(key: number): () => void {
    const index = this.#items.findIndex((item) => item.key === key)
    const removed = this.#items[index]
    if (removed === undefined) return () => undefined
    this.#items = this.#items.toSpliced(index, 1)
    this.#selectedKey = (this.#items[index] ?? this.#items.at(-1))?.key ?? null
    return () => {
      this.#items = this.#items.toSpliced(Math.min(index, this.#items.length), 0, removed)
      this.#selectedKey = removed.key
    }
  }

  #readAll(): readonly Value[] | null {
    const values: Value[] = []
    for (const item of this.#items) {
      const reading = this.reading(item)
      if (!reading.ok) return null
      values.push(reading.value)
    }
    return values
  }
}
