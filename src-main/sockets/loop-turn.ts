let turn = 0
let ends = false

/** The number of the present turn of Node's loop. Costs one immediate a turn, and only in turns in which it is asked for. */
export function loopTurn(): number {
  if (!ends) {
    ends = true
    setImmediate(() => {
      ends = false
      turn += 1
    })
  }
  return turn
}
