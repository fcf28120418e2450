/** The next file that a person is asked to choose is this one. */
export function chooseFile(name: string, content: string): void {
  const click = HTMLInputElement.prototype.click
  HTMLInputElement.prototype.click = function (this: HTMLInputElement) {
    HTMLInputElement.prototype.click = click
    const chosen = new DataTransfer()
    chosen.items.add(new File([content], name))
    this.files = chosen.files
    this.dispatchEvent(new Event('change'))
  }
}
