import { vi } from 'vitest'

/** The next file that a person is asked to choose is this one. */
export function chooseFile(name: string, content: string): void {
  vi.spyOn(HTMLInputElement.prototype, 'click').mockImplementationOnce(function (this: HTMLInputElement) {
    const chosen = new DataTransfer()
    chosen.items.add(new File([content], name))
    this.files = chosen.files
    this.dispatchEvent(new Event('change'))
  })
}
