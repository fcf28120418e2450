/** Hands a text to the browser as a file to be saved. */
export function downloadText(fileName: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  const anchor = document.createElement('a')
  anchor.href = url
  anchor.download = fileName
  anchor.click()
  // The download has its own hold on the content once the click was handled.
  setTimeout(() => URL.revokeObjectURL(url))
}

/** Lets a person choose files and answers their texts; empty when none were chosen. */
export function chooseTextFiles(accept: string): Promise<readonly { name: string; text: string }[]> {
  return new Promise((resolve, reject) => {
    const input = document.createElement('input')
    input.type = 'file'
    input.accept = accept
    input.multiple = true
    input.addEventListener('cancel', () => resolve([]))
    input.addEventListener('change', () => {
      const files = [...(input.files ?? [])]
      Promise.all(files.map(async (file) => ({ name: file.name, text: await file.text() }))).then(resolve, reject)
    })
    input.click()
  })
}
