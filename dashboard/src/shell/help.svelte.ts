/** Whether the list of keys is open. */
class Help {
  open = $state(false)
}
export const help = new Help()
