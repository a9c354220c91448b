/**
 * A message, and the run that it belongs to. The host counts the runs of a cell, from 1; {@link NO_RUN}: the message is
 * about the cell.
 */
export interface Addressed<Message> {
  readonly run: number;
  readonly message: Message;
}

export const NO_RUN = 0;
