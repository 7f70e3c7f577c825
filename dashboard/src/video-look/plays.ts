/** An attachment: the element plays this stream for as long as it stands. */
export const plays =
  (stream: MediaStream) =>
  (node: HTMLMediaElement): (() => void) => {
    node.srcObject = stream
    return () => (node.srcObject = null)
  }
