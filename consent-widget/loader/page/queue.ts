/** The queue of commands that wait for the widget. */
import type { Command } from "./command";

const queue: Command[] = [];
let handler: ((command: Command) => void) | undefined;

const isOpen = ({ action }: Command): boolean => action === "open";

/** Whether the dialog is asked for. */
export const isOpening = (): boolean => queue.some(isOpen);

/** Removes a request for the dialog from the queue; says whether there was one. */
export function cancelOpening(): boolean {
  const opening = queue.findIndex(isOpen);
  return opening >= 0 && !!queue.splice(opening, 1);
}

/** Hands a command to the widget, or queues it; says whether the widget was there. */
export function push(command: Command): boolean {
  if (handler) handler(command);
  else queue.push(command);
  return !!handler;
}

/** Hands every command to the widget from now on, the queued ones first. */
export function setCommandHandler(next: (command: Command) => void): void {
  handler = next;
  queue.splice(0).forEach(next);
}
